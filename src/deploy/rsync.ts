import { hasCode, UserError } from '../base/errors';
import { runProgram } from '../base/program';
import { oneLine } from '../base/text';
import type { Filter } from './filters';
import { formatTarget } from './project';
import type { TargetPath } from './project';

/** What a deploy would do to the files of its target. Paths are relative, those of folders end with a slash. */
export interface FileChanges {
  added: string[];
  /** Other content, or other permissions. */
  changed: string[];
  deleted: string[];
  /** Not sent, and left alone where the target has them. */
  excluded: string[];
  /** What the target has of its own: neither overwritten nor deleted. */
  protected: string[];
}

/** How files are compared and copied: by content, as times say nothing after a checkout; owners are the target's. */
const COPY = [
  ...['--recursive', '--links', '--perms', '--times', '--omit-dir-times', '--checksum', '--delete'],
];
/** Never asks anything. */
const SSH = 'ssh -o BatchMode=yes -o ConnectTimeout=15';
const LIMIT_MS = 10 * 60_000;

/**
 * What rsync would do, without doing it. `source` is an absolute folder. Rejects with a `UserError` when rsync is missing
 * or fails.
 */
export async function planFiles(
  source: string,
  target: TargetPath,
  filters: readonly Filter[],
  signal: AbortSignal | undefined,
): Promise<FileChanges> {
  const words = ['--dry-run', ...COPY, '--out-format=%i %n', '--debug=FILTER', '--no-motd'];
  if (target.kind === 'remote')
    words.push('--protect-args', `--rsh=${SSH}`, '--remote-option=--debug=FILTER');
  words.push(
    ...filters.map(({ rule }) => `--filter=${rule}`),
    '--',
    `${source}/`,
    `${formatTarget(target)}/`,
  );
  return readChanges((await rsync(words, signal)).toString('latin1'), filters);
}

async function rsync(words: readonly string[], signal: AbortSignal | undefined): Promise<Buffer> {
  // Its own variables would change what is compared; in the C locale names are written one way.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('RSYNC_'));
  const env = { ...Object.fromEntries(own), LC_ALL: 'C' };
  try {
    const { exitCode, stdout, stderr } = await runProgram('rsync', words, { env, limitMs: LIMIT_MS, signal });
    if (exitCode === 0) return stdout;
    throw explain(exitCode, stderr);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    throw new UserError('rsync was not found', 'Install rsync, 3.1 or newer; it copies what is deployed.');
  }
}

function explain(exitCode: number, stderr: string): UserError {
  const line = oneLine(stderr, 300) || `exit code ${exitCode}`;
  if (/(unrecognized|unknown) option|--debug/.test(stderr))
    return new UserError(`This rsync can not tell what it would do (${line})`, 'Install rsync 3.1 or newer.');
  if (exitCode === 255 || exitCode === 12)
    return new UserError(
      `The target could not be reached: ${line}`,
      'Connect to it once with ssh by hand; a key without a passphrase, or in an agent, is needed, and rsync there.',
    );
  return new UserError(
    `rsync could not compare the files: ${line}`,
    'Look at the permissions of both folders.',
  );
}

const ITEM = /^(?:(\*deleting) +|([<>ch.])([fdLDS])(\S{7,9}) )(.*)$/;
const FILTERED = /^\[(?:sender|generator|receiver)\] (?:hid|protect)ing (file|directory) (.*)$/;
const BECAUSE = ' because of pattern ';

/** Reads what rsync prints. */
export function readChanges(output: string, filters: readonly Filter[]): FileChanges {
  const changes = { added: [] as string[], changed: [] as string[], deleted: [] as string[] };
  const kept = { sent: new Set<string>(), excluded: new Set<string>(), protected: new Set<string>() };
  const classes = new Map(filters.map(({ pattern, keeps }) => [pattern, keeps]));
  for (const line of output.split('\n')) {
    const [, deleting, , type, flags = '', written = ''] = ITEM.exec(line) ?? [];
    if (deleting !== undefined || type !== undefined) {
      const name = readName(written);
      if (name.endsWith('/') || name === '.') continue;
      if (deleting !== undefined) changes.deleted.push(name);
      else if (flags.startsWith('+')) changes.added.push(name);
      else if (/[csp]/.test(flags)) changes.changed.push(name);
      continue;
    }
    const [, kind, rest = ''] = FILTERED.exec(line) ?? [];
    const end = rest.lastIndexOf(BECAUSE);
    if (kind === undefined || end < 0) continue;
    const keeps = classes.get(rest.slice(end + BECAUSE.length)) ?? 'excluded';
    kept[keeps].add(`${readName(rest.slice(0, end))}${kind === 'directory' ? '/' : ''}`);
  }
  return {
    added: changes.added.sort(),
    changed: changes.changed.sort(),
    deleted: changes.deleted.sort(),
    excluded: [...kept.excluded].sort(),
    protected: [...kept.protected].sort(),
  };
}

/** rsync writes what is not printable as `\#` and three octal digits. */
function readName(written: string): string {
  const bytes = written.replace(/\\#([0-3][0-7]{2})/g, (_all, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
