import type { StoredDigest } from './digestCache';
import type { FileTies } from './ties';
import type { WorkspaceView } from './view';
import type { AskedFile } from './workspaceIndex';

/** What the thread with the index is started with. */
export interface IndexWorkerData {
  /** Holds the parser and its grammars. */
  distDirectory: string;
  /** Where digests are kept between runs; in memory only when left out. */
  cacheFile?: string;
  /** Of all digests that are kept. */
  maxBytes: number;
}

/** All of one workspace, whose absolute path is `root`. */
export type IndexQuestion =
  | { kind: 'files'; root: string; files: string[]; skipped: string[] }
  | { kind: 'changed'; root: string; files: string[] }
  | { kind: 'learn'; root: string; digests: LearnedDigest[] }
  | { kind: 'read'; root: string; milliseconds: number }
  | { kind: 'view'; root: string; file: AskedFile }
  | { kind: 'tests'; root: string; file: string }
  | { kind: 'ties'; root: string; file: string }
  | { kind: 'save' };

/** What another thread read a file for, with its path. */
export interface LearnedDigest extends StoredDigest {
  file: string;
}

export interface IndexRequest {
  id: number;
  question: IndexQuestion;
}

export interface IndexAnswer {
  /** Sources that were read, of so many. */
  progress?: { done: number; total: number };
  view?: WorkspaceView;
  tests?: { file: string; functions: number }[];
  ties?: FileTies;
}

/** The parser is about to be loaded, or a file to be parsed, or an answer. */
export type IndexReply =
  | { loading: true }
  | { reading: string }
  | { id: number; answer: IndexAnswer }
  | { id: number; error: string };
