/** What the program that starts vitest tells the runner inside of its workers. */
export interface VitestWords {
  /** URL of the vitest package. */
  folder: string;
  /** A test runner of the project's own to build on; empty for vitest's. */
  runner: string;
  /** Names that nobody can foresee: of the suite of the harness's tests and of these. */
  suite: string;
  pass: string;
  matchers: string;
  fail: string;
  /** What the failures of these tests say. */
  reason: string;
}
