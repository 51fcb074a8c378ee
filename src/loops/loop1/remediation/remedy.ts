/** A change of one file, to be shown before it is made. */
export interface FileEdit {
  /** Relative to the workspace. */
  file: string;
  /** SHA-256 in hex of the text it was made for; null for a file that must not exist yet. */
  before: string | null;
  after: string;
}

/** What can be done about one scenario. */
export type Remedy = { scenarioId: string; title: string } & (
  | { kind: 'edit'; edits: readonly FileEdit[] }
  /** To be run in `folder` of the workspace, by a person or when one has agreed. */
  | { kind: 'command'; program: string; words: readonly string[]; folder: string }
  /** For Loop 2. */
  | { kind: 'task'; description: string; acceptance: string; files: readonly string[] }
);
