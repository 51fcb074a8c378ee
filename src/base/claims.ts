import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { hasCode } from './errors';

/** A process, told apart from a later one with the same number. */
export interface ProcessIdentity {
  host: string;
  pid: number;
  /** When it began, in the system's own units; empty where it can't be told. */
  started: string;
}

/** Who holds a claim. */
export interface ClaimOwner extends ProcessIdentity {
  token: string;
  /** What the owner wanted others to know. */
  about: Readonly<Record<string, string>>;
}

/** What a claim needs of the disk it lies on, which can be that of another host. */
export interface ClaimFiles {
  makeFolder(folder: string): Promise<void>;
  /** Names; none when the folder does not exist. */
  list(folder: string): Promise<string[]>;
  /** Rejects with ENOENT for a missing file. */
  read(file: string): Promise<Buffer>;
  /** Milliseconds since 1970. Rejects with ENOENT for a missing file. */
  modified(file: string): Promise<number>;
  /** Rejects with EEXIST when the name is taken: the one primitive that decides between two processes. */
  create(file: string, content: Uint8Array): Promise<void>;
  /** A file that is gone already is no error. */
  remove(file: string): Promise<void>;
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
    private readonly files: ClaimFiles,
    private readonly self: ProcessIdentity = thisProcess(),
  ) {
    this.folder = path.join(stateFolder, 'claims');
  }

  /**
   * Undefined when another, living owner holds it, this process included. `breakToken`: the token of an owner that is to lose
   * it, alive or not.
   */
  async take(
    name: string,
    { about = {}, breakToken }: { about?: ClaimOwner['about']; breakToken?: string } = {},
  ): Promise<Claim | undefined> {
    const held = await this.newest(name);
    if (held && (await this.isLive(held)) && (await this.ownerOf(held))?.token !== breakToken)
      return undefined;
    await this.files.makeFolder(this.folder);
    const number = (held?.number ?? 0) + 1;
    const owner: ClaimOwner = { token: randomBytes(16).toString('hex'), ...this.self, about };
    const file = this.fileOf(name, number);
    try {
      await this.files.create(file, Buffer.from(JSON.stringify(owner)));
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

  /** The owner that holds it or held it last; undefined when it was released, or nothing is known of one. */
  async holder(name: string): Promise<{ owner: ClaimOwner; isLive: boolean } | undefined> {
    const held = await this.newest(name);
    const owner = held && (await this.ownerOf(held));
    return owner && { owner, isLive: isAlive(owner, this.self) };
  }

  private async ownerOf({ file }: { file: string }): Promise<ClaimOwner | undefined> {
    try {
      const owner = parseOwner(await this.files.read(file));
      return owner === 'released' ? undefined : owner;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** The released number stays taken: a claim with no owner, one higher. Of one that was broken nothing is left to release. */
  private async release(name: string, number: number): Promise<void> {
    try {
      await this.files.create(this.fileOf(name, number + 1), Buffer.from('{"released":true}'));
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
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
      return Date.now() - (await this.files.modified(file)) < UNFINISHED_MS;
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
    const { token, host, pid, started, about } = value;
    if (typeof token !== 'string' || typeof host !== 'string' || typeof pid !== 'number') return undefined;
    return { token, host, pid, started: String(started), about: isTexts(about) ? about : {} };
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is ClaimOwner['about'] {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((each) => typeof each === 'string')
  );
}

/** Of a process that can't be seen from here it is safer to believe that it lives. */
export function isAlive(owner: ProcessIdentity, self: ProcessIdentity = thisProcess()): boolean {
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

function thisProcess(): ProcessIdentity {
  return identityOf(process.pid);
}

/** A process of this machine. */
export function identityOf(pid: number): ProcessIdentity {
  return { host: `${os.hostname()} ${pidNamespace()}`, pid, started: startOf(pid) };
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
