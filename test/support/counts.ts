import fs from 'node:fs';

/** What one test layer found, as the whole run's summary reads it. */
export interface Counts {
  passed: number;
  failed: number;
  /** A skipped test says why. */
  skipped: { title: string; reason: string }[];
  failures: Failure[];
  /** Failed once, and passed when it was run again alone; counted as passed, and told. */
  unsteady: Failure[];
}

export interface Failure {
  title: string;
  message: string;
}

export function emptyCounts(): Counts {
  return { passed: 0, failed: 0, skipped: [], failures: [], unsteady: [] };
}

export function addFailure(counts: Counts, title: string, error: unknown): void {
  counts.failed += 1;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  counts.failures.push({ title, message });
}

/** Adds one run's counts to a total. */
export function addCounts(total: Counts, more: Counts): void {
  total.passed += more.passed;
  total.failed += more.failed;
  total.skipped.push(...more.skipped);
  total.failures.push(...more.failures);
  total.unsteady.push(...more.unsteady);
}

export function writeCounts(file: string, counts: Counts): void {
  fs.writeFileSync(file, JSON.stringify(counts));
}

/** @returns undefined where the run ended before it could write its counts */
export function readCounts(file: string): Counts | undefined {
  if (!fs.existsSync(file)) return undefined;
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Counts;
}
