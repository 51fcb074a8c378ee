import { ROOT_VARIABLE } from './environment';
import { placeIn } from './errorPlace';
import type { HarnessRecord, TestRecord } from './records';

interface AssertionResult {
  ancestorTitles: string[];
  title: string;
  status: string;
  failureMessages?: string[];
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

  constructor(private readonly write: (record: HarnessRecord) => void) {}

  add(result: TestFileResult): void {
    const file = result.testFilePath;
    for (const test of result.testResults) this.addTest(file, test);
    if (result.testExecError) this.addError(file, result);
    else this.write({ type: 'file', file });
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
}

/** What stands before the stack. */
function messageOf(text: string): string {
  const stack = /\n\s+at .+:\d+/.exec(text)?.index ?? text.length;
  return text.slice(0, stack).trim().slice(0, MAX_MESSAGE);
}
