import type { Finding } from '../finding';
import type { NextStep, Outcome, TestCounts } from '../report';
import type { Evidence, TestRun } from './evidence';
import { belongingFiles, counted, countTests, ignoredNotes, runNotes } from './countedTests';
import type { JudgedRun } from './countedTests';
import { doubtByCanaries } from './canaryVerdict';
import { judgeLoad } from './loadVerdict';
import type { TestRecord } from './harness/records';
import { isPythonRunner, unsupportedReason } from './runners/chooseRunner';
import { capitalize } from '../../base/text';
import { clip, endReason, lastLine, lineEvidence } from './wording';

/** What stage 2 says about a file. */
export interface ProductionVerdict {
  status: Outcome;
  reason: string;
  nextStep?: NextStep;
  findings: Finding[];
  tests: TestCounts | null;
  notes: string[];
}

/** Failed tests that become findings of their own. */
const MAX_FINDINGS = 50;

/** Decides by evidence alone, against the code in doubt: a pass needs every independent sign of one. */
export function decideProduction(evidence: Evidence): ProductionVerdict {
  const load = judgeLoad(evidence);
  if (load.decided) return { tests: null, notes: [], ...load.decided };
  const judged = evidence.runs.map((run) => ({ run, belongs: belongingFiles(run, evidence) }));
  const notes = [...load.notes, ...ignoredNotes(judged), ...runNotes(judged)];
  const tests = judged.some(({ run }) => run.report.tests.length > 0) ? countTests(judged) : null;
  const verdict = (
    status: Outcome,
    reason: string,
    nextStep?: NextStep,
    findings: Finding[] = [],
  ): ProductionVerdict => ({
    status,
    reason,
    findings,
    notes,
    tests,
    ...(nextStep === undefined ? {} : { nextStep }),
  });
  const missing = missingPackage(judged, evidence);
  const withheld = missingFile(judged, evidence);
  const findings = judged.flatMap(({ run, belongs }) => failureFindings(run, belongs, evidence));
  if (findings.length > 0) {
    return verdict('fail', describeFailures(tests, findings), undefined, findings.slice(0, MAX_FINDINGS));
  }
  if (missing) return verdict('not run', missing, 'install-dependencies');
  if (withheld) return verdict('not run', withheld);
  if (evidence.end !== 'finished') return verdict('not run', endReason(evidence), 'raise-limit');
  for (const { run, belongs } of judged) {
    // What never touched the file can't cast doubt on it; a runner that is not there may be why it did not.
    if (belongs.size === 0 && run.report.unavailable === undefined) continue;
    const doubt = doubtAbout(run, belongs, evidence);
    if (doubt) return verdict('not run', doubt.reason, doubt.nextStep);
  }
  const unsupported = [...new Set(evidence.unsupported)];
  if (judged.length === 0 && unsupported.length > 0) {
    return verdict('not run', unsupportedReason(unsupported));
  }
  if (unsupported.length > 0)
    notes.push(`Tests for ${unsupported.join(' and ')} belong to this file too and were not run.`);
  if (evidence.loadedBy.size === 0)
    return { ...verdict('not run', 'no test reaches this file', 'add-test'), tests: null };
  if (!tests || tests.passed === 0) {
    return verdict('not run', noneCounts(tests, judged), 'add-test');
  }
  return verdict('pass', '');
}

/** Why none of the tests is evidence. */
function noneCounts(tests: TestCounts | null, judged: readonly JudgedRun[]): string {
  const { skipped = 0, todo = 0, expectedFailures = 0, flaky = 0 } = tests ?? {};
  if (flaky > 0) return 'its tests passed only when they were run again';
  const all = skipped + todo + expectedFailures;
  if (all === 0) return 'its test files hold no test';
  if (skipped > 0) return allSkipped(all, judged);
  return todo > 0 ? 'its tests are still to be written' : 'its tests fail as they are expected to';
}

function allSkipped(count: number, judged: readonly JudgedRun[]): string {
  const reasons = judged.flatMap(({ run }) => run.report.tests.map((test) => test.message ?? ''));
  const reason = clip(reasons.find((text) => text !== '') ?? '');
  const what = count === 1 ? 'its only test is skipped' : `all ${count} tests are skipped`;
  return reason === '' ? what : `${what} (${count === 1 ? '' : 'one says: '}${reason})`;
}

