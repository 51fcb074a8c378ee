import { createRequire } from 'node:module';
import { ONLY_VARIABLE, ROOT_VARIABLE, TEST_REPORT_VARIABLE } from './environment';
import { describeThrown } from './errorPlace';
import { Canaries } from './canaries';
import { takeOver } from './channel';
import { defaultOf, findJest, openJest } from './jestProject';
import { JestReport } from './jestReport';
import type { TestFileResult } from './jestReport';
import type * as JestReporter from './jestReporter';
import type * as JestTestRunner from './jestTestRunner';
import { tellSettings } from './projectSettings';
import type { HarnessRecord } from './records';

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
/** Exit code of a run whose parts contradict each other. */
const CONTRADICTION = 70;

const requireHere = createRequire(import.meta.url);
const files = process.argv.splice(2);
const report = process.env[TEST_REPORT_VARIABLE] ?? '';
const { channel, coverage } = takeOver();

function write(record: HarnessRecord): void {
  channel.write(report, record);
}

async function run(jest: string): Promise<number> {
  const { config, isCircus, fromConfig, run: runJest } = await openJest<Results>(jest);
  const { bail, passWithNoTests, testNamePattern, onlyChanged } = config;
  tellSettings(write, { bail, passWithNoTests, testNamePattern, onlyChanged }, {});
  (requireHere(REPORTER) as typeof JestReporter).default.prepare(coverage);
  const observed = watchedRunner(fromConfig);
  const results = await runJest(files, {
    reporters: [REPORTER],
    testNamePattern: process.env[ONLY_VARIABLE] ?? '',
    ...(isCircus ? { testRunner: TEST_RUNNER } : {}),
  });
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

function unavailable(message: string): never {
  write({ type: 'unavailable', message });
  process.exit(1);
}

async function main(): Promise<void> {
  const found = findJest();
  if ('problem' in found) unavailable(found.problem);
  try {
    // Open handles must not keep the process, as with jest's own `--forceExit`.
    process.exit(await run(found.folder));
  } catch (error) {
    const { name, message } = describeThrown(error, process.env[ROOT_VARIABLE] ?? '', '');
    unavailable(`jest did not start: ${name}: ${message}`);
  }
}

void main();
