import fs from 'node:fs';

/**
 * What a layer, or a part of one, found. The same shape as test/support/counts.ts.
 * @typedef {{title: string, message: string}} Failure
 * @typedef {{passed: number, failed: number, skipped: {title: string, reason: string}[], failures: Failure[],
 *   unsteady: Failure[]}} Counts unsteady: failed once, and passed when it was run again alone; counted as passed
 */

/** A check that could not be made, and why: neither passed nor failed. */
export class NotRun extends Error {}

/** @returns {Counts} */
export function emptyCounts() {
  return { passed: 0, failed: 0, skipped: [], failures: [], unsteady: [] };
}

/** Counts for a layer, or a part of one, that broke before it could count. */
export function failedCounts(title, error) {
  return { ...emptyCounts(), failed: 1, failures: [{ title, message: error.message }] };
}

/** @param {Counts[]} parts */
export function sumCounts(parts) {
  const total = emptyCounts();
  for (const part of parts) {
    total.passed += part.passed;
    total.failed += part.failed;
    total.skipped.push(...part.skipped);
    total.failures.push(...part.failures);
    total.unsteady.push(...part.unsteady);
  }
  return total;
}

/** @returns {Counts | undefined} undefined where the run ended before it could write its counts */
export function readCounts(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}