function missingPackage(judged: readonly JudgedRun[], evidence: Evidence): string | undefined {
  for (const { run, belongs } of judged) {
    for (const { file, missing } of run.report.fileErrors) {
      if (missing === undefined || !counted(file, run, belongs)) continue;
      if (evidence.mayBePackage(file, missing))
        return `${file || 'a test file'} needs ${missing}, which is not installed in the workspace`;
    }
  }
  return undefined;
}

/** Why tests failed that can only fail in a sandbox, which lacks a file they use. */
function missingFile(judged: readonly JudgedRun[], evidence: Evidence): string | undefined {
  for (const { run, belongs } of judged) {
    for (const { file, missing } of run.report.fileErrors) {
      const name =
        missing !== undefined && counted(file, run, belongs)
          ? evidence.notSent.module(file, missing)
          : undefined;
      if (name !== undefined) return `${file || 'a test file'} needs ${name}`;
    }
    for (const test of failedTests(run, belongs)) {
      const name = lacksFile(test, run, evidence);
      if (name !== undefined) return `the test "${clip(test.name)}" needs ${name}`;
    }
  }
  return undefined;
}

function failedTests(run: TestRun, belongs: ReadonlySet<string>): TestRecord[] {
  return run.report.tests.filter(
    (test) => test.status === 'failed' && !test.derived && counted(test.file, run, belongs),
  );
}

function lacksFile(test: TestRecord, run: TestRun, evidence: Evidence): string | undefined {
  return test.message === undefined ? undefined : evidence.notSent.path(test.message, run.folder);
}

function failureFindings(run: TestRun, belongs: ReadonlySet<string>, evidence: Evidence): Finding[] {
  const failed = failedTests(run, belongs).filter((test) => lacksFile(test, run, evidence) === undefined);
  const place = (
    file: string,
    line: number | undefined,
  ): Pick<Finding, 'file' | 'startLine' | 'endLine' | 'evidence'> => {
    const known = evidence.text(file) === undefined ? (run.files[0] ?? evidence.file.path) : file;
    const at = known === file ? (line ?? 1) : 1;
    return { file: known, startLine: at, endLine: at, evidence: lineEvidence(evidence.text(known), at) };
  };
  const base = { stage: 'production', severity: 'error', confidence: 'high' } as const;
  const findings = failed.map((test): Finding => {
    const cause = test.message ? `: ${clip(test.message)}` : '';
    return {
      ...base,
      ruleId: 'PR02',
      message: `Test failed: ${clip(test.name)}${cause}`,
      ...place(test.file, test.line ?? lineOf(evidence.text(test.file), test.name)),
    };
  });
  for (const error of run.report.fileErrors) {
    if (!counted(error.file, run, belongs)) continue;
    if (
      error.missing !== undefined &&
      (evidence.mayBePackage(error.file, error.missing) || evidence.notSent.module(error.file, error.missing))
    )
      continue;
    const message = `This test file could not be run: ${clip(error.message) || 'it ended with an error'}`;
    findings.push({ ...base, ruleId: 'PR03', message, ...place(error.file, error.line) });
  }
  return findings;
}

/** The line that names a test, for a runner that does not say where its tests are. */
function lineOf(text: string | undefined, name: string): number | undefined {
  const title = name.split(' > ').at(-1) ?? name;
  const index = text?.split('\n').findIndex((line) => line.includes(title)) ?? -1;
  return index === -1 ? undefined : index + 1;
}

function describeFailures(tests: TestCounts | null, findings: readonly Finding[]): string {
  const errors = findings.filter(({ ruleId }) => ruleId === 'PR03').length;
  const parts: string[] = [];
  if (tests && tests.failed > 0) {
    const total = tests.passed + tests.failed;
    parts.push(total === 1 ? 'its only test failed' : `${tests.failed} of ${total} tests failed`);
  }
  if (errors > 0)
    parts.push(errors === 1 ? '1 test file could not be run' : `${errors} test files could not be run`);
  return parts.join(', and ');
}

