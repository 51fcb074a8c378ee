import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { FileSystem } from './fileSystem';
import { hasCode } from '../base/errors';
import { createDurably } from './fileSystem';

/** Who holds a claim. */
export interface ClaimOwner {
  token: string;
  host: string;
  pid: number;
  /** When the process began, in the system's own units; empty where it can't be told. */
  started: string;
}

/** The right to be the only one that does something, such as running a loop. */
export interface Claim {
  release(): Promise<void>;
}

const UNFINISHED_MS = 5_000;
const PS_MS = 1_000;

/**
 * Claims of a state folder: `claims/<name>.<n>.json`, of which the one with the greatest n counts. Numbers only grow, and
 * a number is taken by creating its file, so of two that take over from a dead owner one wins.
 */
export class Claims {
  private readonly folder: string;

  constructor(
    stateFolder: string,
    private readonly files: FileSystem,
    private readonly self: Omit<ClaimOwner, 'token'> = thisProcess(),
  ) {
    this.folder = path.join(stateFolder, 'claims');
  }

  /** Undefined when another, living owner holds it, this process included. */
  async take(name: string): Promise<Claim | undefined> {
    const held = await this.newest(name);
    if (held && (await this.isLive(held))) return undefined;
    await this.files.makeFolder(this.folder);
    const number = (held?.number ?? 0) + 1;
    const owner: ClaimOwner = { token: randomBytes(16).toString('hex'), ...this.self };
    const file = this.fileOf(name, number);
    try {
      await createDurably(this.files, file, Buffer.from(JSON.stringify(owner)));
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return undefined;
      throw error;
    }
    const numbers = await this.numbers(name);
    // A process that was suspended may have created a number long after its time.
    if (numbers.some((other) => other > number)) {
      await this.files.remove(file);
      return undefined;
    }
    for (const other of numbers) if (other < number) await this.files.remove(this.fileOf(name, other));
    return { release: () => this.release(name, number) };
  }

  async isHeld(name: string): Promise<boolean> {
    const held = await this.newest(name);
    return held !== undefined && (await this.isLive(held));
  }

  /** The released number stays taken: a claim with no owner, one higher. */
  private async release(name: string, number: number): Promise<void> {
    await createDurably(this.files, this.fileOf(name, number + 1), Buffer.from('{"released":true}'));
    await this.files.remove(this.fileOf(name, number));
  }

  private async newest(name: string): Promise<{ number: number; file: string } | undefined> {
    const number = Math.max(0, ...(await this.numbers(name)));
    return number === 0 ? undefined : { number, file: this.fileOf(name, number) };
  }

  private async numbers(name: string): Promise<number[]> {
    const prefix = `${encodeURIComponent(name)}.`;
    const names = (await this.files.list(this.folder)).filter((file) => file.startsWith(prefix));
    return names.map((file) => Number(file.slice(prefix.length, -'.json'.length))).filter(Number.isInteger);
  }

  private async isLive({ file }: { file: string }): Promise<boolean> {
    try {
      const owner = parseOwner(await this.files.read(file));
      if (owner === 'released') return false;
      if (owner) return isAlive(owner, this.self);
      // Being written, or left half written by a process that was killed.
      return Date.now() - (await this.files.stat(file)).modified < UNFINISHED_MS;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    }
  }

  private fileOf(name: string, number: number): string {
    return path.join(this.folder, `${encodeURIComponent(name)}.${number}.json`);
  }
}

function parseOwner(bytes: Buffer): ClaimOwner | 'released' | undefined {
  try {
    const value = JSON.parse(bytes.toString('utf8')) as Partial<ClaimOwner> & { released?: boolean };
    if (value.released) return 'released';
    const { token, host, pid, started } = value;
    if (typeof token !== 'string' || typeof host !== 'string' || typeof pid !== 'number') return undefined;
    return { token, host, pid, started: String(started) };
  } catch {
    return undefined;
  }
}

/** Of a process that can't be seen from here it is safer to believe that it lives. */
function isAlive(owner: ClaimOwner, self: Omit<ClaimOwner, 'token'>): boolean {
  if (owner.host !== self.host) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (!hasCode(error, 'EPERM')) return false;
  }
  // The number may have gone to another process since.
  const started = startOf(owner.pid);
  return owner.started === '' || started === '' || owner.started === started;
}

function thisProcess(): Omit<ClaimOwner, 'token'> {
  return { host: `${os.hostname()} ${pidNamespace()}`, pid: process.pid, started: startOf(process.pid) };
}

/** Field 22 of /proc/<pid>/stat with the boot it counts from; other systems have no such file. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return process.platform === 'darwin' ? startByPs(pid) : '';
  }
}

/** macOS has no /proc. On Windows asking costs a second, and numbers are not given again as soon. */
function startByPs(pid: number): string {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = spawnSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env,
    timeout: PS_MS,
  });
  return stdout?.trim() ?? '';
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
