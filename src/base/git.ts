import { execFile } from 'node:child_process';
import { CancelledError, UserError } from './errors';

const MAX_OUTPUT = 50_000_000;
const TIME_LIMIT_MS = 30_000;
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
  const git = (...words: string[]): Promise<string> => run(root, words, signal);
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

function run(root: string, words: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd: root,
      maxBuffer: MAX_OUTPUT,
      timeout: TIME_LIMIT_MS,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
      ...(signal ? { signal } : {}),
    };
    execFile('git', [...NOTHING_STARTED, ...words], options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (error.name === 'AbortError') reject(new CancelledError());
      else reject(explain(error, stderr));
    });
  });
}

function explain(error: { code?: unknown; message: string }, stderr: string): UserError {
  if (error.code === 'ENOENT')
    return new UserError('git was not found', 'Install git to audit changed files.');
  const reason = stderr.trim().split('\n', 1)[0] ?? '';
  if (/not a git repository/i.test(reason))
    return new UserError('This folder is no git repository', 'Audit a folder instead of the changed files.');
  return new UserError(`git could not tell what has changed: ${reason || error.message}`);
}
