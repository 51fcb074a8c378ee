import { ROOT_VARIABLE } from './environment';
import { placeIn, textOf } from './errorPlace';
import type { HarnessRecord, TestRecord } from './records';

interface TestEvent {
  type: string;
  data: {
    name: string;
    nesting: number;
    line?: number;
    skip?: unknown;
    todo?: unknown;
    details?: { type?: string; error?: { failureType?: string; message?: string; cause?: unknown } };
  };
}

const root = process.env[ROOT_VARIABLE] ?? process.cwd();
const MAX_MESSAGE = 2000;

/** The names of the suites around the test that comes next. */
class Names {
  private readonly stack: string[] = [];

  start(nesting: number, name: string): void {
    this.stack.length = Math.min(this.stack.length, nesting);
    this.stack[nesting] = name;
  }

  full(nesting: number, name: string): string {
    return [...this.stack.slice(0, nesting), name].join(' > ');
  }
}

function failureOf(event: TestEvent['data'], file: string): Pick<TestRecord, 'message' | 'line' | 'derived'> {
  const error = event.details?.error;
  const cause = error?.cause;
  const stack = textOf(cause, 'stack');
  const message = textOf(cause, 'message') || (typeof cause === 'string' ? cause : (error?.message ?? ''));
  const place = placeIn(stack, root, file);
  const line = place.file === file && place.line !== undefined ? { line: place.line } : {};
  return {
    message: message.slice(0, MAX_MESSAGE),
    ...line,
    ...(error?.failureType === 'subtestsFailed' ? { derived: true } : {}),
  };
}

/** Reporter for node:test in the process of one test file: one record a line. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const names = new Names();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  // Only a file that has come to its end writes its name: a report cut short lacks it.
  const file = process.argv[1] ?? '';
  const line = (record: HarnessRecord): string => `${JSON.stringify(record)}\n`;
  for await (const { type, data } of events) {
    if (type === 'test:start') names.start(data.nesting, data.name);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A test still to be done may fail without failing its file.
    const failed = type === 'test:fail' && (data.todo === undefined || data.todo === false);
    const derived = data.details?.error?.failureType === 'subtestsFailed';
    if (data.details?.type === 'suite' && (!failed || derived)) continue;
    const status = failed ? 'failed' : isSet(data.skip) || isSet(data.todo) ? 'skipped' : 'passed';
    counts[status]++;
    const start = data.line === undefined ? {} : { line: data.line };
    const failure = failed
      ? failureOf(data, file)
      : typeof data.skip === 'string'
        ? { message: data.skip.slice(0, MAX_MESSAGE) }
        : {};
    yield line({
      type: 'test',
      file,
      name: names.full(data.nesting, data.name),
      status,
      ...start,
      ...failure,
    });
  }
  yield line({ type: 'file', file });
  yield line({ type: 'end', ...counts });
}

function isSet(mark: unknown): boolean {
  return mark !== undefined && mark !== false;
}
