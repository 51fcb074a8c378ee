import { placeIn, textOf } from './errorPlace';
import { ROOT_VARIABLE, TARGET_VARIABLE } from './environment';

/** Whether an error is a test's own check that failed, and not one that the audited file makes of its input. */
export function isAssertion(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const has = (name: string): boolean => name in error;
  const isNamed =
    /Assert|Expectation/.test(textOf(error, 'name')) || textOf(error, 'code') === 'ERR_ASSERTION';
  if (!isNamed && !has('matcherResult') && !(has('actual') && has('expected'))) return false;
  const target = process.env[TARGET_VARIABLE] ?? '';
  const own = placeIn(textOf(error, 'stack'), process.env[ROOT_VARIABLE] ?? '', '');
  return own.file !== target;
}
