import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { oneLine } from '../base/text';
import type { SshAddress } from './address';

/** After this many seconds without a connection `ssh` gives up. */
const CONNECT_SECONDS = 15;
const MAX_COMPLAINT_LENGTH = 8_000;

/**
 * A connection to the engine on another host: the user's own `ssh` with the user's own configuration, running Docker's
 * `dial-stdio` there. It never asks anything, as nobody could answer: keys come from files and the agent, and a host
 * has to be known. Behaves enough like a socket for Node's HTTP client, which keeps it for many requests.
 */
export class SshStream extends Duplex {
  private readonly child: ChildProcessWithoutNullStreams;
  private complaint = '';

  constructor(address: SshAddress, env: Readonly<Record<string, string | undefined>>) {
    super({ allowHalfOpen: true });
    this.child = spawn('ssh', sshArguments(address), { env: { ...env }, windowsHide: true });
    const { stdin, stdout, stderr } = this.child;
    stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) stdout.pause();
    });
    stdin.on('error', () => undefined);
    stderr.setEncoding('utf8').on('data', (text: string) => {
      if (this.complaint.length < MAX_COMPLAINT_LENGTH) this.complaint += text;
    });
    this.child.on('error', (error) => this.destroy(sshFailure(error.message)));
    this.child.on('close', (code) => {
      if (code === 0) this.push(null);
      else this.destroy(sshFailure(this.complaint));
    });
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.child.stdin.write(chunk, encoding, (error) => {
      // Why it broke is known when the program has ended.
      if (error) this.child.once('close', () => done(sshFailure(this.complaint)));
      else done();
    });
  }

  override _final(done: () => void): void {
    this.child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.child.kill();
    done(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  /** Lets the process end although this connection is kept for later. */
  unref(): this {
    for (const part of this.parts()) part.unref();
    return this;
  }

  ref(): this {
    for (const part of this.parts()) part.ref();
    return this;
  }

  private parts(): { ref(): unknown; unref(): unknown }[] {
    const { stdin, stdout, stderr } = this.child;
    return [this.child, ...([stdin, stdout, stderr] as unknown as Socket[])];
  }
}

function sshArguments({ host, user, port, path }: SshAddress): string[] {
  const dial = [
    'docker',
    ...(path === undefined ? [] : ['--host', `unix://${path}`]),
    'system',
    'dial-stdio',
  ];
  return [
    ...['-T', '-o', 'BatchMode=yes', '-o', `ConnectTimeout=${CONNECT_SECONDS}`],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    host,
    ...dial,
  ];
}

/** What `ssh` complained about, in its own words: the last thing it said. */
function sshFailure(complaint: string): Error {
  const last = complaint.trim().split('\n').at(-1) ?? '';
  const why = last === '' ? 'ssh ended without a word' : `ssh says "${oneLine(last, 300)}"`;
  return Object.assign(new Error(why), { code: 'ESSH' });
}
