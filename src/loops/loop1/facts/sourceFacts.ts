/** What git says of one file. */
export interface FileHistory {
  path: string;
  /** Commits that changed it in the time looked at. */
  commits: number;
  /** Of those, commits of each author, most first; authors by a hash of their address. */
  authors: readonly { author: string; commits: number }[];
  /** Commits whose message speaks of a mistake mended. */
  fixes: number;
}

/** What git says of a repository, over the last year or the last 2000 commits. */
export interface GitFacts {
  /** Commit of `HEAD`; empty before the first one. */
  head: string;
  commits: number;
  authors: number;
  files: readonly FileHistory[];
  /** Files with changes that no commit has. */
  uncommitted: readonly string[];
  /** Commits that the upstream branch does not have; undefined where there is no upstream. */
  unpushed: number | undefined;
  /** Days since the newest commit. */
  idleDays: number;
  /** Commits since the newest tag; undefined without tags. */
  sinceTag: number | undefined;
  /** Whether there is any remote. */
  hasRemote: boolean;
  /** Of the files that change most, those of which it is known that a test calls their functions. */
  reached: readonly string[];
  /** Tracked files that the walk over the workspace leaves out, such as a key or a `.env`. */
  trackedSecrets: readonly string[];
}

/** The newest audit of a file. */
export interface AuditFact {
  file: string;
  verdict: 'pass' | 'fail' | 'not run';
  reason: string;
  /** Of the text that was audited. */
  sha256: string;
  /** ISO UTC. */
  createdAt: string;
  findings: readonly { ruleId: string; line: number; message: string }[];
}

/** A container of this project. */
export interface ContainerFact {
  name: string;
  service: string | undefined;
  state: string;
  health: string;
  restarts: number;
  exitCode: number | undefined;
  isOutOfMemory: boolean;
  hasHealthCheck: boolean;
}

/** A known weakness of a dependency. */
export interface AdvisoryFact {
  /** Such as `GHSA-...`. */
  id: string;
  package: string;
  version: string;
  /** The lockfile that names it, and the line. */
  file: string;
  line: number;
  summary: string;
  url: string;
}
