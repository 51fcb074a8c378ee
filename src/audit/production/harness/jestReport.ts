import { comparedValues, durationOf } from './comparedValues';
import { ROOT_VARIABLE } from './environment';
import { placeIn } from './errorPlace';
import type { Observed } from './jestTestRunner';
import type { HarnessRecord, TestRecord } from './records';

interface AssertionResult {
  ancestorTitles: string[];
  title: string;
  status: string;
  failureMessages?: string[];
  /** Errors as they were thrown; those of a matcher hold what it compared. */
  failureDetails?: unknown[];
  duration?: number | null;
  /** How often it was run. */
  invocations?: number;
  location?: { line: number } | null;
}

export interface TestFileResult {
  testResults: AssertionResult[];
  testExecError?: { message?: string; stack?: string; code?: unknown; moduleName?: unknown } | null;
  failureMessage?: string | null;
  testFilePath: string;
}

const MAX_MESSAGE = 2000;
/** Jest colours its messages whatever the environment says. */
const COLOUR = /\u001b\[[0-9;]*m/g;

/** The records of what jest says of its test files. */
export class JestReport {
  private readonly root = process.env[ROOT_VARIABLE] ?? '';
  /** Tests of the harness, by how they ended. */
  readonly canaries = { passed: 0, failed: 0, skipped: 0 };
  /** Tests that passed for jest since they failed. */
  expectedFailures = 0;

  constructor(
    private readonly write: (record: HarnessRecord) => void,
    /** The name of the first test of the harness in each file, which is followed by nothing but more of them. */
    private readonly firstCanary: string,
  ) {}

  /** `observed` is what the harness saw for itself while the file ran. */
  add(result: TestFileResult, observed: Observed | undefined): void {
    const file = result.testFilePath;
    const tests = result.testResults;
    const found = tests.findIndex(
      ({ ancestorTitles, title }) => ancestorTitles.length === 0 && title === this.firstCanary,
    );
    const own = found === -1 ? tests : tests.slice(0, found);
    for (const test of own) this.addTest(file, test, observed?.failing.has(nameOf(test)) ?? false);
    for (const test of tests.slice(own.length)) this.addCanary(file, test);
    if (observed && tests.length > 0 && observed.doubt !== '')
      this.write({ type: 'distrust', message: observed.doubt });
    if ((observed?.threw ?? 0) > own.filter(({ status }) => status === 'failed').length)
      this.write({ type: 'distrust', message: 'a test that threw is reported as one that did not fail' });
    if (result.testExecError) this.addError(file, result);
    else this.write({ type: 'file', file });
  }

  private addTest(file: string, test: AssertionResult, mustFail: boolean): void {
    const failsAsExpected = mustFail && test.status === 'passed';
    if (failsAsExpected) this.expectedFailures++;
    const status = failsAsExpected ? 'skipped' : statusOf(test);
    const tries = test.invocations ?? 1;
    this.write({
      type: 'test',
      file,
      name: nameOf(test),
      status,
      ...(failsAsExpected ? { kind: 'expected failure' } : {}),
      ...(test.status === 'todo' ? { kind: 'todo' } : {}),
      ...(status === 'passed' && tries > 1 ? { tries } : {}),
      ...(test.location ? { line: test.location.line } : {}),
      ...durationOf(test.duration),
      ...(status === 'failed' ? this.failure(test.failureMessages?.[0] ?? '', file) : {}),
      ...(status === 'failed' ? comparedValues(matcherOf(test.failureDetails?.[0])) : {}),
    });
  }

  private addCanary(file: string, test: AssertionResult): void {
    const status = statusOf(test);
    this.canaries[status]++;
    const message = messageOf((test.failureMessages ?? []).join('\n').replace(COLOUR, ''));
    this.write({ type: 'canary', file, name: test.title, status, message });
  }

  private failure(text: string, file: string): { message: string; line?: number } {
    const plain = text.replace(COLOUR, '');
    const place = placeIn(plain, this.root, file);
    return {
      message: messageOf(plain),
      ...(place.file === file && place.line !== undefined ? { line: place.line } : {}),
    };
  }

  private addError(file: string, { testExecError, failureMessage }: TestFileResult): void {
    const text = (testExecError?.stack ?? testExecError?.message ?? failureMessage ?? '').replace(COLOUR, '');
    const missing =
      typeof testExecError?.moduleName === 'string'
        ? testExecError.moduleName
        : /Cannot find module '([^']+)'/.exec(text)?.[1];
    const place = placeIn(text, this.root, file);
    this.write({
      type: 'file-error',
      file,
      message: messageOf(text),
      ...(place.file === file && place.line !== undefined ? { line: place.line } : {}),
      ...(missing === undefined ? {} : { missing }),
    });
  }
}

function nameOf({ ancestorTitles, title }: AssertionResult): string {
  return [...ancestorTitles, title].join(' > ');
}

function matcherOf(error: unknown): unknown {
  return (error as { matcherResult?: unknown } | null | undefined)?.matcherResult ?? error;
}

function statusOf({ status }: AssertionResult): TestRecord['status'] {
  return status === 'passed' || status === 'failed' ? status : 'skipped';
}

/** What stands before the stack. */
function messageOf(text: string): string {
  const stack = /\n\s+at .+:\d+/.exec(text)?.index ?? text.length;
  return text.slice(0, stack).trim().slice(0, MAX_MESSAGE);
}
