import type { FactParts, ProjectFacts } from '../facts/projectFacts';
import type { Evidence, Story } from '../scenario';
import type { SourceId } from '../research/source';

/** What a probe saw. */
export interface Observation extends Evidence {
  /** What it belongs to where a file has several such, such as a service: each becomes a scenario of its own. */
  part?: string;
}

/** A small project. Lines where evidence is expected begin with `»`, which is taken out first. */
export interface ProbeExample {
  files: Readonly<Record<string, string>>;
  /** What other sources say. */
  facts?: Partial<Omit<FactParts, 'files' | 'texts'>>;
}

/** One way to fail that can be looked for: what it is, how it looks when it is there and when it isn't, and how it is seen. */
export interface Probe extends Story {
  /** Stable: part of the ids of its scenarios. */
  id: string;
  /**
   * `place`: each part of a file is a scenario of its own. `file`: each file is. `project`: all evidence together is one
   * scenario, for what is only worth talking about as a whole.
   */
  per: 'place' | 'file' | 'project';
  /** Sources without which it can't look; all probes need the workspace. */
  needs?: readonly SourceId[];
  /** Sources that it waits for and can do without. */
  isHelpedBy?: readonly SourceId[];
  /** It says that something is missing, which can't be said of a workspace that was read in part. */
  isAbsence?: true;
  /** From 0 to 1, by what was found of one scenario. Never falls with more of it. */
  likelihood(found: readonly Observation[], facts: ProjectFacts): number;
  impact: number | ((found: readonly Observation[], facts: ProjectFacts) => number);
  bad: readonly ProbeExample[];
  good: readonly ProbeExample[];
  /** Undefined: nothing was seen for a while, so that others may have their turn. */
  look(facts: ProjectFacts): Iterable<Observation | undefined>;
}

/** A likelihood that rises with each place it is found at, from `first` towards 0.95. */
export function rising(first: number, found: readonly Observation[]): number {
  const spread = 1 - (1 - first) * 0.88 ** (found.length - 1);
  return Math.min(Math.max(first, 0.95), spread);
}
