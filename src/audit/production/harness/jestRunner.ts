import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isRecord } from '../discovery/tsconfig';
import { ROOT_VARIABLE, TEST_REPORT_VARIABLE } from './environment';
import { describeThrown } from './errorPlace';
import { takeOver } from './channel';
import { JestReport } from './jestReport';
import type { TestFileResult } from './jestReport';
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

const files = process.argv.splice(2);
const report = process.env[TEST_REPORT_VARIABLE] ?? '';
const channel = takeOver();

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
  const quick = withoutTypeCheck(config);
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
      cacheDirectory: '/tmp/jest',
      reporters: [createRequire(import.meta.url).resolve('./jestReporter.cjs')],
      ...(config['testTimeout'] === undefined ? { testTimeout: TEST_TIMEOUT_MS } : {}),
      ...(quick ? { config: JSON.stringify(quick) } : {}),
    },
    [process.cwd()],
  );
  const records = new JestReport(write);
  for (const result of results.testResults) records.add(result);
  write({
    type: 'end',
    passed: results.numPassedTests,
    failed: results.numFailedTests,
    skipped: results.numPendingTests + results.numTodoTests,
  });
  return results.success ? 0 : 1;
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
