import { createRequire } from 'node:module';
import { isAssertion } from './assertionError';
import { takeOver } from './channel';
import { PROOF_JOB_VARIABLE, TEST_REPORT_VARIABLE } from './environment';
import { defaultOf, findJest, openJest } from './jestProject';
import type * as JestProofRunner from './jestProofRunner';
import type { JestTest } from './jestProofRunner';
import type * as JestProofTests from './jestProofTests';
import { fullName, visit } from './jestTests';
import type { Test } from './jestTests';
import type { RunFile, State } from './jestTestRunner';
import type { EndedTest, RunTests, TestStatus } from './proofLoop';
import { installSwitch } from './proofSwitch';
import type { Switch } from './proofSwitch';
import { proveOver } from './startProof';

/*
 * Starts jest with a runner that runs the test files again and again, each time in a global object of its own and with all
 * modules loaded anew, as jest does between two files.
 */

const NOT_CIRCUS = 66;
const NOT_STARTED = 67;

const files = process.argv.splice(2);
const requireHere = createRequire(import.meta.url);
const RUNNER = requireHere.resolve('./jestProofRunner.cjs');
const TESTS = requireHere.resolve('./jestProofTests.cjs');
const exit = process.exit.bind(process);
const { channel } = takeOver();
const report = process.env[TEST_REPORT_VARIABLE] ?? '';
const job = process.env[PROOF_JOB_VARIABLE] ?? '{}';
delete process.env[TEST_REPORT_VARIABLE];
delete process.env[PROOF_JOB_VARIABLE];

/** The switches of one global object after the other, as one. */
class Switches implements Switch {
  private current: Switch | undefined;
  private active = 0;
  private readonly noted = new Set<number>();

  /** From here on the switch is that of another global object. */
  install(name: string, target: object): void {
    for (const number of this.current?.take() ?? []) this.noted.add(number);
    this.current = installSwitch(name, target);
    this.current.wake(this.active);
  }

  wake(number: number): void {
    this.active = number;
    this.current?.wake(number);
  }

  take(): number[] {
    const numbers = [...this.noted, ...(this.current?.take() ?? [])];
    this.noted.clear();
    return numbers;
  }

  note(number: number): void {
    this.noted.add(number);
  }
}

const switches = new Switches();
let switchName = '';
let current: { chosen: ReadonlySet<string> | undefined; ended: (test: EndedTest) => void } | undefined;

/** Jest's own way to run a file, watched. */
function watching(run: RunFile): RunFile {
  return async (globalConfig, config, environment, runtime, path, send) => {
    switches.install(switchName, environment.global);
    const own = environment.handleTestEvent;
    const outside = new Set<number>();
    const see = (event: { name: string; test?: Test }, state: State): void => {
      if (event.name === 'run_start') chooseIn(state, path);
      if (event.name === 'test_start') for (const number of switches.take()) outside.add(number);
      if (event.name === 'test_done' && event.test) tell(event.test, path);
    };
    environment.handleTestEvent = (event, state) => {
      see(event, state);
      return own?.call(environment, event, state);
    };
    const result = await run(globalConfig, config, environment, runtime, path, send);
    for (const number of outside) switches.note(number);
    return result;
  };
}

function chooseIn({ rootDescribeBlock, hasFocusedTests }: State, path: string): void {
  visit(rootDescribeBlock, (test) => {
    const isChosen = current?.chosen?.has(nameOf(test, path)) ?? true;
    if (!isChosen && (!hasFocusedTests || test.mode === 'only')) test.mode = 'skip';
  });
}

function tell(test: Test, path: string): void {
  const errors = (test.errors ?? []).flat().filter((error) => error !== undefined && error !== null);
  const status: TestStatus =
    errors.length === 0 ? 'passed' : errors.some(isAssertion) ? 'assertion' : 'crash';
  current?.ended({ name: nameOf(test, path), status, passedBy: switches.take() });
}

/** With the suites around it; of several files, the file as well. */
function nameOf(test: Test, path: string): string {
  return files.length > 1 ? `${path} > ${fullName(test)}` : fullName(test);
}

function runnerOf(tests: JestTest[], run: (tests: JestTest[]) => Promise<void>): RunTests {
  const filesOf = new Map<string, string>();
  let file = '';
  return async (chosen, ended) => {
    const note = (test: EndedTest): void => {
      filesOf.set(test.name, file);
      ended(test);
    };
    current = { chosen, ended: note };
    for (const test of tests) {
      if (chosen && ![...chosen].some((name) => filesOf.get(name) === test.path)) continue;
      file = test.path;
      await run([test]);
    }
  };
}

async function main(): Promise<void> {
  const found = findJest();
  if ('problem' in found) return exit(NOT_STARTED);
  const { isCircus, fromCore, fromConfig, run } = await openJest(found.folder);
  if (!isCircus) return exit(NOT_CIRCUS);
  const load = <T>(require: NodeJS.Require, name: string): T =>
    defaultOf<T>(require(require.resolve(name))).default;
  (requireHere(TESTS) as typeof JestProofTests).prepare(watching(load(fromConfig, 'jest-circus/runner')));
  (requireHere(RUNNER) as typeof JestProofRunner).prepare({
    Base: load(fromCore, 'jest-runner'),
    runAll: async (tests, runSome) => {
      await proveOver({ channel, report, job }, (name) => {
        switchName = name;
        return { state: switches, run: runnerOf(tests, runSome) };
      });
      exit(0);
    },
  });
  await run(files, { reporters: [], runner: RUNNER, testRunner: TESTS });
  exit(NOT_STARTED);
}

main().catch(() => exit(NOT_STARTED));
