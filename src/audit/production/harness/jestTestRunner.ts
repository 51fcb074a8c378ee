import { readFileSync } from 'node:fs';
import type { Canaries } from './canaries';
import { fullName, visit } from './jestTests';
import type { DescribeBlock, Test } from './jestTests';
import { describeLost, lostAssertion } from './keptAssertions';
import { leakyMatcher } from './matchers';

/*
 * The function with which jest runs each test file: jest's own, with the harness's tests added to those of the file. It is
 * loaded and prepared before any code of the project is; whoever loads it once more gets nothing.
 */

export interface State {
  rootDescribeBlock: DescribeBlock;
  hasFocusedTests: boolean;
}
type Follow = (event: { name: string; test?: Test }, state: State) => unknown;

interface Environment {
  global: Globals;
  handleTestEvent?: Follow;
}
interface Globals {
  test?: (name: string, run: (done: (error: unknown) => void) => unknown) => void;
  expect?: unknown;
}
type Transformed = { code: string };
interface Transformer {
  transform(file: string, options: unknown, source: string): Transformed;
  transformAsync(file: string, options: unknown, source: string): Promise<Transformed>;
}
interface Runtime {
  /** Up to version 29, and since. */
  _scriptTransformer?: Transformer;
  transformCache?: { scriptTransformer?: Transformer };
  requireModule(from: string, name?: string, ...more: unknown[]): unknown;
  requireModuleOrMock(from: string, name: string): unknown;
  unstable_importModule(from: string, name?: string): Promise<unknown>;
}
export type RunFile = (
  globalConfig: object,
  config: object,
  environment: Environment,
  runtime: Runtime,
  path: string,
  send?: unknown,
) => Promise<unknown>;

interface Preparation {
  /** Jest's own. */
  run: RunFile;
  /** New ones for each file. */
  canaries: () => Canaries;
  /** What was seen of each file. */
  observed: Map<string, Observed>;
}

export interface Observed {
  /** How many of its tests threw, although nothing said that they would. */
  threw: number;
  /** Names of those that are expected to fail, with the suites around them as a report joins them. */
  failing: Set<string>;
  /** Why its results say nothing; empty when nothing speaks against them. */
  doubt: string;
}

let preparation: Preparation | undefined;

/** To be called once, before jest starts. */
export function prepare(given: Preparation): void {
  preparation ??= given;
}

const { apply } = Reflect;

const FOCUSED = 'a test was told to run alone (.only), so others were left out';

const runFile: RunFile = async (globalConfig, config, environment, runtime, path, send) => {
  if (!preparation) throw new Error('This runs under Seaworthy alone');
  const { run, canaries, observed } = preparation;
  const file = new TestFile(canaries(), environment, runtime, path);
  const result = await run(globalConfig, config, environment, runtime, path, send);
  observed.set(path, { threw: file.threw.size, failing: file.failing, doubt: file.doubt });
  return result;
};

export default runFile;

class TestFile {
  readonly threw = new Set<Test>();
  readonly failing = new Set<string>();
  doubt = 'the events of the runner were kept from who watches it';
  private lost = '';
  private state: State | undefined;
  private own: Test[] = [];

  constructor(
    private readonly canaries: Canaries,
    private readonly environment: Environment,
    private readonly runtime: Runtime,
    private readonly path: string,
  ) {
    this.followEvents();
    this.followLoading();
    this.followCompiling();
  }

  /** What the configuration's compilers make of the file must still check what the file checks. */
  private followCompiling(): void {
    const { runtime, path } = this;
    const transformer = runtime._scriptTransformer ?? runtime.transformCache?.scriptTransformer;
    if (!transformer) return;
    const written = readFileSync(path, 'utf8');
    const seen = (file: string, made: Transformed): Transformed => {
      const method = file === path ? lostAssertion(written, made.code) : undefined;
      if (method !== undefined) this.lost = describeLost(method, path);
      return made;
    };
    const transform = transformer.transform.bind(transformer);
    const transformAsync = transformer.transformAsync.bind(transformer);
    transformer.transform = (file, ...more) => seen(file, transform(file, ...more));
    transformer.transformAsync = async (file, ...more) => seen(file, await transformAsync(file, ...more));
  }

