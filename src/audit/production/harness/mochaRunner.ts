import nodeAssert from 'node:assert';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COMPILER_HOOK } from './compilerHooks';
import { ROOT_VARIABLE, TEST_FILE_VARIABLE, TEST_REPORT_VARIABLE } from './environment';
import { describeThrown } from './errorPlace';
import { Canaries } from './canaries';
import { takeOver } from './channel';
import { MochaReport } from './mochaReporter';
import type { MochaRunnable, MochaRunner } from './mochaReporter';
import type { HarnessRecord, TestRecord } from './records';
import { packageFolder } from './packageFolder';

/** What is used of mocha, whose versions from 8.2 on agree in it. */
interface MochaInstance {
  suite: MochaSuite;
  files: string[];
  loadFilesAsync: () => Promise<void>;
  run: (done: (failures: number) => void) => void;
}

interface MochaSuite extends MochaRunnable {
  addTest(test: object): void;
  bail(stop: boolean): void;
  eachTest(visit: (test: MochaRunnable) => void): void;
}

interface MochaClass {
  new (options: Options): MochaInstance;
  Runner: { prototype: object };
  Suite: { create(parent: MochaSuite, title: string): MochaSuite };
  Test: new (title: string, run: () => Promise<void>) => { retries(count: number): void };
  prototype: object;
}

type Options = Record<string, unknown>;

/** Options that choose what is run and reported, or start programs. */
const DROPPED =
  /^(?:_|spec|ignore|exclude|reporter.*|watch.*|parallel|jobs|bail|grep|fgrep|invert|config|opts|package|node-option|import|loader|experimental-.*|delay|dry-run|forbid-only|require|file|extension|exit|.)$/;
/** Mocha's own limit of 2 s is meant for a whole CPU. */
const DEFAULT_TIMEOUT_MS = 5000;

const files = process.argv.splice(2);
const report = process.env[TEST_REPORT_VARIABLE] ?? '';

const { channel } = takeOver();
const canaries = new Canaries(channel);
const results = new MochaReport(channel, canaries);

function write(record: HarnessRecord): void {
  channel.write(report, record);
}

/** Mocha's runner must stay what it is; it would else tell us what the project's code likes. */
function lock(prototype: object): void {
  const { emit, on } = Object.getOwnPropertyDescriptors(EventEmitter.prototype);
  const methods = Object.entries({ emit, on, ...Object.getOwnPropertyDescriptors(prototype) });
  for (const [name, { value }] of methods as [string, PropertyDescriptor][]) {
    if (typeof value === 'function' && name !== 'constructor')
      Object.defineProperty(prototype, name, { value, writable: false, configurable: false });
  }
}

/** The harness's tests, in a suite that comes after all others. */
function addCanaries({ Suite, Test }: MochaClass, { suite: all }: MochaInstance): void {
  all.eachTest((test) => {
    const status: TestRecord['status'] = test.isPending?.() === true ? 'skipped' : 'passed';
    canaries.saw({ type: 'test', file: '', name: test.title, status });
  });
  const suite = Suite.create(all, '');
  suite.bail(false);
  for (const { name, mustFail } of [canaries.start(), ...canaries.rest()]) {
    const test = new Test(name, () =>
      Promise.resolve().then(() => nodeAssert.equal(mustFail ? canaries.reason : name, name)),
    );
    test.retries(0);
    suite.addTest(test);
  }
  // A test that was told to run alone is often a leftover, and would keep the failures of others from being seen.
  Object.defineProperty(all, 'hasOnly', { value: () => false });
  results.expect(suite);
}

/** One of mocha's own modules, which end in `.js` or `.cjs` by version. */
function internal<T>(mocha: string, name: string): T {
  const base = join(mocha, 'lib', 'cli', name);
  return nodeModule.createRequire(base)(existsSync(`${base}.cjs`) ? `${base}.cjs` : `${base}.js`) as T;
}

/** The workspace's own configuration, as mocha finds and reads it. */
function readOptions(mocha: string): Options {
  return internal<{ loadOptions: (argv: string[]) => Options }>(mocha, 'options').loadOptions([]);
}

/** Mocha's constructor takes in camel case what its configuration spells with hyphens. */
function constructorOptions(options: Options): Options {
  const kept = Object.entries(options).filter(([name]) => !DROPPED.test(name));
  const camel = kept.map(([name, value]): [string, unknown] => [
    name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  const isDefault = options['timeout'] === undefined || Number(options['timeout']) === 2000;
  return {
    ...Object.fromEntries<unknown>(camel),
    fullTrace: true,
    ...(isDefault ? { timeout: DEFAULT_TIMEOUT_MS } : {}),
  };
}

function words(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((word): word is string => typeof word === 'string');
}

function reportLoadError(error: unknown, file: string): void {
  const {
    name,
    message,
    file: place,
    line,
    missing,
  } = describeThrown(error, process.env[ROOT_VARIABLE] ?? '', file);
  write({
    type: 'file-error',
    file,
    message: `${name}: ${message}`,
    ...(place === file && line !== undefined ? { line } : {}),
    ...(missing === undefined ? {} : { missing }),
  });
}

async function run(mocha: string): Promise<number> {
  const { default: Mocha } = (await import(pathToFileURL(join(mocha, 'index.js')).href)) as {
    default: MochaClass;
  };
  lock(Mocha.Runner.prototype);
  const options = readOptions(mocha);
  const requires = words(options['require']).filter((name) => !COMPILER_HOOK.test(name));
  const helpers = internal<{ handleRequires: (names: string[], how: object) => Promise<object> }>(
    mocha,
    'run-helpers',
  );
  const plugins = await helpers.handleRequires(requires, { ignoredPlugins: [] });
  const reporter = function (runner: MochaRunner): void {
    results.follow(runner);
  };
  const instance = new Mocha({ ...constructorOptions(options), ...plugins, reporter });
  for (const file of [...words(options['file']).map((name) => resolve(name)), ...files]) {
    process.env[TEST_FILE_VARIABLE] = file;
    instance.files = [file];
    await instance.loadFilesAsync().catch((error: unknown) => reportLoadError(error, file));
  }
  delete process.env[TEST_FILE_VARIABLE];
  addCanaries(Mocha, instance);
  const failures = await new Promise<number>((done) => instance.run(done));
  return failures - results.failedCanaries;
}

async function main(): Promise<void> {
  const mocha = packageFolder('mocha', process.cwd());
  if (mocha === undefined) {
    write({ type: 'unavailable', message: 'mocha is not installed in the workspace' });
    process.exit(1);
  }
  try {
    // Open handles must not keep the process, as with mocha's own `--exit`.
    process.exit(Math.min(255, await run(mocha)));
  } catch (error) {
    reportLoadError(error, files[0] ?? '');
    process.exit(1);
  }
}

void main();
