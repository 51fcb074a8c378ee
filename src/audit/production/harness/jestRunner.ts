import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isRecord } from '../discovery/tsconfig';
import { ROOT_VARIABLE, TEST_REPORT_VARIABLE } from './environment';
import { describeThrown } from './errorPlace';
import { Canaries } from './canaries';
import { takeOver } from './channel';
import { JestReport } from './jestReport';
import type { TestFileResult } from './jestReport';
import type * as JestReporter from './jestReporter';
import type * as JestTestRunner from './jestTestRunner';
import { tellSettings } from './projectSettings';
import { packageFolder } from './packageFolder';
import type { HarnessRecord } from './records';

type Options = Record<string, unknown>;

/** What is used of jest's packages, on which versions 29 and 30 agree. */
interface Jest {
  runCLI: (argv: Options, projects: string[]) => Promise<{ results: Results }>;
}
interface Results {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
  wasInterrupted: boolean;
  testResults: TestFileResult[];
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

/** Exit code of a run whose parts contradict each other. */
const CONTRADICTION = 70;

const requireHere = createRequire(import.meta.url);
const files = process.argv.splice(2);
const report = process.env[TEST_REPORT_VARIABLE] ?? '';
const { channel, coverage } = takeOver();

function write(record: HarnessRecord): void {
  channel.write(report, record);
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

async function run(jest: string): Promise<number> {
  const fromJest = createRequire(join(jest, 'package.json'));
  const fromCore = createRequire(fromJest.resolve('@jest/core'));
  const { runCLI } = fromJest('@jest/core') as Jest;
  const { readInitialOptions } = fromCore('jest-config') as JestConfig;
  const { config } = await readInitialOptions(undefined, { packageRootOrConfig: process.cwd() });
  const { bail, passWithNoTests, testNamePattern, onlyChanged } = config;
  tellSettings(write, { bail, passWithNoTests, testNamePattern, onlyChanged }, {});
  const quick = withoutTypeCheck(config);
  (requireHere(REPORTER) as typeof JestReporter).default.prepare(coverage);
  const observed = watchedRunner(createRequire(fromCore.resolve('jest-config')));
  const { results } = await runCLI(
    {
      _: files,
      $0: 'jest',
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
      reporters: [REPORTER],
      ...(config['testTimeout'] === undefined ? { testTimeout: TEST_TIMEOUT_MS } : {}),
      ...(isCircus(config['testRunner']) ? { testRunner: TEST_RUNNER } : {}),
      ...(quick ? { config: JSON.stringify(quick) } : {}),
    },
    [process.cwd()],
  );
  const records = new JestReport(write, channel.word('pass'));
  for (const result of results.testResults) records.add(result, observed.get(result.testFilePath));
  const { canaries } = records;
  const failed = results.numFailedTests - canaries.failed;
  const { expectedFailures } = records;
  write({
    type: 'end',
    passed: results.numPassedTests - canaries.passed - expectedFailures,
    failed,
    skipped: results.numPendingTests + results.numTodoTests - canaries.skipped + expectedFailures,
  });
  if (canaries.failed === 0) return results.success ? 0 : 1;
  if (results.success) return CONTRADICTION;
  return failed > 0 || results.numRuntimeErrorTestSuites > 0 || results.wasInterrupted ? 1 : 0;
}

const REPORTER = requireHere.resolve('./jestReporter.cjs');
const TEST_RUNNER = requireHere.resolve('./jestTestRunner.cjs');

/** Whether a project's `testRunner` is the one that jest has by itself. */
function isCircus(runner: unknown): boolean {
  if (runner === undefined) return true;
  return typeof runner === 'string' && /^(?:circus|jest-circus(?:\/runner)?)$/.test(runner);
}

/** Readies the runner of the harness; tells what was seen of each file. */
function watchedRunner(fromConfig: NodeJS.Require): Map<string, JestTestRunner.Observed> {
  const observed = new Map<string, JestTestRunner.Observed>();
  const { default: run } = defaultOf<Parameters<typeof JestTestRunner.prepare>[0]['run']>(
    fromConfig(fromConfig.resolve('jest-circus/runner')),
  );
  (requireHere(TEST_RUNNER) as typeof JestTestRunner).prepare({
    run,
    canaries: () => new Canaries(channel),
    observed,
  });
  return observed;
}

function defaultOf<T>(loaded: unknown): { default: T } {
  return isRecord(loaded) && 'default' in loaded ? (loaded as { default: T }) : { default: loaded as T };
}

function unavailable(message: string): never {
  write({ type: 'unavailable', message });
  process.exit(1);
}

async function main(): Promise<void> {
  const jest = packageFolder('jest', process.cwd());
  if (jest === undefined) unavailable('jest is not installed in the workspace');
  const { version } = createRequire(join(jest, 'package.json'))('./package.json') as { version: string };
  if (Number.parseInt(version, 10) < OLDEST_VERSION) {
    unavailable(`jest ${version} is too old: Seaworthy runs jest ${OLDEST_VERSION} and newer`);
  }
  try {
    // Open handles must not keep the process, as with jest's own `--forceExit`.
    process.exit(await run(jest));
  } catch (error) {
    const { name, message } = describeThrown(error, process.env[ROOT_VARIABLE] ?? '', '');
    unavailable(`jest did not start: ${name}: ${message}`);
  }
}

void main();
