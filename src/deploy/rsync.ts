import { UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { t } from '../base/texts';
import type { Filter } from './filters';
import { runLocally } from './host';
import type { ProgramRunner } from './host';
import { formatTarget } from './project';
import type { TargetPath } from './project';
import { sshWords } from './ssh';

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
const LIMIT_MS = 60 * 60_000;

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
  if (target.kind === 'remote') words.push('--remote-option=--debug=FILTER');
  words.push(...placeWords(source, target, filters));
  return readChanges((await rsync(runLocally, words, { signal })).toString('latin1'), filters);
}

export interface CopyOptions {
  signal: AbortSignal | undefined;
  onStart?: ((pid: number) => void) | undefined;
}

/** Makes the target what `planFiles` said. A file is replaced as a whole, never written into. Rejects as `planFiles` does. */
export async function sendFiles(
  source: string,
  target: TargetPath,
  filters: readonly Filter[],
  options: CopyOptions,
): Promise<void> {
  await rsync(runLocally, [...COPY, '--no-motd', ...placeWords(source, target, filters)], options);
}

/** As `sendFiles`, from one folder to another of the machine on which `run` runs programs. */
export async function restoreFiles(
  run: ProgramRunner,
  from: string,
  to: string,
  filters: readonly Filter[],
  options: CopyOptions,
): Promise<void> {
  await rsync(run, [...COPY, ...placeWords(from, { kind: 'local', path: to }, filters)], options);
}

/** Brings a folder here, whole. */
export async function fetchFiles(from: TargetPath, to: string, options: CopyOptions): Promise<void> {
  const [rest, source, target] = [placeWords('', from, []).slice(0, -3), `${formatTarget(from)}/`, `${to}/`];
  await rsync(runLocally, [...COPY, ...rest, '--', source, target], options);
}

/** Names in which `to` is not what `restoreFiles` would make it. */
export async function differingFiles(
  run: ProgramRunner,
  from: string,
  to: string,
  filters: readonly Filter[],
  options: CopyOptions,
): Promise<string[]> {
  const words = [
    '--dry-run',
    ...COPY,
    '--out-format=%i %n',
    ...placeWords(from, { kind: 'local', path: to }, filters),
  ];
  const { added, changed, deleted } = readChanges(
    (await rsync(run, words, options)).toString('latin1'),
    filters,
  );
  return [...added, ...changed, ...deleted];
}

/** A copy of a folder on the same disk, made of hard links: `copy` must not exist. */
export async function linkFiles(
  run: ProgramRunner,
  folder: string,
  copy: string,
  filters: readonly Filter[],
  options: CopyOptions,
): Promise<void> {
  const words = ['--archive', `--link-dest=${folder}/`];
  await rsync(run, [...words, ...placeWords(folder, { kind: 'local', path: copy }, filters)], options);
}

function placeWords(source: string, target: TargetPath, filters: readonly Filter[]): string[] {
  const remote =
    target.kind === 'remote' ? ['--protect-args', `--rsh=${['ssh', ...sshWords()].join(' ')}`] : [];
  const rules = filters.map(({ rule }) => `--filter=${rule}`);
  return [...remote, ...rules, '--', `${source}/`, `${formatTarget(target)}/`];
}

async function rsync(run: ProgramRunner, words: readonly string[], options: CopyOptions): Promise<Buffer> {
  // Its own variables would change what is compared; in the C locale names are written one way.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('RSYNC_'));
  const env = { ...Object.fromEntries(own), LC_ALL: 'C' };
  const { exitCode, stdout, stderr } = await run('rsync', words, { ...options, env, limitMs: LIMIT_MS });
  if (exitCode === 0) return stdout;
  throw explain(exitCode, stderr);
}

function explain(exitCode: number, stderr: string): UserError {
  const line = oneLine(stderr, 300) || `exit code ${exitCode}`;
  if (exitCode === 127)
    return new UserError(
      t('rsync was not found'),
      t('Install rsync, 3.1 or newer; it copies what is deployed.'),
    );
  if (/(unrecognized|unknown) option|--debug/.test(stderr))
    return new UserError(
      t('This rsync can not tell what it would do ({0})', line),
      t('Install rsync 3.1 or newer.'),
    );
  if (/No space left|Disk quota/i.test(stderr))
    return new UserError(t('The disk of the target is full: {0}', line), t('Make room there.'));
  if (exitCode === 255 || exitCode === 12)
    return new UserError(
      t('The target could not be reached: {0}', line),
      t(
        'Connect to it once with ssh by hand; a key without a passphrase, or in an agent, is needed, and rsync there.',
      ),
    );
  return new UserError(t('rsync failed: {0}', line), t('Look at the permissions of both folders.'));
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
