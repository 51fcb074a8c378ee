import { appendFileSync } from 'node:fs';
import { startCoverage, takeCoverage, writeCoverage } from './coverage';
import { ROOT_VARIABLE, TARGET_VARIABLE, TEST_FILE_VARIABLE, TEST_REPORT_VARIABLE } from './environment';
import { placeIn } from './errorPlace';
import type { HarnessRecord, TestRecord } from './records';

interface AssertionResult {
  ancestorTitles: string[];
  title: string;
  status: string;
  failureMessages?: string[];
  location?: { line: number } | null;
}

interface TestFileResult {
  testResults: AssertionResult[];
  testExecError?: { message?: string; stack?: string; code?: unknown; moduleName?: unknown } | null;
  failureMessage?: string | null;
  console?: { message: string; type: string }[] | null;
}

const MAX_MESSAGE = 2000;
/** Jest colours its messages whatever the environment says. */
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Reporter for jest: the records of each test file once it has ended. The runner writes the end of the report. */
class SeaworthyReporter {
  private readonly report = process.env[TEST_REPORT_VARIABLE] ?? '';
  private readonly root = process.env[ROOT_VARIABLE] ?? '';

  onTestFileStart({ path }: { path: string }): void {
    process.env[TEST_FILE_VARIABLE] = path;
    startCoverage();
  }

  onTestFileResult({ path }: { path: string }, result: TestFileResult): void {
    writeCoverage(takeCoverage(process.env[TARGET_VARIABLE] ?? ''), path);
    for (const { message, type } of result.console ?? []) {
      const stream = /^(?:error|warn|assert)$/.test(type) ? process.stderr : process.stdout;
      stream.write(`${message}\n`);
    }
    for (const test of result.testResults) this.addTest(path, test);
    if (result.testExecError) this.addError(path, result);
    else this.write({ type: 'file', file: path });
  }

  private addTest(file: string, test: AssertionResult): void {
    const status: TestRecord['status'] =
      test.status === 'passed' || test.status === 'failed' ? test.status : 'skipped';
    this.write({
      type: 'test',
      file,
      name: [...test.ancestorTitles, test.title].join(' > '),
      status,
      ...(test.location ? { line: test.location.line } : {}),
      ...(status === 'failed' ? this.failure(test.failureMessages?.[0] ?? '', file) : {}),
    });
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

  private write(record: HarnessRecord): void {
    appendFileSync(this.report, `${JSON.stringify(record)}\n`);
  }
}

/** What stands before the stack. */
function messageOf(text: string): string {
  const stack = /\n\s+at .+:\d+/.exec(text)?.index ?? text.length;
  return text.slice(0, stack).trim().slice(0, MAX_MESSAGE);
}

module.exports = SeaworthyReporter;
