import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isRecord } from '../discovery/tsconfig';
import { findRunner } from './packageFolder';

type Options = Record<string, unknown>;

/** What is used of jest's packages, on which versions 29 and 30 agree. */
interface Jest<Results> {
  runCLI: (argv: Options, projects: string[]) => Promise<{ results: Results }>;
}
interface JestConfig {
  readInitialOptions: (
    config: undefined,
    options: { packageRootOrConfig: string },
  ) => Promise<{ config: Options }>;
}

const OLDEST_VERSION = 29;
/** Jest's own limit of 5 s is meant for a whole CPU. */
const TEST_TIMEOUT_MS = 10_000;
const TS_JEST_PRESET = /^ts-jest(?:\/presets\/[\w-]+)?$/;

/** A jest that can be run, with the settings of the project. */
export interface JestProject<Results> {
  config: Options;
  /** The tests of the project are run by what jest brings along. */
  isCircus: boolean;
  /** Loads packages as `@jest/core` and as `jest-config` would. */
  fromCore: NodeJS.Require;
  fromConfig: NodeJS.Require;
  run: (files: string[], options: Options) => Promise<Results>;
}

/** The folder of a jest that can be run; else why there is none. */
export const findJest = (): ReturnType<typeof findRunner> => findRunner('jest', OLDEST_VERSION);

export async function openJest<Results>(folder: string): Promise<JestProject<Results>> {
  const fromJest = createRequire(join(folder, 'package.json'));
  const fromCore = createRequire(fromJest.resolve('@jest/core'));
  const { runCLI } = fromJest('@jest/core') as Jest<Results>;
  const { readInitialOptions } = fromCore('jest-config') as JestConfig;
  const { config } = await readInitialOptions(undefined, { packageRootOrConfig: process.cwd() });
  const quick = withoutTypeCheck(config);
  const run = async (files: string[], options: Options): Promise<Results> => {
    const argv = { ...optionsFor(config), ...options, ...(quick ? { config: JSON.stringify(quick) } : {}) };
    return (await runCLI({ _: files, $0: 'jest', ...argv }, [process.cwd()])).results;
  };
  const fromConfig = createRequire(fromCore.resolve('jest-config'));
  return { config, isCircus: isCircus(config['testRunner']), fromCore, fromConfig, run };
}

function optionsFor(config: Options): Options {
  return {
    runTestsByPath: true,
    ci: true,
    runInBand: true,
    watchman: false,
    watch: false,
    watchAll: false,
    passWithNoTests: false,
    bail: 0,
    notify: false,
    onlyChanged: false,
    coverage: false,
    testLocationInResults: true,
    randomize: false,
    testNamePattern: '',
    cacheDirectory: '/tmp/jest',
    ...(config['testTimeout'] === undefined ? { testTimeout: TEST_TIMEOUT_MS } : {}),
  };
}

/** Types are checked elsewhere: in a sandbox that would take most of the time, and need every package's declarations. */
function withoutTypeCheck(config: Options): Options | undefined {
  const { preset } = config;
  const presetOptions =
    typeof preset === 'string' && TS_JEST_PRESET.test(preset) ? presetOf(preset, config) : {};
  const transform = { ...record(presetOptions['transform']), ...record(config['transform']) };
  const names = Object.keys(transform).filter((pattern) =>
    /\bts-jest\b/.test(JSON.stringify(transform[pattern])),
  );
  if (names.length === 0) return undefined;
  for (const pattern of names) {
    const value = transform[pattern];
    const [path, options] = Array.isArray(value) ? (value as unknown[]) : [value, {}];
    transform[pattern] = [path, { ...record(options), isolatedModules: true }];
  }
  const rest = Object.entries(config).filter(
    ([name]) => name !== 'preset' || !('transform' in presetOptions),
  );
  return { ...presetOptions, ...Object.fromEntries(rest), transform };
}

function presetOf(preset: string, config: Options): Options {
  const require = createRequire(
    join(typeof config['rootDir'] === 'string' ? config['rootDir'] : process.cwd(), 'x'),
  );
  return record(require(`${preset}/jest-preset.js`));
}

function record(value: unknown): Options {
  return isRecord(value) ? value : {};
}

/** Whether a project's `testRunner` is the one that jest has by itself. */
function isCircus(runner: unknown): boolean {
  if (runner === undefined) return true;
  return typeof runner === 'string' && /^(?:circus|jest-circus(?:\/runner)?)$/.test(runner);
}

export function defaultOf<T>(loaded: unknown): { default: T } {
  return isRecord(loaded) && 'default' in loaded ? (loaded as { default: T }) : { default: loaded as T };
}
