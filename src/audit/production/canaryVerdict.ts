import type { TestRun } from './evidence';
import type { CanaryRecord } from './harness/records';
import { wordOf } from './report/signatures';
import { hasOwnModules } from './runners/chooseRunner';

/**
 * Why the harness's own tests, which follow the project's in the same process, show that the results say nothing: the ones
 * made to fail did not, or they are missing. Undefined when they ended as they must.
 */
export function doubtByCanaries(run: TestRun, belongs: ReadonlySet<string>): string | undefined {
  const { canaries } = run.report;
  if (!hasOwnModules(run.runner)) return doubtBy(canaries, run) ?? unableToPass(canaries[0]);
  // These run each file apart from the others, and all of its tests under its own hooks.
  for (const file of belongs) {
    const own = canaries.filter((canary) => canary.file === file);
    const doubt = doubtBy(own, run) ?? hiddenFailures(own.at(-1), file, run);
    if (doubt !== undefined) return doubt;
  }
  return undefined;
}

function doubtBy(canaries: readonly CanaryRecord[], { key, report }: TestRun): string | undefined {
  const [first, ...rest] = canaries;
  const [passName, failName, reason = ''] = ['pass', 'fail', 'reason'].map((label) => wordOf(key, label));
  if (first?.name !== passName || rest.at(-1)?.name !== failName)
    return 'checks that run after all tests are missing';
  const spared = rest.find(({ status, message }) => status !== 'failed' || !message?.includes(reason));
  if (spared === undefined) return undefined;
  if (spared.name === wordOf(key, 'matchers'))
    return 'expect lets values through that it must refuse: the code or its configuration changes what tests check';
  const own = report.tests.some(({ name }) => name.endsWith(spared.name))
    ? ` in the place of "${spared.name}"`
    : '';
  return `a check made to fail${own} did not: the code or its configuration changes what tests report`;
}

function unableToPass(first: CanaryRecord | undefined): string | undefined {
  return first?.status === 'passed'
    ? undefined
    : `a check that can't fail did not pass (${first?.message ?? ''})`;
}

/** The last one may say how many tests of its file threw, and whether some were chosen. */
function hiddenFailures(
  last: CanaryRecord | undefined,
  file: string,
  { key, report }: TestRun,
): string | undefined {
  const reason = wordOf(key, 'reason');
  const [, threw = '0', focused] = new RegExp(`${reason} (\\d+)( focused)?`).exec(last?.message ?? '') ?? [];
  if (focused !== undefined) return 'a test was told to run alone (.only), so others were left out';
  const failed = report.tests.filter((test) => test.file === file && test.status === 'failed').length;
  return Number(threw) > failed ? 'a test that threw is reported as one that did not fail' : undefined;
}
