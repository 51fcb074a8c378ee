import type { Locator } from 'playwright-core';

/** How long the editor may take to answer what was done, in milliseconds. */
const ANSWER_LIMIT = 3_000;

/** Whether the first of what is meant is soon there, or soon gone: false is an answer, as for something to be tried again. */
export function comesTo(
  locator: Locator,
  state: 'visible' | 'hidden',
  timeout = ANSWER_LIMIT,
): Promise<boolean> {
  return locator
    .first()
    .waitFor({ state, timeout })
    .then(
      () => true,
      () => false,
    );
}
