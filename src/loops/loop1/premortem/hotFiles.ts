import type { ProjectFacts } from '../facts/projectFacts';
import type { FileHistory } from '../facts/sourceFacts';

const MIN_COMMITS = 10;
const MOST = 20;

/** A file of product code that changes often, with what it is now. */
export interface HotFile {
  history: FileHistory;
  file: ProjectFacts['productCode'][number];
}

/** The files of product code that changed most in the last year, ten times at least. */
export function hotFiles(facts: ProjectFacts): HotFile[] {
  const code = new Map(facts.productCode.map((file) => [file.path, file]));
  return (facts.parts.git?.files ?? [])
    .filter(({ commits }) => commits >= MIN_COMMITS)
    .flatMap((history): HotFile[] => {
      const file = code.get(history.path);
      return file ? [{ history, file }] : [];
    })
    .slice(0, MOST);
}

/** A file that stands for the project as a whole. */
export function manifestOf({ productFiles }: ProjectFacts): string {
  const manifest = /^(package\.json|pyproject\.toml|setup\.py|go\.mod|Cargo\.toml|README\.md)$/;
  return productFiles.find((file) => manifest.test(file)) ?? productFiles[0] ?? '.';
}

/** What git says of one file, for examples. */
export function historyExample(path: string, commits: number, authors: Record<string, number>): FileHistory {
  return {
    ...{ path, commits, fixes: Math.floor(commits / 3) },
    authors: Object.entries(authors).map(([author, own]) => ({ author, commits: own })),
  };
}

/** A repository with these files, for examples. */
export const GIT_EXAMPLE = {
  ...{ head: 'abc', commits: 100, authors: 4, uncommitted: [], unpushed: 0, idleDays: 0 },
  ...{ sinceTag: undefined, hasRemote: true, trackedSecrets: [], reached: [] },
};
