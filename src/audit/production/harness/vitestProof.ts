import { readFileSync, rmSync } from 'node:fs';
import { isAssertion } from './assertionError';
import { channelOf } from './channel';
import { VITEST_VARIABLE } from './environment';
import type { ProofWords } from './proofHandover';
import type { EndedTest, RunTests, TestStatus } from './proofLoop';
import { installSwitch } from './proofSwitch';
import type { Switch } from './proofSwitch';
import { proveOver } from './startProof';

/*
 * The test runner inside of vitest's worker when mutants are tried: when the first test file is to be run, it runs all of
 * them again and again, with the modules of the project loaded anew, and tells vitest nothing of it.
 */

interface Task {
  name: string;
  mode: string;
  type: string;
  concurrent?: boolean;
  retry?: unknown;
  suite?: Task;
  tasks?: Task[];
  file?: { filepath?: string };
  result?: { state?: string; errors?: unknown[] };
}

interface Runner {
  config: object;
  workerState?: { filepath?: string };
  moduleRunner?: Executor;
  __vitest_executor?: Executor;
  onBeforeCollect?(paths: string[]): unknown;
  onCollected?(files: Task[]): unknown;
  onBeforeRunTask?(test: Task): unknown;
  onAfterRunTask?(test: Task): unknown;
  runTask?(test: Task): unknown;
}

interface Executor {
  mocker?: { reset?(): void };
}

type RunnerClass = (new (config: object) => Runner) & {
  getTestFn?: (test: Task) => (() => unknown) | undefined;
};
interface Mocks {
  resetModules(): void;
  resetConfig(): void;
  restoreAllMocks(): void;
  useRealTimers(): void;
  unstubAllGlobals(): void;
  unstubAllEnvs(): void;
}

const words = JSON.parse(process.env[VITEST_VARIABLE] ?? '{}') as ProofWords;
delete process.env[VITEST_VARIABLE];
const channel = channelOf(readFileSync(words.keyFile, 'utf8'));
rmSync(words.keyFile);
const kill = process.kill.bind(process, process.pid, 'SIGKILL');

const load = async <T>(name: string): Promise<T> =>
  (await import(/* @vite-ignore */ `${words.folder}/dist/${name}.js`)) as T;
const { vi, TestRunner } = await load<{ vi: Mocks; TestRunner?: RunnerClass }>('index');
const { startTests } = await load<{
  startTests: (paths: string[], runner: Runner) => Promise<unknown>;
}>('browser');
const Standard = TestRunner ?? (await load<{ VitestTestRunner: RunnerClass }>('runners')).VitestTestRunner;
const getFunction =
  Standard.getTestFn ?? (await load<{ getFn: (test: Task) => (() => unknown) | undefined }>('suite')).getFn;
const Base = words.runner
  ? ((await import(/* @vite-ignore */ words.runner)) as { default: RunnerClass }).default
  : Standard;

/** What vitest put into the runner that it made: of version 5, of both, of version 3. */
const PUT_IN = ['moduleRunner', '_otel', '__vitest_executor'] as const;

/** One run over all test files. */
interface Run {
  state: Switch;
  chosen: ReadonlySet<string> | undefined;
  ended: (test: EndedTest) => void;
}

export default class ProofRunner extends Base {
  private run: Run | undefined;
  private readonly thrown = new Map<Task, unknown>();

  override async onBeforeCollect(paths: string[]): Promise<void> {
    if (this.run) return void (await super.onBeforeCollect?.(paths));
    try {
      await proveOver({ channel, report: words.report, job: words.job }, (name) => {
        const state = installSwitch(name);
        return { state, run: runnerOf(this, state) };
      });
    } catch {
      // Who started all this sees the end of the process, and says what it means.
      kill();
    }
    // The end is up to who reads the report.
    await new Promise(() => undefined);
  }

  /** Runs a file in the place of the runner that vitest made. */
  async runFile(file: string, run: Run): Promise<void> {
    this.run = run;
    await startTests([file], this);
  }

  override async onCollected(files: Task[]): Promise<void> {
    const visit = (task: Task): void => {
      // What runs side by side passes by the mutants of others.
      task.concurrent = false;
      task.retry = 0;
      const isChosen = this.run?.chosen?.has(nameOf(task)) ?? true;
      if (task.type === 'test' && task.mode === 'run' && !isChosen) task.mode = 'skip';
      task.tasks?.forEach(visit);
    };
    files.forEach(visit);
    await super.onCollected?.(files);
  }

  override async onBeforeRunTask(test: Task): Promise<void> {
    await super.onBeforeRunTask?.(test);
    for (const number of this.run?.state.take() ?? []) around.add(number);
  }

  override async runTask(test: Task): Promise<void> {
    try {
      await (super.runTask ? super.runTask(test) : getFunction(test)?.());
    } catch (error) {
      this.thrown.set(test, error);
      throw error;
    }
  }

  override async onAfterRunTask(test: Task): Promise<void> {
    await super.onAfterRunTask?.(test);
    const passedBy = this.run?.state.take() ?? [];
    this.run?.ended({ name: nameOf(test), status: this.statusOf(test), passedBy });
  }

  private statusOf(test: Task): TestStatus {
    const { state, errors = [] } = test.result ?? {};
    if (state === 'pass') return 'passed';
    if (state !== 'fail') return 'skipped';
    // Vitest keeps a copy of an error, which does not say all that the error said.
    const all = this.thrown.has(test) ? [this.thrown.get(test), ...errors] : errors;
    return all.some(isAssertion) ? 'assertion' : 'crash';
  }
}

/** Mutants that something outside of single tests passes by in this run. */
const around = new Set<number>();

function runnerOf(made: ProofRunner, state: Switch): RunTests {
  const filesOf = new Map<string, string>();
  return async (chosen, ended) => {
    around.clear();
    for (const file of words.files) {
      if (chosen && ![...chosen].some((name) => filesOf.get(name) === file)) continue;
      forget(made, file);
      const runner = renewed(made);
      const note = (test: EndedTest): void => {
        filesOf.set(test.name, file);
        ended(test);
      };
      await runner.runFile(file, { state, chosen, ended: note });
    }
    for (const number of around) state.note(number);
  };
}

/** What vitest does between two files. */
function forget(made: ProofRunner, file: string): void {
  vi.useRealTimers();
  vi.resetConfig();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  (made.moduleRunner ?? made.__vitest_executor)?.mocker?.reset?.();
  vi.resetModules();
  if (made.workerState) made.workerState.filepath = file;
}

/** A runner without what vitest added to it for telling of its tests. */
function renewed(made: ProofRunner): ProofRunner {
  const runner = new ProofRunner(made.config);
  for (const name of PUT_IN) {
    if (name in made && !(name in Base.prototype))
      Object.defineProperty(runner, name, {
        value: (made as unknown as Record<string, unknown>)[name],
        configurable: true,
        writable: true,
      });
  }
  return runner;
}

/** With the suites around it; of several files, the file as well. */
function nameOf(test: Task): string {
  const names: string[] = [];
  for (let task: Task | undefined = test; task; task = task.suite)
    if (task.name !== '') names.unshift(task.name);
  const file = words.files.length > 1 ? [test.file?.filepath ?? ''] : [];
  return [...file, ...names].join(' > ');
}