  private followEvents(): void {
    const own = this.environment.handleTestEvent;
    this.environment.handleTestEvent = (event, state) => {
      this.state = state;
      if (event.name === 'run_start') this.watch(state);
      return own?.call(this.environment, event, state);
    };
  }

  /** The harness's tests come when the file's own are known. */
  private followLoading(): void {
    const { runtime, path } = this;
    const require = runtime.requireModule.bind(runtime);
    runtime.requireModule = (from, name, ...more) => {
      const loaded = require(from, name, ...more);
      if (from === path && name === undefined) this.add();
      return loaded;
    };
    const load = runtime.unstable_importModule.bind(runtime);
    runtime.unstable_importModule = async (from, name) => {
      const loaded = await load(from, name);
      if (from === path && name === undefined) this.add();
      return loaded;
    };
  }

  private add(): void {
    const root = this.state?.rootDescribeBlock;
    if (!root) return;
    visit(root, ({ name, mode }) => {
      this.canaries.saw({ type: 'test', file: '', name, status: mode === 'skip' ? 'skipped' : 'passed' });
    });
    const before = root.children.length;
    const test = this.visible('test');
    if (typeof test !== 'function') return;
    const { start, twins, matchers, last } = this.canaries.named();
    const fail = (): never => {
      throw new Error(this.canaries.reason);
    };
    test(start, () => {
      const expect = this.visible('expect') as (value: number) => { toBe?: (other: number) => void };
      // seaworthy-ignore TT02: it has to hold whatever the code does, or results can't be believed
      expect(1).toBe?.(1);
    });
    for (const name of twins) {
      test(name, () => fail());
      test(name, () => Promise.resolve().then(fail));
      test(name, (done) => void Promise.resolve().then(fail).catch(done));
    }
    test(matchers, async () => {
      if ((await leakyMatcher(this.visible('expect'))) === undefined) fail();
    });
    test(last, fail);
    this.own = root.children.slice(before).filter((child) => child.type === 'test');
  }

  /** What the project's code may have put into the place of jest's own functions. */
  private visible<K extends keyof Globals>(name: K): Globals[K] {
    return (
      this.environment.global[name] ??
      (this.runtime.requireModuleOrMock(this.path, '@jest/globals') as Globals)[name]
    );
  }

  /** Nothing has been run yet: from here on it is seen for ourselves which tests throw. */
  private watch(state: State): void {
    this.doubt = state.hasFocusedTests ? FOCUSED : this.lost;
    // A test that was told to run alone must not keep ours from running.
    if (state.hasFocusedTests) for (const test of this.own) test.mode = 'only';
    visit(state.rootDescribeBlock, (test) => {
      const { fn } = test;
      if (test.failing === true) this.failing.add(fullName(test));
      if (typeof fn !== 'function' || fn.length > 0 || isGenerator(fn)) return;
      if (test.failing === true || this.own.includes(test)) return;
      const { threw } = this;
      const fails = (error: unknown): never => {
        threw.add(test);
        throw error;
      };
      test.fn = function (this: unknown) {
        threw.delete(test);
        let returned: unknown;
        try {
          returned = apply(fn, this, []);
        } catch (error) {
          return fails(error);
        }
        return isPromise(returned) ? settled(returned, fails) : returned;
      };
    });
  }
}

async function settled(promise: PromiseLike<unknown>, fails: (error: unknown) => never): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return fails(error);
  }
}

function isGenerator(fn: object): boolean {
  return Object.prototype.toString.call(fn).endsWith('GeneratorFunction]');
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
