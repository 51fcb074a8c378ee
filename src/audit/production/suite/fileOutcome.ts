import type { NextStep } from '../../report';
import type { Evidence, TestRun } from '../evidence';
import type { TestRecord } from '../harness/records';
import { doubtAbout } from '../verdict';
import { clip } from '../wording';
import { isChosen } from './chosenTests';
import type { ChosenTest } from './chosenTests';

/** One test as it came out. `errored`: what it came to can't be told, for the reason in `message`. */
export interface TestOutcome extends Pick<
  TestRecord,
  'name' | 'message' | 'expected' | 'actual' | 'durationMs'
> {
  status: TestRecord['status'] | 'errored';
  /** Of the failure in the test file, or of the test itself; 1-based. */
  line?: number;
}

/** Why tests of a file have no result, or none that can be believed. */
export interface FileProblem {
  message: string;
  line?: number;
  nextStep?: NextStep;
}

/** What came of one test file. */
export interface FileOutcome {
  path: string;
  tests: TestOutcome[];
  /** Holds for every test of the file that was asked for and is not in `tests`. */
  problem?: FileProblem;
  /** Why the file as a whole was skipped. */
  skipped?: string;
}

/** How reports name a file that is skipped before any of its tests is known. */
const WHOLE_FILE = 'the whole file';

type Surroundings = Pick<Evidence, 'testTimeoutMs' | 'mayBePackage' | 'notSent'>;

/** What a run that has ended says of one of its files: a pass needs every sign of one, as it does in an audit. */
export function outcomeOf(
  path: string,
  run: TestRun,
  chosen: readonly ChosenTest[] | undefined,
  around: Surroundings,
): FileOutcome {
  const { report } = run;
  const own = report.tests.filter((test) => test.file === path && !test.derived);
  const whole = own.find(({ name, status }) => name === WHOLE_FILE && status === 'skipped');
  if (whole) return { path, tests: [], skipped: whole.message ?? '' };
  const error = report.fileErrors.find(({ file }) => file === path || file === '');
  const doubt = doubtAbout(run, new Set([path]), around);
  const tests = own
    .filter(({ name }) => chosen === undefined || isChosen(name, chosen))
    .map((test) => testOutcome(test, doubt?.reason, run, around));
  const problem = error ? problemOf(path, error, around) : doubt;
  if (problem !== undefined) {
    const { reason, ...more } = 'reason' in problem ? problem : { reason: problem.message, ...problem };
    return { path, tests, problem: { ...more, message: reason } };
  }
  if (tests.length > 0) return { path, tests };
  const message =
    chosen === undefined
      ? 'the file reported no test'
      : 'the runner reported no test of this name: save the file, or refresh the tests';
  return { path, tests, problem: { message } };
}

function testOutcome(
  { name, status, message, expected, actual, line, durationMs, kind }: TestRecord,
  doubt: string | undefined,
  run: TestRun,
  { notSent }: Surroundings,
): TestOutcome {
  const shared = {
    name,
    ...(line !== undefined && { line }),
    ...(durationMs !== undefined && { durationMs }),
  };
  const withheld = status === 'failed' && message !== undefined && notSent.path(message, run.folder);
  if (withheld) return { ...shared, status: 'errored', message: `it needs ${withheld}` };
  if (status === 'passed' && doubt !== undefined) return { ...shared, status: 'errored', message: doubt };
  const said = message ?? kind;
  return {
    ...shared,
    status,
    ...(said !== undefined && { message: said }),
    ...(status === 'failed' && {
      ...(expected !== undefined && { expected }),
      ...(actual !== undefined && { actual }),
    }),
  };
}

function problemOf(
  path: string,
  { message, line, missing, file }: { message: string; line?: number; missing?: string; file: string },
  { mayBePackage, notSent }: Surroundings,
): FileProblem {
  if (missing !== undefined) {
    const withheld = notSent.module(path, missing);
    if (withheld !== undefined) return { message: `the file needs ${withheld}` };
    if (mayBePackage(path, missing))
      return {
        message: `the file needs ${missing}, which is not installed in the workspace`,
        nextStep: 'install-dependencies',
      };
  }
  const said = clip(message) || 'it ended with an error';
  return {
    message: `this test file could not be run: ${said}`,
    ...(file === path && line !== undefined && { line }),
  };
}
