import type { TestRun } from './evidence';
import { wordOf } from './report/signatures';

/**
 * Why the harness's own tests, which follow the project's in the same process, show that the results say nothing: the ones
 * made to fail did not, or they are missing. Undefined when they ended as they must.
 */
export function doubtByCanaries({ runner, key, report }: TestRun): string | undefined {
  // These run tests apart from what reports them, and have no place for tests of ours yet.
  if (runner === 'vitest' || runner === 'jest') return undefined;
  const { canaries, tests } = report;
  const [first, ...rest] = canaries;
  const [passName, failName, reason] = ['pass', 'fail', 'reason'].map((label) => wordOf(key, label));
  if (first?.name !== passName || rest.at(-1)?.name !== failName)
    return 'checks that run after all tests are missing';
  if (first?.status !== 'passed') return `a check that can't fail did not pass (${first?.message ?? ''})`;
  const spared = rest.find(({ status, message }) => status !== 'failed' || !message?.includes(reason ?? ''));
  if (spared === undefined) return undefined;
  const own = tests.some(({ name }) => name.endsWith(spared.name)) ? ` in the place of "${spared.name}"` : '';
  return `a check made to fail${own} did not: the code or its configuration changes what tests report`;
}