/** Why a run without failures is still no proof of what the tests in the files of `belongs` say. */
export function doubtAbout(
  run: TestRun,
  belongs: ReadonlySet<string>,
  evidence: Pick<Evidence, 'testTimeoutMs'>,
): { reason: string; nextStep?: NextStep } | undefined {
  const { report, step } = run;
  const cut = 'the code may end the process itself, by process.exit or os._exit';
  if (report.unavailable !== undefined) {
    return { reason: unavailableReason(run, report.unavailable), nextStep: 'install-dependencies' };
  }
  if (step.timedOut) {
    return {
      reason: `the tests did not finish within ${evidence.testTimeoutMs / 1000} s`,
      nextStep: 'raise-limit',
    };
  }
  if (report.damage !== undefined)
    return inconclusive(`the report of the tests can't be trusted: ${report.damage}`);
  if (!report.end && report.tests.length === 0 && report.fileErrors.length === 0 && step.exitCode === 0) {
    return {
      reason: `${run.files.join(', ')} reported no test: it holds none, or ${cut}`,
      nextStep: 'add-test',
    };
  }
  if (!report.end)
    return inconclusive(
      `the runner ended without a complete report${withCode(step.exitCode)}: ${cut}${printed(step.stderr)}`,
    );
  const count = (status: string): number => report.tests.filter((test) => test.status === status).length;
  const { passed, failed, skipped } = report.end;
  if (passed !== count('passed') || failed !== count('failed') || skipped !== count('skipped')) {
    return inconclusive("the report of the tests can't be trusted: its sums do not fit its entries");
  }
  const silent = [...belongs].find((file) => !report.tests.some((test) => test.file === file));
  if (silent !== undefined)
    return { reason: `${silent} reported no test: it holds none, or ${cut}`, nextStep: 'add-test' };
  const cutShort = [...belongs].find((file) => !report.finished.has(file) && !isAllSkipped(run, file));
  // Mocha ends its report after all files or not at all, and names no file by itself.
  if (cutShort !== undefined && run.runner !== 'mocha')
    return inconclusive(`${cutShort} ended before all of its tests were through: ${cut}`);
  const noneCollected = run.runner !== 'node:test' && step.exitCode === 5 && report.tests.length === 0;
  if (step.exitCode !== 0 && !noneCollected && failed === 0 && report.fileErrors.length === 0) {
    return inconclusive(
      `the runner ended with exit code ${step.exitCode ?? 'unknown'} although no test failed${printed(step.stderr)}`,
    );
  }
  if (step.exitCode === 0 && failed > 0)
    return inconclusive('the runner ended with exit code 0 although its report has failed tests');
  const doubt = doubtByCanaries(run, belongs);
  return doubt === undefined ? undefined : inconclusive(doubt);
}

/** Results there are, but they prove neither a pass nor a failure. */
function inconclusive(doubt: string): { reason: string } {
  return { reason: `inconclusive: ${doubt}` };
}

function isAllSkipped(run: TestRun, file: string): boolean {
  const own = run.report.tests.filter((test) => test.file === file);
  return own.length > 0 && own.every(({ status }) => status === 'skipped');
}

function unavailableReason(run: TestRun, message: string): string {
  if (isPythonRunner(run.runner))
    return `${message}: it is neither in the sandbox's image nor in the workspace's virtual environment`;
  if (message.endsWith('is not installed in the workspace'))
    return `these tests use ${run.runner}, which is not installed in the workspace`;
  if (NATIVE_PACKAGE.test(message))
    return `the workspace's packages were installed for another system, and a sandbox runs Linux: ${clip(message)}`;
  return clip(message);
}

/** What is said of packages whose native part is missing or does not fit. */
const NATIVE_PACKAGE = /native binding|another platform|(?:linux|darwin|win32)-(?:x64|arm64|ia32)/;

function withCode(exitCode: number | undefined): string {
  return exitCode === undefined || exitCode === 0 ? '' : ` (exit code ${exitCode})`;
}

/** The last line the runner printed. */
function printed(stderr: string): string {
  const last = lastLine(stderr);
  return last === '' ? '' : ` (it printed: ${capitalize(clip(last))})`;
}
