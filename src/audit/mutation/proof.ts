/** How long stage 2 may try mutants: for 30 s, or for 120 s. */
export const MUTANT_BUDGETS = { quick: 30_000, deep: 120_000 } as const;
export type MutantBudget = keyof typeof MUTANT_BUDGETS;

/** How the tests took a change: an assertion failed, something broke, they hung, or nothing was noticed. */
export type MutantOutcome = 'assertion' | 'crash' | 'timeout' | 'survived';

/** A mutant that was tried. */
export interface TriedMutant {
  line: number;
  /** What was different, as a phrase that follows "when". */
  change: string;
  outcome: MutantOutcome;
  /** What it took, where that was measured. */
  durationMs?: number;
  /** The test that noticed it, where one did. */
  by?: string;
}

/**
 * What the mutants of one function show: an assertion checks what it does, only a crash would be noticed, nothing would be
 * noticed, no test comes by, or it could not be told.
 */
export type FunctionProof = 'proved' | 'crash-only' | 'survived' | 'not covered' | 'not judged';

export interface ProvedFunction {
  name: string;
  /** 1-based, both included. */
  startLine: number;
  endLine: number;
  proof: FunctionProof;
  /** Tests that run it. */
  tests: number;
  mutants: TriedMutant[];
  /** Reasons, by rule, of comments in the source that set aside what this shows. */
  ignored?: Record<string, string>;
}

/** A test of which an assertion fails when something is changed, so that it is known to check something. */
export interface AssertingTest {
  /** As its runner names it, suites first: `cart > adds`. */
  name: string;
  /** The function that was changed, where, and how, as in {@link TriedMutant}. */
  function: string;
  line: number;
  change: string;
}

/** What mutants say about the tests of a file. */
export interface MutationReport {
  budget: MutantBudget;
  /** The file that was changed, where it is not the audited one: what the tests of an audited test file are about. */
  of?: string;
  /** `not run` says nothing about the tests; `reason` says why. */
  status: 'run' | 'not run';
  /** Empty when all there was to try was tried. */
  reason: string;
  functions: ProvedFunction[];
  /** For a test file alone: those of its tests that noticed a change by an assertion. */
  asserting?: AssertingTest[];
  /** Tests that pass now and fail then, which were left out. */
  flaky: string[];
  durationMs: number;
}
