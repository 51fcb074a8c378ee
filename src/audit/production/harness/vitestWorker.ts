import { ONLY_VARIABLE, VITEST_VARIABLE } from './environment';
import { leakyMatcher } from './matchers';
import type { VitestWords } from './vitestWords';

/*
 * The test runner inside of vitest's workers, which the audited code shares: it adds the harness's tests to those of each
 * file, and keeps count for itself of the tests that threw.
 */

interface Task {
  name: string;
  mode: string;
  type: string;
  fails?: boolean;
  suite?: Task;
  tasks?: Task[];
  result?: { state?: string };
}

type AddTest = (name: string, run: () => unknown) => void;
type AddSuite = ((name: string, run: () => void) => void) & { sequential?: AddSuite };

interface Runner {
  importFile(path: string, source: string): unknown;
  extendTaskContext?(context: { task: Task }): unknown;
  onCollected?(files: Task[]): unknown;
  onBeforeRunTask?(test: Task): unknown;
  runTask?(test: Task): unknown;
}

interface Interface {
  test: AddTest;
  describe: AddSuite;
  expect: unknown;
  assert: (value: unknown) => void;
  TestRunner?: RunnerClass;
}
type RunnerClass = (new (config: object) => Runner) & {
  getTestFn?: (test: Task) => (() => unknown) | undefined;
};

/** A choice of tests by their names would leave twins out that are not chosen themselves. */
const MAX_TWINS = process.env[ONLY_VARIABLE] === undefined ? 5 : 0;

const words = JSON.parse(process.env[VITEST_VARIABLE] ?? '{}') as VitestWords;
delete process.env[VITEST_VARIABLE];

const load = async <T>(name: string): Promise<T> =>
  (await import(/* @vite-ignore */ `${words.folder}/dist/${name}.js`)) as T;
const vitest = await load<Interface>('index');
const Standard =
  vitest.TestRunner ?? (await load<{ VitestTestRunner: RunnerClass }>('runners')).VitestTestRunner;
const getFunction =
  Standard.getTestFn ?? (await load<{ getFn: (test: Task) => (() => unknown) | undefined }>('suite')).getFn;
const Base = words.runner
  ? ((await import(/* @vite-ignore */ words.runner)) as { default: RunnerClass }).default
  : Standard;

/** What the project's code may have put into the place of vitest's own functions. */
function visible<K extends 'test' | 'describe' | 'expect'>(name: K): Interface[K] {
  return (globalThis as Partial<Interface>)[name] ?? vitest[name];
}

export default class SeaworthyRunner extends Base {
  private readonly names: string[] = [];
  private readonly own = new Set<Task>();
  private readonly expectedToFail = new WeakSet<Task>();
  private readonly threw = new Set<Task>();
  private isAdding = false;
  private isFocused = false;

  override async importFile(path: string, source: string): Promise<unknown> {
    const imported: unknown = await super.importFile(path, source);
    if (source === 'collect') this.addTests();
    return imported;
  }

  override extendTaskContext(context: { task: Task }): unknown {
    const { task } = context;
    if (this.isAdding) this.own.add(task);
    else if (task.type === 'test' && this.names.length < MAX_TWINS && !this.names.includes(task.name))
      this.names.push(task.name);
    return super.extendTaskContext?.(context) ?? context;
  }

  private addTests(): void {
    const describe = visible('describe');
    (describe.sequential ?? describe)(words.suite, () => {
      this.isAdding = true;
      const test = visible('test');
      const fail = (): never => {
        throw new Error(`${words.reason} ${this.threw.size}${this.isFocused ? ' focused' : ''}`);
      };
      test(words.pass, () =>
        (visible('expect') as (value: number) => { toBe?: (other: number) => void })(1).toBe?.(1),
      );
      for (const name of this.names) {
        test(name, () => fail());
        test(name, () => Promise.resolve().then(fail));
      }
      test(words.matchers, async () => {
        const leaky =
          (await leakyMatcher(visible('expect'))) ?? (await leakyMatcher(vitest.expect)) ?? chaiLeak();
        if (leaky === undefined) fail();
      });
      test(words.fail, fail);
      this.isAdding = false;
    });
  }

  override async onCollected(files: Task[]): Promise<void> {
    const visit = (task: Task): void => {
      if (task.fails === true) this.expectedToFail.add(task);
      // A test that was told to run alone must not keep ours from running.
      if (this.own.has(task) && task.suite) {
        if (task.mode === 'skip') this.isFocused = true;
        task.mode = task.suite.mode = 'run';
      }
      task.tasks?.forEach(visit);
    };
    files.forEach(visit);
    await super.onCollected?.(files);
  }

  override async runTask(test: Task): Promise<void> {
    this.threw.delete(test);
    try {
      await (super.runTask ? super.runTask(test) : getFunction(test)?.());
    } catch (error) {
      if (!isSkip(error) && !this.own.has(test) && !this.expectedToFail.has(test)) this.threw.add(test);
      throw error;
    }
  }
}

/** Chai, which vitest hands on, has assertions of its own. */
function chaiLeak(): string | undefined {
  try {
    vitest.assert(false);
  } catch {
    return undefined;
  }
  return 'assert';
}

/** Vitest skips a running test by an error. */
function isSkip(error: unknown): boolean {
  return (error as { code?: unknown } | null | undefined)?.code === 'VITEST_PENDING';
}
