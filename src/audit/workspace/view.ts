/** A place in another file. Lines are 1-based, both included. */
export interface Elsewhere {
  file: string;
  startLine: number;
  endLine: number;
}

/** An import that leads nowhere. */
interface PhantomImport {
  /** As written; Python's with its leading dots. */
  specifier: string;
  /** What was looked for, as a clause: `no file of the workspace has this path`. */
  why: string;
  /** False where what is installed could not be seen. */
  certain: boolean;
}

/** Lines of this file that stand elsewhere, too. */
export interface Duplicate {
  startLine: number;
  endLine: number;
  other: Elsewhere;
}

/** A value that this file compares a name with, and another file, too. */
export interface SharedValue {
  subject: string;
  value: string;
  other: Elsewhere;
}

/** What the rest of the workspace says about one file. Plain JSON, as small as the file's own part in it. */
export interface WorkspaceView {
  /** Every source of the workspace was read; otherwise what is missing here says nothing. */
  complete: boolean;
  phantoms: PhantomImport[];
  /** Paths of calls of this file that lead to an assertion in another one. */
  asserting: string[];
  /** Paths of calls that lead to functions of the workspace, none of which asserts anything. */
  silent: string[];
  /** Names of this file's functions that others use, each with the first place. */
  users: { name: string; other: Elsewhere }[];
  duplicates: Duplicate[];
  sharedValues: SharedValue[];
}

/** What is said where nothing in the workspace concerns a file. */
export const NOTHING_AROUND: WorkspaceView = {
  complete: true,
  phantoms: [],
  asserting: [],
  silent: [],
  users: [],
  duplicates: [],
  sharedValues: [],
};

/** Whether a view says as much as `NOTHING_AROUND`, apart from who uses the file. */
export function saysNothing({ complete, users: _users, ...lists }: WorkspaceView): boolean {
  return complete && Object.values(lists).every((list) => list.length === 0);
}
