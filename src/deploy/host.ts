import { UserError } from '../base/errors';
import type { ClaimFiles } from '../base/claims';
import { runProgram } from '../base/program';
import type { ProgramEnd, ProgramOptions } from '../base/program';
import { oneLine } from '../base/text';
import { t } from '../base/texts';
import { sshWords } from './ssh';
import type { TargetPath } from './project';

/** Runs programs. Options as those of `runProgram`; a missing program is exit code 127. */
export type ProgramRunner = (
  program: string,
  words: readonly string[],
  options: Omit<ProgramOptions, 'cwd'>,
) => Promise<ProgramEnd>;

const MISSING = 44;
const TAKEN = 45;
const SMALL_MS = 60_000;

/** The machine that a target lies on: programs run there, and files of ours beside the target. */
export class TargetHost implements ClaimFiles {
  private readonly ssh: string | undefined;

  constructor(target: TargetPath) {
    this.ssh = target.kind === 'remote' ? target.host : undefined;
  }

  get isRemote(): boolean {
    return this.ssh !== undefined;
  }

  /** With the environment of a login there where it is another machine. */
  readonly run: ProgramRunner = async (program, words, options) => {
    if (this.ssh === undefined) return runLocally(program, words, options);
    const rest = { ...options, env: undefined };
    const line = [program, ...words].map(quoted).join(' ');
    const end = await runLocally('ssh', [...sshWords(), this.ssh, line], rest);
    if (end.exitCode === 255)
      throw new UserError(
        t('{0} could not be reached: {1}', this.ssh, oneLine(end.stderr, 300)),
        t('Connect to it once with ssh by hand; a key without a passphrase, or in an agent, is needed.'),
      );
    return end;
  };

  /** A fixed script of ours; what varies is in `words`, as `$1` and so on. Rejects with a `UserError` when it fails. */
  async script(
    text: string,
    words: readonly string[],
    input?: Uint8Array,
    limitMs = SMALL_MS,
  ): Promise<Buffer> {
    const options = { limitMs, signal: undefined, input };
    const { exitCode, stdout, stderr } = await this.run('sh', ['-c', text, 'sh', ...words], options);
    if (exitCode === 0) return stdout;
    if (exitCode === MISSING)
      throw Object.assign(new Error(`${words[0]} does not exist`), { code: 'ENOENT' });
    if (exitCode === TAKEN) throw Object.assign(new Error(`${words[0]} exists`), { code: 'EEXIST' });
    throw new UserError(
      t('The target could not be written or read: {0}', oneLine(stderr, 300) || t('exit code {0}', exitCode)),
      t('Look at its permissions, and at how much room its disk has.'),
    );
  }

  async makeFolder(folder: string): Promise<void> {
    await this.script('mkdir -p -m 700 -- "$1"', [folder]);
  }

  async list(folder: string): Promise<string[]> {
    const printed = await this.script(
      'cd "$1" 2>/dev/null || exit 0; for each in * .[!.]*; do [ -e "$each" ] && printf "%s\\0" "$each"; done; true',
      [folder],
    );
    return printed.toString('utf8').split('\0').slice(0, -1);
  }

  read(file: string): Promise<Buffer> {
    return this.script(`[ -e "$1" ] || exit ${MISSING}; cat -- "$1"`, [file]);
  }

  /** Undefined when there is none. */
  async readIfThere(file: string): Promise<Buffer | undefined> {
    try {
      return await this.read(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async modified(file: string): Promise<number> {
    const script = `[ -e "$1" ] || exit ${MISSING}; stat -c %Y -- "$1" 2>/dev/null || stat -f %m -- "$1"`;
    return Number((await this.script(script, [file])).toString('utf8')) * 1000;
  }

  /** A hard link is made of a name or is not: it decides between two. */
  async create(file: string, content: Uint8Array): Promise<void> {
    const script = `t="$1.$$.tmp"; cat > "$t" && ${SYNC} && if ln -- "$t" "$1" 2>/dev/null; then rm -f -- "$t"
      else rm -f -- "$t"; [ -e "$1" ] && exit ${TAKEN}; exit 1; fi`;
    await this.script(script, [file], content);
  }

  /** Replaces it, or makes it with its folder: a reader sees the old or the new one whole. */
  async write(file: string, content: Uint8Array | string): Promise<void> {
    const script = `mkdir -p -m 700 -- "$(dirname -- "$1")"; t="$1.$$.tmp"; cat > "$t" && ${SYNC} && mv -f -- "$t" "$1"`;
    await this.script(script, [file], Buffer.from(content));
  }

  /** Resolves when the line would survive a loss of power. */
  async append(file: string, line: string): Promise<void> {
    await this.script(`t="$1"; cat >> "$t" && ${SYNC}`, [file], Buffer.from(`${line}\n`));
  }

  /** A file, or a folder with all in it; gone already is no error. */
  async remove(file: string): Promise<void> {
    await this.script('rm -rf -- "$1"', [file]);
  }

  async isFolder(folder: string): Promise<boolean> {
    return (await this.script('[ -d "$1" ] && echo yes; true', [folder])).length > 0;
  }
}

/** Of one file where the system's program can, of all disks where it can't. */
const SYNC = '{ sync -- "$t" 2>/dev/null || sync; }';

/** A word for a POSIX shell: within single quotes all but a single quote means itself. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** On this machine. */
export const runLocally: ProgramRunner = async (program, words, options) => {
  try {
    return await runProgram(program, words, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { exitCode: 127, stdout: Buffer.alloc(0), stderr: `${program} was not found` };
  }
};
