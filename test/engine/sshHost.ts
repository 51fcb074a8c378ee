import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import * as net from 'node:net';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/editorServer';
import { pollFor } from '../support/timeLimit';

/** An SSH server of this test's own on the loopback, which leads to an engine as another host would. */
export interface SshHost {
  /** The environment of a user whose configuration knows the server under the name "far-engine". */
  env: Record<string, string | undefined>;
  /** How often `ssh` was started. */
  connections(): Promise<number>;
  /** Makes connections fail, as when a network is gone; `mend` ends that. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  stop(): Promise<void>;
}

/** `socket` is the engine's. Undefined where there is no SSH server to start. */
export async function startSshHost(folder: string, socket: string): Promise<SshHost | undefined> {
  const sshd = await existing('/usr/sbin/sshd');
  const ssh = await existing('/usr/bin/ssh');
  if (!sshd || !ssh || process.getuid?.() !== 0) return undefined;
  const port = await freePort();
  await fs.mkdir('/run/sshd', { recursive: true });
  await fs.mkdir(folder, { recursive: true });
  for (const name of ['host', 'user']) {
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(folder, name)]);
  }
  const file = (name: string): string => path.join(folder, name);
  await fs.copyFile(file('user.pub'), file('authorized'));
  const hostKey = (await fs.readFile(file('host.pub'), 'utf8')).trim();
  await fs.writeFile(file('known'), `[127.0.0.1]:${port} ${hostKey}\n`);
  await fs.writeFile(
    file('server'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${file('host')}`,
      `AuthorizedKeysFile ${file('authorized')}`,
      'PasswordAuthentication no',
      'PermitRootLogin yes',
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
      // With this level a shell reads none of what its user runs at a login, which can take seconds.
      `SetEnv DOCKER_HOST=unix://${socket} SHLVL=5 PATH=${process.env['PATH'] ?? ''}`,
    ].join('\n'),
  );
  await fs.writeFile(
    file('client'),
    [
      'Host far-engine',
      'HostName 127.0.0.1',
      `Port ${port}`,
      'User root',
      `IdentityFile ${file('user')}`,
      'IdentitiesOnly yes',
      `UserKnownHostsFile ${file('known')}`,
    ].join('\n'),
  );
  // What HOME can't do: ssh takes the user's configuration from the password file's home folder.
  const log = file('calls');
  const lost = `[ -e '${file('cut')}' ] && { echo 'No route to host' >&2; exit 255; }`;
  const wrapper = `#!/bin/sh\necho "$@" >> '${log}'\n${lost}\nexec '${ssh}' -F '${file('client')}' "$@"\n`;
  await fs.mkdir(file('bin'));
  await fs.writeFile(path.join(file('bin'), 'ssh'), wrapper, { mode: 0o755 });
  const server = spawn(sshd, ['-D', '-e', '-f', file('server')], { stdio: 'ignore' });
  await pollFor('the SSH server', 10_000, () => listens(port));
  return {
    env: { ...process.env, PATH: `${file('bin')}:${process.env['PATH'] ?? ''}` },
    connections: async () => (await fs.readFile(log, 'utf8').catch(() => '')).split('\n').length - 1,
    cut: () => fs.writeFile(file('cut'), ''),
    mend: () => fs.rm(file('cut')),
    stop: () => stop(server),
  };
}

async function existing(file: string): Promise<string | undefined> {
  return fs.access(file).then(
    () => file,
    () => undefined,
  );
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function stop(server: ChildProcess): Promise<void> {
  const ended = once(server, 'exit');
  server.kill();
  await ended;
}
