import type { SandboxFile } from './sandbox';

/** What a run gets to see of a workspace, and what it does not. */
export interface Snapshot {
  /** Sorted by path; paths are relative to the workspace, with forward slashes. */
  files: SandboxFile[];
  /** Files that would have been taken but for a rule of ours, each with the rule in words. */
  withheld: { path: string; why: string }[];
}

interface SnapshotOptions {
  /** Workspace-relative path to text that replaces or adds a file: what an unsaved editor holds. */
  overlays?: ReadonlyMap<string, string>;
  /** Workspace-relative paths that are taken although an ignore file names them. Secrets stay out all the same. */
  include?: readonly string[];
  signal?: AbortSignal;
}

/**
 * Reads the workspace at `root` into memory. Never runs git and never follows a link out of the workspace.
 * Rejects with `UserError` when the workspace is too big to send, with `CancelledError` when `signal` aborts.
 */
export type TakeSnapshot = (root: string, options?: SnapshotOptions) => Promise<Snapshot>;
