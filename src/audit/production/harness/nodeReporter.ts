import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT_VARIABLE } from './environment';
import { placeIn } from './errorPlace';
import type { HarnessRecord, TestRecord } from './records';

interface TestEvent {
  type: string;
  data: {
    name: string;
    nesting: number;
    file?: string;
    entryFile?: string;
    line?: number;
    skip?: unknown;
    todo?: unknown;
    message?: string;
    details?: { type?: string; error?: { failureType?: string; message?: string; cause?: unknown } };
  };
}

const root = process.env[ROOT_VARIABLE] ?? process.cwd();
const MAX_MESSAGE = 2000;
const MAX_STDERR = 4000;

/** Keeps the names of the suites around the test that comes next, for each test file. */
class Names {
  private readonly stacks = new Map<string, string[]>();

  start(file: string, nesting: number, name: string): void {
    const stack = this.stacks.get(file) ?? [];
    stack.length = Math.min(stack.length, nesting);
    stack[nesting] = name;
    this.stacks.set(file, stack);
  }

  full(file: string, nesting: number, name: string): string {
    return [...(this.stacks.get(file) ?? []).slice(0, nesting), name].join(' > ');
  }
}

function pathOf(file: string | undefined): string {
  return file?.startsWith('file:') ? fileURLToPath(file) : (file ?? '');
}

/** `node --test` reports a test file that ends without a test of its own as a test with the file's name. */
function isFileItself({ name, nesting, file }: TestEvent['data']): boolean {
  const path = pathOf(file);
  return nesting === 0 && path !== '' && (isAbsolute(name) ? name : resolve(process.cwd(), name)) === path;
}

function failureOf(event: TestEvent['data'], file: string): Pick<TestRecord, 'message' | 'line' | 'derived'> {
  const error = event.details?.error;
  const cause = error?.cause;
  const stack = typeof cause === 'object' && cause !== null && 'stack' in cause ? String(cause.stack) : '';
  const message =
    typeof cause === 'object' && cause !== null && 'message' in cause
      ? String(cause.message)
      : String(cause ?? error?.message ?? '');
  const place = placeIn(stack, root, file);
  const line = place.file === file && place.line !== undefined ? { line: place.line } : {};
  return {
    message: message.slice(0, MAX_MESSAGE),
    ...line,
    ...(error?.failureType === 'subtestsFailed' ? { derived: true } : {}),
  };
}

/** Reporter for `node --test`: one record a line, and what the tests print goes on to the runner's own output. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const names = new Names();
  const stderr = new Map<string, string>();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const line = (record: HarnessRecord): string => `${JSON.stringify(record)}\n`;
  for await (const { type, data } of events) {
    const file = pathOf(data.file);
    const entry = pathOf(data.entryFile) || file;
    if (type === 'test:stdout') process.stdout.write(data.message ?? '');
    else if (type === 'test:stderr') {
      process.stderr.write(data.message ?? '');
      stderr.set(file, ((stderr.get(file) ?? '') + (data.message ?? '')).slice(0, MAX_STDERR));
    } else if (type === 'test:start') names.start(entry, data.nesting, data.name);
    else if (type === 'test:summary' && file !== '') yield line({ type: 'file', file });
    else if (type === 'test:pass' || type === 'test:fail') {
      if (isFileItself(data)) {
        if (type === 'test:fail')
          yield line({ type: 'file-error', file, ...fileError(stderr.get(file) ?? '', data, file) });
        continue;
      }
      const failed = type === 'test:fail' && !data.todo;
      if (data.details?.type === 'suite' && (!failed || data.details.error?.failureType === 'subtestsFailed'))
        continue;
      const status = failed
        ? 'failed'
        : data.skip !== undefined || data.todo !== undefined
          ? 'skipped'
          : 'passed';
      counts[status]++;
      const failure = failed ? failureOf(data, entry) : {};
      const start = data.line === undefined ? {} : { line: data.line };
      yield line({
        type: 'test',
        file: entry,
        name: names.full(entry, data.nesting, data.name),
        status,
        ...start,
        ...failure,
      });
    }
  }
  yield line({ type: 'end', ...counts });
}

function fileError(
  stderr: string,
  data: TestEvent['data'],
  file: string,
): { message: string; line?: number; missing?: string } {
  const thrown = /^(?:\w*Error)\b[^\n]*/m.exec(stderr)?.[0];
  const missing = /Cannot find (?:package|module) '([^']+)'/.exec(stderr)?.[1];
  const place = placeIn(stderr, root, file);
  return {
    message: (thrown ?? failureOf(data, file).message ?? '').slice(0, MAX_MESSAGE),
    ...(place.file === file && place.line !== undefined ? { line: place.line } : {}),
    ...(missing === undefined ? {} : { missing }),
  };
}
