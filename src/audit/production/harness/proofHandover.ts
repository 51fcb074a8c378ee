/** What a program that starts a runner's workers tells the one in them that tries mutants. */
export interface ProofWords {
  /** URL of the package of the runner. */
  folder: string;
  /** A test runner of the project's own to build on; empty for the runner's. */
  runner: string;
  /** Holds the key of the report; to be removed by whoever reads it. */
  keyFile: string;
  report: string;
  /** `ProofJob` as JSON. */
  job: string;
  files: string[];
}

/** The key of a worker's report, made of words that only who has the key of the step can foresee. */
export function workerKey(word: (label: string) => string): string {
  return [1, 2, 3, 4].map((part) => word(`proof ${part}`)).join('');
}

/** Why a runner can't be used, by the exit code of the program that was to start it. */
export const PROOF_REFUSALS: Record<number, string> = {
  65: 'its tests belong to several projects of the runner, which can not be put to the proof together',
  66: 'its tests are not run by what the runner brings along',
  67: 'the runner could not be started',
};
