import { createHash } from 'node:crypto';
import { changedFiles, NoGit, runGit } from '../../../base/git';
import { isCancelled } from '../../../base/errors';
import { count } from '../../../base/text';
import type { FileHistory, GitFacts } from '../facts/sourceFacts';
import type { Artifact } from '../run';
import { hotFiles } from '../premortem/hotFiles';
import { NotReached } from './source';
import type { Gathered, ResearchSource } from './source';

const MAX_COMMITS = 2000;
const MAX_FILES = 20_000;
const DAY_S = 86_400;
const FIX = /\b(fix(es|ed)?|bug|hotfix|regression|revert|repair|crash)\b/i;
/** Names of files that hold secrets and nothing else. */
const SECRET =
  /(^|\/)(\.env(\.(local|production|prod|staging|development|dev))?|id_(rsa|dsa|ecdsa|ed25519)|\.pgpass|\.netrc|\.git-credentials|[^/]+\.(p12|pfx|jks|keystore|kdbx|ppk))$/i;

/** Which tests call functions of a file of a workspace, as far as that is known soon. */
type TestsReaching = (root: string, file: string, signal: AbortSignal) => Promise<readonly unknown[]>;

/** The history: which files change often and by whom, whether tests reach those, and what is not committed. */
export function gitSource(testsReaching: TestsReaching): ResearchSource {
  return {
    ...{ id: 'git', title: 'Git history', needsNetwork: false, timeoutMs: 20_000 },
    gather: async ({ root, facts }, signal) => {
      const gathered = await history(root, signal);
      const { git } = gathered.parts;
      if (!git || !facts) return gathered;
      const reached: string[] = [];
      for (const {
        history: { path },
      } of hotFiles(facts.with({ ...facts.parts, git })))
        if ((await testsReaching(root, path, signal)).length > 0) reached.push(path);
      return { ...gathered, parts: { git: { ...git, reached } } };
    },
  };
}

async function history(root: string, signal: AbortSignal): Promise<Gathered> {
  const git = (...words: string[]): Promise<string> => runGit(root, words, signal);
  const head = await headOf(git);
  if (head === '')
    return { parts: { git: EMPTY }, artifacts: [], notes: ['The repository has no commit yet.'] };
  const [log, uncommitted, remotes, unpushed, sinceTag, tracked] = await Promise.all([
    git(...LOG),
    changedFiles(root, undefined, signal),
    git('remote'),
    countOf(git, '@{upstream}..HEAD'),
    sinceLastTag(git),
    git('ls-files', '-z'),
  ]);
  const { files, commits, authors, newest } = readLog(log);
  const facts: GitFacts = {
    ...{ head, commits, authors, files, uncommitted, unpushed, sinceTag },
    idleDays: Math.max(0, Math.floor((Date.now() / 1000 - newest) / DAY_S)),
    hasRemote: remotes.trim() !== '',
    trackedSecrets: tracked.split('\0').filter((file) => SECRET.test(file)),
    reached: [],
  };
  const notes = [`${count(commits, 'commit')} by ${count(authors, 'author')} were looked at.`];
  return { parts: { git: facts }, artifacts: artifactsOf(files), notes };
}

const EMPTY: GitFacts = {
  ...{ head: '', commits: 0, authors: 0, files: [], uncommitted: [], unpushed: undefined, idleDays: 0 },
  ...{ sinceTag: undefined, hasRemote: false, trackedSecrets: [], reached: [] },
};

const LOG = [
  ...['log', '-z', '--no-merges', '--no-renames', '--name-only', '--relative', '--since=1.year'],
  ...[`--max-count=${MAX_COMMITS}`, '--format=%x01%ae%x02%at%x02%s'],
];

type Git = (...words: string[]) => Promise<string>;

async function headOf(git: Git): Promise<string> {
  try {
    return (await git('rev-parse', '--verify', '--quiet', 'HEAD')).trim();
  } catch (error) {
    if (isCancelled(error)) throw error;
    if (error instanceof NoGit) throw new NotReached(error.message);
    return '';
  }
}

/** Undefined where git does not know one of the ends. */
async function countOf(git: Git, range: string): Promise<number | undefined> {
  const text = await git('rev-list', '--count', range).catch((error: unknown) => {
    if (isCancelled(error)) throw error;
    return '';
  });
  return text.trim() === '' ? undefined : Number(text);
}

async function sinceLastTag(git: Git): Promise<number | undefined> {
  const tag = await git('describe', '--tags', '--abbrev=0').catch((error: unknown) => {
    if (isCancelled(error)) throw error;
    return '';
  });
  return tag.trim() === '' ? undefined : countOf(git, `${tag.trim()}..HEAD`);
}

function readLog(log: string) {
  const byFile = new Map<string, { commits: number; fixes: number; authors: Map<string, number> }>();
  const everybody = new Set<string>();
  let newest = 0;
  const commits = log.split('\u0001').slice(1);
  for (const commit of commits) {
    const [head = '', ...names] = commit.split('\0');
    const [address = '', seconds = '', subject = ''] = head.split('\u0002');
    const author = createHash('sha256').update(address.toLowerCase()).digest('hex').slice(0, 8);
    everybody.add(author);
    newest = Math.max(newest, Number(seconds) || 0);
    for (const name of names.map((each) => each.replace(/^\n/, '')).filter((each) => each !== '')) {
      const known = byFile.get(name) ?? { commits: 0, fixes: 0, authors: new Map<string, number>() };
      known.commits += 1;
      if (FIX.test(subject)) known.fixes += 1;
      known.authors.set(author, (known.authors.get(author) ?? 0) + 1);
      if (byFile.size < MAX_FILES) byFile.set(name, known);
    }
  }
  const files = [...byFile].map(([path, { commits: changes, fixes, authors }]): FileHistory => ({
    ...{ path, commits: changes, fixes },
    authors: [...authors].sort(([, a], [, b]) => b - a).map(([author, own]) => ({ author, commits: own })),
  }));
  files.sort((a, b) => b.commits - a.commits || (a.path < b.path ? -1 : 1));
  return { files, commits: commits.length, authors: everybody.size, newest };
}

function artifactsOf(files: readonly FileHistory[]): Artifact[] {
  const most = files[0]?.commits ?? 1;
  return files.slice(0, 15).map(({ path, commits, authors, fixes }) => ({
    ...{ kind: 'history', title: path, relevance: Math.round((100 * commits) / most) / 100 },
    description: `${count(commits, 'commit')} by ${count(authors.length, 'author')}, fixes: ${fixes}`,
    place: { file: path, line: 1 },
  }));
}
