import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { hasCode, UserError } from '../base/errors';
import { runGit } from '../base/git';
import { t } from '../base/texts';

/** By this the hook is known as ours. */
const MARK = '# Audit of Seaworthy before a commit.';

/** What is written into a hook of others to have the audit run as well. */
function auditLine(cli: string, workspace: string): string {
  return `node ${quoted(cli)} audit --staged --stages theater,quality --quiet --workspace ${quoted(workspace)}`;
}

/**
 * Makes git audit what is staged before each commit: `cli` is the built command line. Gives the file of the hook. Rejects with a
 * `UserError` where the folder is no repository, where a hook of others is there, and where hooks are shared by all repositories.
 */
export async function installCommitHook(root: string, cli: string, signal?: AbortSignal): Promise<string> {
  const top = (await runGit(root, ['rev-parse', '--show-toplevel'], signal)).replace(/\n$/, '');
  const inside = path
    .relative(await fs.realpath(top), await fs.realpath(root))
    .split(path.sep)
    .join('/');
  const place = await hooksFolder(root, top, signal);
  const advice = t('Add this line to it: {0}', auditLine(cli, inside || '.'));
  if (place.isShared)
    throw new UserError(t('The hooks in {0} are those of all your repositories', place.folder), advice);
  const file = path.join(place.folder, 'pre-commit');
  const there = await readHook(file);
  if (there !== undefined && !there.includes(MARK))
    throw new UserError(t('There is a pre-commit hook already: {0}', file), advice);
  await fs.mkdir(place.folder, { recursive: true });
  await fs.writeFile(file, hookText(cli, inside || '.'), { mode: 0o755 });
  await fs.chmod(file, 0o755);
  return file;
}

/** Removes the hook, and gives its file; undefined where there is none of ours. */
export async function removeCommitHook(root: string, signal?: AbortSignal): Promise<string | undefined> {
  const top = (await runGit(root, ['rev-parse', '--show-toplevel'], signal)).replace(/\n$/, '');
  const { folder } = await hooksFolder(root, top, signal);
  const file = path.join(folder, 'pre-commit');
  if (!(await readHook(file))?.includes(MARK)) return undefined;
  await fs.rm(file);
  return file;
}

/** Where git looks for hooks, and whether other repositories do so too. */
async function hooksFolder(
  root: string,
  top: string,
  signal: AbortSignal | undefined,
): Promise<{ folder: string; isShared: boolean }> {
  const set = await configured(root, signal);
  if (set) return { folder: path.resolve(top, set.value), isShared: !/^(local|worktree)$/.test(set.scope) };
  const common = await runGit(root, ['rev-parse', '--git-common-dir'], signal);
  return { folder: path.resolve(root, common.replace(/\n$/, ''), 'hooks'), isShared: false };
}

/** `core.hooksPath` as the user has set it; what our own calls of git set does not count. */
async function configured(
  root: string,
  signal: AbortSignal | undefined,
): Promise<{ scope: string; value: string } | undefined> {
  const words = ['config', '--show-scope', '--null', '--type=path', '--get-all', 'core.hooksPath'];
  const parts = (await runGit(root, words, signal)).split('\0');
  let found: { scope: string; value: string } | undefined;
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [scope = '', value = ''] = parts.slice(index);
    if (scope !== 'command') found = { scope, value };
  }
  return found;
}

async function readHook(file: string): Promise<string | undefined> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Only a failing audit stops a commit: what could not be judged, or not be run, is no reason to lose work. */
function hookText(cli: string, workspace: string): string {
  const versions = /^(.*\/seaworthy\.seaworthy-)[^/]+(\/.*)$/.exec(slashed(cli));
  const known = versions ? `${quoted(versions[1] ?? '')}*${quoted(versions[2] ?? '')}` : quoted(cli);
  return `#!/bin/sh
${MARK} "Seaworthy: Remove Pre-Commit Audit Hook" takes it away again.
# An update of the extension has another folder: the last one that is there is used.
for each in ${known}; do [ -f "$each" ] && cli=$each; done
if [ -z "$cli" ] || ! command -v node >/dev/null 2>&1; then
  echo 'Seaworthy: not audited, because the extension or node was not found.' >&2
  exit 0
fi
said=$(node "$cli" audit --staged --stages theater,quality --quiet --workspace ${quoted(workspace)} 2>&1)
case $? in
  0 | 2) exit 0 ;;
  1) echo "$said" >&2; echo 'Seaworthy: nothing was committed. "git commit --no-verify" commits all the same.' >&2; exit 1 ;;
  *) echo "$said" >&2; echo 'Seaworthy: not audited.' >&2; exit 0 ;;
esac
`;
}

const slashed = (file: string): string => file.split(path.sep).join('/');

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${slashed(text).replaceAll("'", "'\\''")}'`;
}
