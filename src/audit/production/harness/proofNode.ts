import { suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { isAssertion } from './assertionError';
import { renewModules } from './moduleGeneration';
import type { EndedTest, RunTests } from './proofLoop';
import { startProof } from './startProof';

interface TestEvent {
  type: string;
  data: {
    name: string;
    nesting: number;
    skip?: unknown;
    todo?: unknown;
    details?: { type?: string; error?: { failureType?: string; cause?: unknown } };
  };
}

const files = process.argv.slice(2);
const setTimer = setInterval;
const exit = process.exit.bind(process);
const addSuite = suite.bind(undefined);
const addTest = test.bind(undefined);

let current: { ended: (test: EndedTest) => void; last: string; over: () => void } | undefined;
let isFollowed = false;

/** Reporter for node:test in the process of one test file; the same module as the program that runs there. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  if (isFollowed) return;
  isFollowed = true;
  const names: string[] = [];
  for await (const { type, data } of events) {
    if (type === 'test:start') {
      names.length = Math.min(names.length, data.nesting);
      names[data.nesting] = data.name;
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.nesting === 0 && data.name === current?.last) current.over();
    else if (data.nesting > 0) tell(type, data, names);
  }
  yield '';
}

function tell(type: string, data: TestEvent['data'], names: readonly string[]): void {
  const isSet = (mark: unknown): boolean => mark !== undefined && mark !== false;
  const error = data.details?.error;
  const failed = type === 'test:fail' && !isSet(data.todo);
  if (error?.failureType === 'subtestsFailed' || (data.details?.type === 'suite' && !failed)) return;
  const status = failed
    ? isAssertion(error?.cause)
      ? 'assertion'
      : 'crash'
    : isSet(data.skip) || isSet(data.todo)
      ? 'skipped'
      : 'passed';
  current?.ended({ name: [...names.slice(1, data.nesting), data.name].join(' > '), status });
}

/** Each run is a suite of its own, which takes its hooks with it when it ends. */
const runTests: RunTests = async (_chosen, ended) => {
  const generation = renewModules();
  const last = `last of ${generation}`;
  const isOver = new Promise<void>((over) => {
    current = { ended, last, over };
  });
  let failure: unknown;
  void addSuite(`run ${generation}`, async () => {
    for (const file of files) {
      await import(`${pathToFileURL(file).href}?seaworthy=${generation}`).catch((error: unknown) => {
        failure = error ?? 'failed';
      });
    }
  });
  await addTest(last, () => undefined);
  await isOver;
  if (failure !== undefined) ended({ name: '', status: 'crash' });
};

async function main(): Promise<void> {
  // The event loop must not run dry between two events.
  setTimer(() => undefined, 1000);
  await startProof(() => runTests);
  exit(0);
}

void main();
