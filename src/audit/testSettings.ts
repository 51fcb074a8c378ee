/** `auto` finds the runner of each test; `script` stands for the project's own test script. */
export const RUNNER_CHOICES = [
  'auto',
  'node:test',
  'mocha',
  'vitest',
  'jest',
  'pytest',
  'unittest',
  'script',
] as const;
export type RunnerChoice = (typeof RUNNER_CHOICES)[number];

export const TEST_CHOICES = ['related', 'all'] as const;

/** How the tests of a file are found and run. */
export interface TestSettings {
  /** A runner other than `auto` holds for the tests of its own language. */
  runner: RunnerChoice;
  /** Tests that reach the file by imports, or every test of its language in the workspace. */
  tests: (typeof TEST_CHOICES)[number];
  /** The command of the runner `script`; empty stands for `test` of the nearest package.json. */
  script: string;
}

export const defaultTestSettings: TestSettings = { runner: 'auto', tests: 'related', script: '' };
