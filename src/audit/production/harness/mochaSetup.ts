import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COMPILER_HOOK } from './compilerHooks';
import type { MochaRunnable } from './mochaReporter';

/** What is used of mocha, whose versions from 8.2 on agree in it. */
export interface MochaInstance {
  suite: MochaSuite;
  files: string[];
  loadFilesAsync: () => Promise<void>;
  run: (done: (failures: number) => void) => void;
  grep: (names: RegExp) => unknown;
}

export interface MochaSuite extends MochaRunnable {
  tests: MochaRunnable[];
  suites: MochaSuite[];
  addTest(test: object): void;
  bail(stop: boolean): void;
  eachTest(visit: (test: MochaRunnable) => void): void;
}

export interface MochaClass {
  new (options: Options): MochaInstance;
  Runner: { prototype: object };
  Suite: { create(parent: MochaSuite, title: string): MochaSuite };
  Test: new (
    title: string,
    run: (done: (error?: unknown) => void) => unknown,
  ) => { retries(count: number): void };
  prototype: object;
}

type Options = Record<string, unknown>;

/** Options that choose what is run and reported, or start programs. */
const DROPPED =
  /^(?:_|spec|ignore|exclude|reporter.*|watch.*|parallel|jobs|bail|grep|fgrep|invert|config|opts|package|node-option|import|loader|experimental-.*|delay|dry-run|forbid-only|require|file|extension|exit|.)$/;
/** Mocha's own limit of 2 s is meant for a whole CPU. */
const DEFAULT_TIMEOUT_MS = 5000;

/** Mocha's runner must stay what it is; it would else tell us what the project's code likes. */
function lock(prototype: object): void {
  const { emit, on } = Object.getOwnPropertyDescriptors(EventEmitter.prototype);
  const methods = Object.entries({ emit, on, ...Object.getOwnPropertyDescriptors(prototype) });
  for (const [name, { value }] of methods as [string, PropertyDescriptor][]) {
    if (typeof value === 'function' && name !== 'constructor')
      Object.defineProperty(prototype, name, { value, writable: false, configurable: false });
  }
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

export interface LoadedMocha {
  Mocha: MochaClass;
  /** The workspace's own configuration. */
  options: Options;
  /** What a new instance is made with. */
  extra: Options;
}

/** Loads the mocha of `folder`, with what the workspace's configuration asks for. */
export async function loadMocha(folder: string): Promise<LoadedMocha> {
  const { default: Mocha } = (await import(pathToFileURL(join(folder, 'index.js')).href)) as {
    default: MochaClass;
  };
  lock(Mocha.Runner.prototype);
  const options = readOptions(folder);
  const requires = words(options['require']).filter((name) => !COMPILER_HOOK.test(name));
  const helpers = internal<{ handleRequires: (names: string[], how: object) => Promise<object> }>(
    folder,
    'run-helpers',
  );
  const plugins = await helpers.handleRequires(requires, { ignoredPlugins: [] });
  return { Mocha, options, extra: { ...constructorOptions(options), ...plugins } };
}

/** Files that the configuration loads before all others, as absolute paths. */
export function firstFiles(options: Options): string[] {
  return words(options['file']).map((name) => resolve(name));
}
