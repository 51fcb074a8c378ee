import type { MutationReport } from './mutation/proof';
import type { Finding, OtherFinding, StageName } from './finding';

/** Three values, and `not run` is never `pass`. */
export const OUTCOMES = ['pass', 'fail', 'not run'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Results of individual tests, each counted once. All but the first two are no evidence; those with a question mark are left out when 0. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
  /** Still to be written. */
  todo?: number;
  /** Failed as they were expected to. */
  expectedFailures?: number;
  /** Passed, but only when they were run again. */
  flaky?: number;
}

/** How much of the audited file its tests reached. It informs and decides nothing. */
export interface Coverage {
  /** Lines that hold a statement; `uncovered` lists those not reached, as stretches with both ends included. */
  lines: { covered: number; total: number; uncovered: [from: number, to: number][] };
  /** Ways on from each decision; null where the sandbox could not tell. */
  branches: { covered: number; total: number } | null;
}

/** A runner that tests were run with, and what spoke for it. */
export interface UsedRunner {
  name: string;
  why: string;
  /** Test files, relative to the workspace; empty for the project's own script. */
  tests: string[];
}

/** What the user can do about a stage that did not run; the editor turns it into a button. */
export type NextStep =
  'start-engine' | 'add-test' | 'install-dependencies' | 'trust-workspace' | 'fix-file' | 'raise-limit';

/** What one stage saw. `reason` is empty for a pass, otherwise a sentence a user can act on. */
export interface StageResult {
  stage: StageName;
  status: Outcome;
  reason: string;
  findings: Finding[];
  durationMs: number;
  /** Null where the stage runs no tests or did not get as far. */
  tests: TestCounts | null;
  nextStep?: NextStep;
  /** Why a stage that failed would not be run if nothing had failed it. */
  unread?: string;
  /** There was nothing to judge: the file is generated, or declarations alone. */
  unjudged?: true;
  /** Findings that comments in the source set aside, with their reasons. */
  suppressed?: { finding: Finding; reason: string }[];
  /** What other tools say of the file; decides nothing. */
  context?: OtherFinding[];
  /** Of the audited file, when tests ran and it could be measured. */
  coverage?: Coverage;
  /** What its tests were run with, when some were. */
  runners?: UsedRunner[];
  /** What the sandbox was made from, when there was one. */
  image?: UsedImage;
  /** What mutants say about its tests, when that was asked for. */
  mutation?: MutationReport;
  /** Of the project's own test script, where that ran to its end. */
  scriptExit?: number;
  /** What the code printed in the sandbox, capped; data, never to be rendered as markup. */
  output?: StageOutput;
}

/** The image of a sandbox. */
export interface UsedImage {
  /** As the settings name it. */
  name: string;
  /** `sha256:...` of its registry, the engine's own id where it came from none; empty when not known. */
  digest: string;
  /** `sha256:...` of the image of dependencies on top of it, the engine's own id. */
  dependencies?: string;
}

export interface StageOutput {
  stdout: string;
  stderr: string;
  truncated: boolean;
}

/** One audit of one file. */
export interface AuditReport {
  id: string;
  /** Relative to the workspace with forward slashes; the path as given where the file is outside of it. */
  file: string;
  verdict: Outcome;
  reason: string;
  stages: StageResult[];
  /** Facts about the audit itself: what was withheld from the sandbox, that unsaved text was audited. */
  notes: string[];
  /** SHA-256 of the audited text in hex, so that a later reader can tell whether it still fits; empty when unread. */
  sha256: string;
  /** ISO UTC with milliseconds. */
  createdAt: string;
  durationMs: number;
}
