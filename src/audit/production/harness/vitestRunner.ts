import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ROOT_VARIABLE, TEST_REPORT_VARIABLE, VITEST_VARIABLE } from './environment';
import { comparedValues, durationOf } from './comparedValues';
import { describeThrown, placeIn, textOf } from './errorPlace';
import type { FileErrorRecord, HarnessRecord, TestRecord } from './records';
import { takeOver } from './channel';
import { describeLost, lostAssertion } from './keptAssertions';
import { tellSettings } from './projectSettings';
import { findVitest, runVitest, takeProjects } from './vitestProject';
import type { Vitest } from './vitestProject';
import type { VitestWords } from './vitestWords';

/** What is used of vitest's interface, on which its versions from 3 on agree. */
interface TestModule {
  moduleId: string;
  errors(): readonly unknown[];
}

interface TestCase {
  name: string;
  fullName: string;
  parent: { name?: string };
  module: TestModule;
  location?: { line: number };
  options: { mode: string; fails?: boolean };
  diagnostic?(): { retryCount?: number; duration?: number } | undefined;
  result(): { state: string; errors?: readonly unknown[]; note?: string };
}

/** Exit code of a run whose parts contradict each other. */
const CONTRADICTION = 70;
const MAX_MESSAGE = 2000;

const files = process.argv.splice(2);
const report = process.env[TEST_REPORT_VARIABLE] ?? '';
const root = process.env[ROOT_VARIABLE] ?? '';
const { channel } = takeOver();

function write(record: HarnessRecord): void {
  channel.write(report, record);
}

/** Reporter for vitest, in the process that started the workers: the audited code does not share it. */
class SeaworthyReporter {
  private readonly counts = { passed: 0, failed: 0, skipped: 0 };
  private readonly ended = new Set<string>();
  private failedCanaries = 0;
  private fileErrors = 0;

  constructor(private readonly words: VitestWords) {}

  onInit(vitest: Vitest): void {
    this.words.runner ||= takeProjects(vitest, 'vitestWorker.mjs');
    process.env[VITEST_VARIABLE] = JSON.stringify(this.words);
  }

  /** The exit code that fits the project's own tests; what vitest says of all cannot be 0, since some have to fail. */
  exitCode(ofAll: number): number {
    if (this.failedCanaries > 0 && ofAll === 0) return CONTRADICTION;
    return this.counts.failed > 0 || this.fileErrors > 0 || this.failedCanaries === 0 ? ofAll : 0;
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors, note } = test.result();
    const failsAsExpected = state === 'passed' && test.options.fails === true;
    const ended = state === 'passed' || state === 'failed';
    const status: TestRecord['status'] = ended && !failsAsExpected ? state : 'skipped';
    const { retryCount: retries = 0, duration } = test.diagnostic?.() ?? {};
    const file = test.module.moduleId;
    if (test.parent.name === this.words.suite) {
      if (status === 'failed') this.failedCanaries++;
      const message = (errors ?? []).map((error) => textOf(error, 'message')).join('\n');
      write({ type: 'canary', file, name: test.name, status, message: message.slice(0, MAX_MESSAGE) });
      return;
    }
    this.counts[status]++;
    write({
      type: 'test',
      file,
      name: test.fullName,
      status,
      ...(failsAsExpected ? { kind: 'expected failure' } : {}),
      ...(test.options.mode === 'todo' ? { kind: 'todo' } : {}),
      ...(status === 'passed' && retries > 0 ? { tries: retries + 1 } : {}),
      ...(test.location ? { line: test.location.line } : {}),
      ...durationOf(duration),
      ...(status === 'failed' ? failureOf(errors?.[0], file) : {}),
      ...(status === 'skipped' && note !== undefined ? { message: note.slice(0, MAX_MESSAGE) } : {}),
    });
  }

  onTestModuleEnd(module: TestModule): void {
    if (this.ended.has(module.moduleId)) return;
    this.ended.add(module.moduleId);
    const [error] = module.errors();
    if (error !== undefined) this.addError(error, module.moduleId);
    else write({ type: 'file', file: module.moduleId });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    // Version 3 says of a file that it could not collect only here.
    for (const module of modules) if (module.errors().length > 0) this.onTestModuleEnd(module);
    for (const error of unhandled) this.addError(error, unhandledIn(error));
    write({ type: 'end', ...this.counts });
  }

  private addError(error: unknown, file: string): void {
    this.fileErrors++;
    write(fileError(error, file));
  }
}

function unhandledIn(error: unknown): string {
  const file = (error as { VITEST_TEST_PATH?: unknown } | null)?.VITEST_TEST_PATH;
  return typeof file === 'string' ? file : '';
}

function failureOf(
  error: unknown,
  file: string,
): Pick<TestRecord, 'line' | 'expected' | 'actual'> & { message: string } {
  const message = (textOf(error, 'message') || String(error)).slice(0, MAX_MESSAGE);
  const place = placeIn(textOf(error, 'stack'), root, file);
  return {
    message,
    ...(place.file === file && place.line !== undefined ? { line: place.line } : {}),
    ...comparedValues(error),
  };
}

function fileError(error: unknown, file: string): FileErrorRecord {
  const { name, message, file: place, line } = describeThrown(error, root, file);
  const missing = missingImport(message);
  return {
    type: 'file-error',
    file,
    message: `${name}: ${message}`,
    ...(place === file && line !== undefined ? { line } : {}),
    ...(missing === undefined ? {} : { missing }),
  };
}

/** Vite has its own words for what Node calls a module not found. */
function missingImport(message: string): string | undefined {
  return (
    /^Failed to (?:resolve import|load url) "?([^"\s]+)"?/.exec(message)?.[1] ??
    /^Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1]
  );
}

async function run(vitest: string): Promise<number> {
  const reporter = new SeaworthyReporter({
    folder: pathToFileURL(realpathSync(vitest)).href,
    runner: '',
    suite: channel.word('suite'),
    pass: channel.word('pass'),
    matchers: channel.word('matchers'),
    fail: channel.word('fail'),
    reason: channel.word('reason'),
  });
  const coverage = {
    enabled: true,
    provider: 'custom',
    customProviderModule: join(dirname(fileURLToPath(import.meta.url)), 'vitestCoverage.mjs'),
    reportOnFailure: true,
  };
  const seen = ({ bail, passWithNoTests, retry, testNamePattern }: Record<string, unknown>): void =>
    tellSettings(write, { bail, passWithNoTests, testNamePattern }, { retry });
  const written = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
  /** What the project's compilers make of a test file must still check what the file checks. */
  const compiled = (file: string, code: string): void => {
    const method = lostAssertion(written.get(file) ?? '', code);
    if (method !== undefined) write({ type: 'distrust', message: describeLost(method, file) });
  };
  await runVitest(vitest, files, [reporter], { coverage }, { seen, compiled });
  return reporter.exitCode(Number(process.exitCode ?? 0));
}

function unavailable(message: string): never {
  write({ type: 'unavailable', message });
  process.exit(1);
}

async function main(): Promise<void> {
  const found = findVitest();
  if ('problem' in found) unavailable(found.problem);
  try {
    // Servers and workers that do not end must not keep the process.
    process.exit(await run(found.folder));
  } catch (error) {
    const { name, message } = describeThrown(error, root, '');
    unavailable(`vitest did not start: ${name}: ${message}`);
  }
}

void main();
