import type { FactParts, ProjectFacts } from '../facts/projectFacts';
import type { Artifact, Goal } from '../run';

/** Where research looks. */
export type SourceId =
  'workspace' | 'static' | 'git' | 'audits' | 'containers' | 'advisories' | 'repositories' | 'papers';

/** What a source has to go by. */
export interface ResearchContext {
  /** Absolute path of the workspace. */
  root: string;
  goal: Goal;
  constraints: readonly string[];
  /** What the workspace says; undefined for the source that reads it. */
  facts: ProjectFacts | undefined;
}

/** What a source found. */
export interface Gathered {
  parts: Partial<FactParts>;
  artifacts: readonly Artifact[];
  /** What a person should know of how it went, such as that something was cut off. */
  notes: readonly string[];
  /** Of the one that reads the workspace: all that it says, and a hash over all files. */
  facts?: ProjectFacts;
  contentHash?: string;
}

/** One place where research looks. */
export interface ResearchSource {
  id: SourceId;
  title: string;
  /** It is not asked before somebody has allowed the network. */
  needsNetwork: boolean;
  /** For one attempt, in milliseconds. */
  timeoutMs: number;
  /** Rejects with `NotReached` where it can't be had, with `CancelledError` on abort. */
  gather(context: ResearchContext, signal: AbortSignal): Promise<Gathered>;
}

/** A source that can't be had, and why, in words a user understands. */
export class NotReached extends Error {
  /**
   * @param isPassing another attempt may do better
   * @param waitMs not before so many milliseconds have passed
   */
  constructor(
    message: string,
    readonly isPassing = false,
    readonly waitMs = 0,
  ) {
    super(message);
    this.name = 'NotReached';
  }
}
