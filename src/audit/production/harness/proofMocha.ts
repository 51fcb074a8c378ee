import { isAssertion } from './assertionError';
import type { MochaRunnable, MochaRunner } from './mochaReporter';
import { firstFiles, loadMocha } from './mochaSetup';
import type { LoadedMocha, MochaSuite } from './mochaSetup';
import { renewModules } from './moduleGeneration';
import { packageFolder } from './packageFolder';
import type { EndedTest, RunTests, TestStatus } from './proofLoop';
import type { Switch } from './proofSwitch';
import { startProof } from './startProof';

const files = process.argv.slice(2);
const exit = process.exit.bind(process);

/** Runs a new mocha each time, over modules loaded anew. */
function runnerOf({ Mocha, options, extra }: LoadedMocha, state: Switch): RunTests {
  return async (chosen, ended) => {
    renewModules();
    const reporter = function (runner: MochaRunner): void {
      follow(runner, state, ended);
    };
    const instance = new Mocha({ ...extra, reporter });
    for (const file of [...firstFiles(options), ...files]) {
      instance.files = [file];
      await instance.loadFilesAsync().catch(() => ended({ name: file, status: 'crash' }));
    }
    instance.suite.bail(false);
    Object.defineProperty(instance.suite, 'hasOnly', { value: () => false });
    if (chosen) keepOnly(instance.suite, chosen);
    await new Promise<number>((done) => instance.run(done));
  };
}

function keepOnly(suite: MochaSuite, chosen: ReadonlySet<string>): void {
  suite.tests = suite.tests.filter((test) => chosen.has(nameOf(test)));
  for (const inner of suite.suites) keepOnly(inner, chosen);
}

/** Hooks around all tests run between two of them, so what they pass by is nobody's. */
function follow(runner: MochaRunner, state: Switch, ended: (test: EndedTest) => void): void {
  const outside: number[] = [];
  let status: TestStatus = 'passed';
  runner.on('test', () => {
    outside.push(...state.take());
    status = 'passed';
  });
  runner.on('pending', (test) => ended({ name: nameOf(test), status: 'skipped' }));
  runner.on('fail', (test, error) => {
    status = isAssertion(error) ? 'assertion' : 'crash';
    // A hook that fails takes tests with it that never end.
    if (test.type === 'hook') ended({ name: nameOf(test), status });
  });
  runner.on('test end', (test) => {
    if (test.isPending?.()) return;
    ended({ name: nameOf(test), status, passedBy: state.take() });
  });
  runner.on('end', () => {
    outside.push(...state.take());
    for (const number of outside) state.note(number);
  });
}

function nameOf(test: MochaRunnable): string {
  const names: string[] = [];
  for (let current: MochaRunnable | undefined = test; current && !current.root; current = current.parent) {
    names.unshift(current.title);
  }
  return names.join(' > ');
}

async function main(): Promise<void> {
  const folder = packageFolder('mocha', process.cwd());
  if (folder === undefined) throw new Error('mocha is not installed in the workspace');
  await startProof(async (state) => runnerOf(await loadMocha(folder), state));
  exit(0);
}

void main();
