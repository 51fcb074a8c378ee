import { pathToFileURL } from 'node:url';
import { Canaries } from './canaries';
import type { Channel } from './channel';
import { ROOT_VARIABLE, TEST_FILE_VARIABLE, TEST_REPORT_VARIABLE } from './environment';
import { comparedValues, durationOf } from './comparedValues';
import { placeIn, textOf } from './errorPlace';
import { nodeCanaries } from './nodeCanaries';
import type { HarnessRecord, TestRecord } from './records';

interface TestEvent {
  type: string;
  data: {
    name: string;
    nesting: number;
    line?: number;
    skip?: unknown;
    todo?: unknown;
    details?: {
      type?: string;
      duration_ms?: number;
      error?: { failureType?: string; message?: string; cause?: unknown };
    };
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

type Failure = Pick<TestRecord, 'message' | 'line' | 'derived' | 'expected' | 'actual'>;

function failureOf(event: TestEvent['data'], file: string): Failure {
  const error = event.details?.error;
  const cause = error?.cause;
  const stack = textOf(cause, 'stack');
  const message = textOf(cause, 'message') || (typeof cause === 'string' ? cause : (error?.message ?? ''));
  const place = placeIn(stack, root, file);
  const line = place.file === file && place.line !== undefined ? { line: place.line } : {};
  return {
    message: message.slice(0, MAX_MESSAGE),
    ...line,
    ...comparedValues(cause),
    ...(error?.failureType === 'subtestsFailed' ? { derived: true } : {}),
  };
}

/** What the module hooks tell of the run. */
interface NodeTestRun {
  fileLoads(path: string): void;
}

/** Taken before a test could put a mock in their place. */
const later = setImmediate;
const exit = process.exit.bind(process);

let channel: Channel | undefined;
let canaries: Canaries | undefined;
let isStarted = false;

/** To be called once, before any code of the project is loaded. */
export function prepare(given: Channel): NodeTestRun {
  channel = given;
  canaries = new Canaries(given);
  const { addLast } = nodeCanaries(canaries);
  const file = process.env[TEST_FILE_VARIABLE] ?? '';
  let isLoading = false;
  return {
    fileLoads(path) {
      if (path !== file || isLoading) return;
      isLoading = true;
      // By then Node has begun to run the file; importing it once more waits until its top level is through.
      later(() => {
        import(pathToFileURL(file).href).then(addLast, () => undefined);
      });
    },
  };
}

/** Reporter for node:test in the process of one test file. Whoever calls it first is Node, or nothing of it is believed. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const isFirst = !isStarted;
  isStarted = true;
  const [signer, added] = [channel, canaries];
  if (!signer || !added) return;
  const path = process.env[TEST_REPORT_VARIABLE] ?? '';
  const file = process.env[TEST_FILE_VARIABLE] ?? '';
  const write = (record: HarnessRecord): void => signer.write(path, record);
  if (!isFirst) {
    write({ type: 'distrust', message: "the code uses Seaworthy's own reporter" });
    return;
  }
  const names = new Names();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of events) {
    if (type === 'test:start') names.start(data.nesting, data.name);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.nesting === 0 && added.isNext(data.name)) {
      const message = data.details?.error?.cause;
      write(added.record(type === 'test:pass' ? 'passed' : 'failed', textOf(message, 'message')));
      continue;
    }
    const record = testRecord(type, data, file, names);
    if (!record) continue;
    counts[record.status]++;
    added.saw(record);
    write(record);
  }
  // Only a file that has come to its end writes its name: a report cut short lacks it.
  write({ type: 'file', file });
  write({ type: 'end', ...counts });
  // Servers and timers that a test left behind must not keep the process.
  later(() => exit());
  yield '';
}

function testRecord(
  type: string,
  data: TestEvent['data'],
  file: string,
  names: Names,
): TestRecord | undefined {
  // A test still to be done may fail without failing its file.
  const failed = type === 'test:fail' && !isSet(data.todo);
  const derived = data.details?.error?.failureType === 'subtestsFailed';
  if (data.details?.type === 'suite' && (!failed || derived)) return undefined;
  const status = failed ? 'failed' : isSet(data.skip) || isSet(data.todo) ? 'skipped' : 'passed';
  return {
    type: 'test',
    file,
    name: names.full(data.nesting, data.name),
    status,
    ...(!failed && isSet(data.todo) ? { kind: 'todo' } : {}),
    ...(data.line === undefined ? {} : { line: data.line }),
    ...durationOf(data.details?.duration_ms),
    ...(failed ? failureOf(data, file) : {}),
    ...(!failed && typeof data.skip === 'string' ? { message: data.skip.slice(0, MAX_MESSAGE) } : {}),
  };
}

function isSet(mark: unknown): boolean {
  return mark !== undefined && mark !== false;
}
