import type { TestCounts } from '../report';
import type { Evidence, TestRun } from './evidence';
import type { TestRecord } from './harness/records';
import { clip } from './wording';

/** A run, and its test files that count. */
export interface JudgedRun {
  run: TestRun;
  belongs: ReadonlySet<string>;
}

/**
 * The test files of a run that count: those that import the audited file and those it was loaded under. A file found by
 * its name alone that never touched the audited file says nothing about it.
 */
export function belongingFiles(run: TestRun, evidence: Evidence): Set<string> {
  const belongs = new Set(run.files.filter((file) => run.importing.has(file) || evidence.loadedBy.has(file)));
  if (belongs.size === 0 && evidence.loadedBy.has('')) return new Set(run.files);
  return belongs;
}

/** Names up to this many files apart. */
const MAX_NAMED = 3;

/** What is to be said of test files that were run and do not count. */
export function ignoredNotes(judged: readonly JudgedRun[]): string[] {
  const ignored = judged.flatMap(({ run, belongs }) =>
    run.files.filter((file) => !belongs.has(file)).map((file) => ({ run, file })),
  );
  const failed = ignored.filter(({ run, file }) =>
    run.report.tests.some((test) => test.file === file && test.status === 'failed'),
  );
  if (ignored.length <= MAX_NAMED)
    return ignored.map((one) => {
      const failures = failed.includes(one) ? ' Tests failed in it.' : '';
      return `${one.file} was run, but never loaded this file; its results do not count.${failures}`;
    });
  const names = failed.slice(0, MAX_NAMED).map(({ file }) => file);
  const more = failed.length > names.length ? ` and ${failed.length - names.length} more` : '';
  const failures = failed.length > 0 ? ` Tests failed in ${names.join(', ')}${more}.` : '';
  return [
    `${ignored.length} test files were run, but never loaded this file; their results do not count.${failures}`,
  ];
}

export function countTests(judged: readonly JudgedRun[]): TestCounts {
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  for (const { run, belongs } of judged) {
    for (const test of run.report.tests)
      if (!test.derived && counted(test.file, run, belongs)) {
        const outcome = outcomeOf(test);
        counts[outcome] = (counts[outcome] ?? 0) + 1;
      }
  }
  return counts;
}

function outcomeOf({ status, kind, tries }: TestRecord): keyof TestCounts {
  if (status === 'passed' && tries !== undefined) return 'flaky';
  if (kind === 'todo') return 'todo';
  return kind === 'expected failure' ? 'expectedFailures' : status;
}

/** What has to be known of how the tests were run: settings that change their meaning, and tests that passed by luck. */
export function runNotes(judged: readonly JudgedRun[]): string[] {
  const settings = judged.flatMap(({ run }) =>
    run.report.configuration.map((message) => `The project's settings of ${run.runner}: ${clip(message)}.`),
  );
  const flaky = judged.flatMap(({ run, belongs }) =>
    run.report.tests.filter((test) => outcomeOf(test) === 'flaky' && counted(test.file, run, belongs)),
  );
  const shown = flaky
    .slice(0, MAX_NAMED)
    .map(
      ({ name, file, tries }) =>
        `Flaky: "${clip(name)}" in ${file} passed only when it was run for the ${ordinal(tries ?? 2)} time.`,
    );
  const more = flaky.length > shown.length ? [`${flaky.length - shown.length} more tests are flaky.`] : [];
  return [...new Set(settings), ...shown, ...more];
}

function ordinal(number: number): string {
  return number === 2 ? '2nd' : number === 3 ? '3rd' : `${number}th`;
}

/** A result without a usable file belongs to the run as a whole. */
export function counted(file: string, run: TestRun, belongs: ReadonlySet<string>): boolean {
  return belongs.has(file) || (belongs.size > 0 && !run.files.includes(file));
}
