import type { Context } from 'mocha';

/**
 * Skips the running test and says why; the only way to skip that does not count as a failure.
 * @public
 */
export function skipBecause(context: Context, reason: string): never {
  const test = context.test as { skipReason?: string } | undefined;
  if (test) test.skipReason = reason;
  return context.skip();
}
