import type { MutantOutcome } from '../../mutation/proof';

/** What the proof's program is told in `mutants.json`. */
export interface ProofPlan {
  /** The name of the switch in the audited file. */
  switch: string;
  /** For all mutants of this step. */
  seconds: number;
  mutants: { id: number; function: number; extreme: boolean }[];
  /** Each test that notices something is of interest, not only the first. */
  each?: boolean;
}

/** How the proof as a whole goes. */
interface ProbeRecord {
  type: 'probe';
  status: 'baseline' | 'done' | 'budget' | 'refused' | 'doubt';
  /** Tests that passed twice. */
  passed?: number;
  message: string;
}

interface ReachedRecord {
  type: 'reached';
  mutant: number;
  /** Tests that pass by it. */
  tests: number;
}

/** What came of a mutant; `loaded` is one that runs only while the file is loaded. */
export interface MutantRecord {
  type: 'mutant';
  mutant: number;
  outcome: MutantOutcome | 'loaded';
  name: string;
  milliseconds: number;
}

/** The first mutant for which an assertion of this test failed. */
interface AssertedRecord {
  type: 'asserted';
  mutant: number;
  name: string;
}

/** A process that runs tests is about to run them with this mutant awake; `limit` is what it may take, in milliseconds. */
interface StartRecord {
  type: 'start';
  mutant: number;
  limit: number;
}

export type ProofRecord = ProbeRecord | ReachedRecord | MutantRecord | AssertedRecord | StartRecord;

/** What a process that runs tests takes up where another has left it. */
export interface ProofJob {
  /** Mutants that are done with, and the functions that are proved. */
  done: number[];
  proved: number[];
  /** Unix time in milliseconds. */
  deadline: number;
}
