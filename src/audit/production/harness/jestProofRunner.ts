/*
 * The class with which jest runs all of its test files, when mutants are tried. It is loaded and prepared before any code of
 * the project is.
 */

export interface JestTest {
  path: string;
}
interface JestTestRunner {
  runTests(tests: JestTest[], watcher: object, options: object): Promise<void>;
}

interface Preparation {
  /** Jest's own. */
  Base: new (globalConfig: object, context: object) => JestTestRunner;
  /** Runs test files as often as it likes by `run`. */
  runAll: (tests: JestTest[], run: (tests: JestTest[]) => Promise<void>) => Promise<void>;
}

let preparation: Preparation | undefined;

/** To be called once, before jest starts. */
export function prepare(given: Preparation): void {
  preparation ??= given;
}

export default class ProofRunner {
  readonly supportsEventEmitters = true;
  private readonly inner: JestTestRunner;
  private readonly runAll: Preparation['runAll'];

  constructor(globalConfig: object, context: object) {
    if (!preparation) throw new Error('This runs under Seaworthy alone');
    this.inner = new preparation.Base(globalConfig, context);
    this.runAll = preparation.runAll;
  }

  /** Nobody else is told of the runs. */
  on(): () => void {
    return () => undefined;
  }

  runTests(tests: JestTest[], watcher: object, options: object): Promise<void> {
    return this.runAll(tests, (some) => this.inner.runTests(some, watcher, { ...options, serial: true }));
  }
}
