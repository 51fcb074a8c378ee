import * as path from 'node:path';
import { hasCode, UserError } from './errors';
import { runProgram } from './program';
import { t } from './texts';

const TIME_LIMIT_MS = 30_000;

/** There is no git, or it does not know the folder. */
export class NoGit extends UserError {}
/** What the configuration of a repository could make git start. */
const NOTHING_STARTED = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.quotePath=false',
];

/**
 * Files that differ from a commit, in the index, on the disk, or not known to git yet; those it ignores are not among
 * them. Relative to `root` with forward slashes, deleted ones left out. Without a reference, what is not committed.
 */
export async function changedFiles(
  root: string,
  reference: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const git = (...words: string[]): Promise<string> => runGit(root, words, signal);
  const since =
    reference === undefined
      ? 'HEAD'
      : (await git('merge-base', '--end-of-options', reference, 'HEAD')).trim();
  const [tracked, untracked] = await Promise.all([
    diff(git, since, reference),
    git('ls-files', '-z', '--others', '--exclude-standard'),
  ]);
  return [...new Set([...tracked.split('\0'), ...untracked.split('\0')])]
    .filter((name) => name !== '')
    .sort();
}

/** Files that the next commit adds or changes, relative to `root`, with forward slashes. */
export async function stagedFiles(root: string, signal: AbortSignal | undefined): Promise<string[]> {
  const words = [
    'diff',
    '--cached',
    '--name-only',
    '-z',
    '--no-ext-diff',
    '--relative',
    '--diff-filter=d',
    '--',
  ];
  return (await runGit(root, words, signal)).split('\0').filter((name) => name !== '');
}

/** What the next commit holds of files that hold something else on the disk, by their relative paths. */
export async function stagedTexts(
  root: string,
  files: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  const words = ['diff', '--name-only', '-z', '--no-ext-diff', '--relative', '--'];
  const differing = new Set((await runGit(root, words, signal)).split('\0'));
  const texts = new Map<string, string>();
  for (const file of files.filter((each) => differing.has(each)))
    texts.set(file, await runGit(root, ['cat-file', 'blob', `:./${file}`], signal));
  return texts;
}

/** The commit that is checked out in a folder; null where there is none, or no git. */
export async function headCommit(root: string, signal: AbortSignal | undefined): Promise<string | null> {
  // seaworthy-ignore TH11: a folder without git or without a commit is what null is for
  const printed = await runGit(root, ['rev-parse', '--verify', 'HEAD'], signal).catch(() => '');
  return /^[0-9a-f]{40,64}$/.exec(printed.trim())?.[0] ?? null;
}

/** What moved the branch last. */
interface LastMove {
  commit: string;
  /** A commit was made, as opposed to a branch that was changed to, pulled or reset. */
  isCommit: boolean;
}

/** Undefined where git has kept nothing of it. */
export async function lastMove(root: string, signal: AbortSignal | undefined): Promise<LastMove | undefined> {
  const printed = await runGit(root, ['reflog', '--max-count=1', '--format=%H %gs', 'HEAD'], signal);
  const [, commit, subject = ''] = /^([0-9a-f]{40,64}) (.*)/.exec(printed) ?? [];
  return commit === undefined ? undefined : { commit, isCommit: /^commit(:| \()/.test(subject) };
}

/** The file that git writes to whenever the branch moves; absolute. */
export async function moveLog(root: string, signal: AbortSignal | undefined): Promise<string> {
  const printed = await runGit(root, ['rev-parse', '--git-path', 'logs/HEAD'], signal);
  return path.resolve(root, printed.replace(/\n$/, ''));
}

/** Files that a commit adds or changes, relative to `root`, with forward slashes. */
export async function committedFiles(
  root: string,
  commit: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const words = ['diff-tree', '-r', '-m', '-z', '--root', '--no-commit-id', '--name-only', '--no-ext-diff'];
  const chosen = ['--relative', '--diff-filter=d', '--end-of-options', commit, '--'];
  const printed = await runGit(root, [...words, ...chosen], signal);
  return [...new Set(printed.split('\0'))].filter((name) => name !== '').sort();
}

async function diff(
  git: (...words: string[]) => Promise<string>,
  since: string,
  reference: string | undefined,
): Promise<string> {
  try {
    return await git(
      'diff',
      '--name-only',
      '-z',
      '--no-ext-diff',
      '--relative',
      '--diff-filter=d',
      since,
      '--',
    );
  } catch (error) {
    // Before the first commit there is nothing to differ from.
    if (reference !== undefined || !/unknown revision|bad revision|ambiguous argument/.test(String(error)))
      throw error;
    return git('ls-files', '-z', '--cached');
  }
}

/**
 * What git prints in a folder, which is asked with nothing started by its configuration. Rejects with `UserError` where git is
 * missing, where the folder is no repository, and with git's own words where it refuses.
 */
export async function runGit(
  root: string,
  words: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  return (await runGitOn(root, words, { signal })).toString('utf8');
}

/** The same with bytes: `input` is what git reads, and what it prints is given as it is. */
export async function runGitOn(
  root: string,
  words: readonly string[],
  { input, signal }: { input?: Uint8Array; signal?: AbortSignal | undefined },
): Promise<Buffer> {
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  try {
    const options = { cwd: root, env, limitMs: TIME_LIMIT_MS, signal, input };
    const { exitCode, stdout, stderr } = await runProgram('git', [...NOTHING_STARTED, ...words], options);
    if (exitCode !== 0) throw explain(stderr.trim() || `exit code ${exitCode}`);
    return stdout;
  } catch (error) {
    if (hasCode(error, 'ENOENT'))
      throw new NoGit(t('git was not found'), t('Install git to audit changed files.'));
    throw error;
  }
}

function explain(stderr: string): UserError {
  const reason = stderr.split('\n', 1)[0] ?? '';
  if (/not a git repository/i.test(reason))
    return new NoGit(
      t('This folder is no git repository'),
      t('Audit a folder instead of the changed files.'),
    );
  return new UserError(t('git could not tell what has changed: {0}', reason));
}
