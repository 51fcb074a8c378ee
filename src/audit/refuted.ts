import type { Finding } from './finding';
import { judgedAgain } from './judge';
import type { AssertingTest, MutationReport } from './mutation/proof';
import type { StageResult } from './report';

/** What mutants refute: a test that reaches no assertion as far as can be read. */
const REFUTED = 'TT01';

/** Stage 1 of a test file without what mutants of the code that it tests have refuted, set aside with the reason. */
export function withoutRefuted(stage: StageResult, mutation: MutationReport | undefined): StageResult {
  const suspected = stage.findings.filter(({ ruleId }) => ruleId === REFUTED);
  const aside = suspected.flatMap((finding) => {
    const reason = mutation && refutation(finding, mutation);
    return reason === undefined ? [] : [{ finding, reason }];
  });
  if (aside.length === 0) return stage;
  const refuted = new Set(aside.map(({ finding }) => finding));
  const left = stage.findings.filter((finding) => !refuted.has(finding));
  return { ...judgedAgain(stage, left), suppressed: [...(stage.suppressed ?? []), ...aside] };
}

/** Why the test of a finding checks something, in words; undefined where no assertion of this very test was seen to fail. */
function refutation(
  { test, file }: Finding,
  { of, status, asserting = [] }: MutationReport,
): string | undefined {
  if (of === undefined || status !== 'run' || test === undefined) return undefined;
  const seen = asserting.find(({ name }) => isNameOf(name, test, file));
  return seen && `refuted by mutants: ${witnessed(seen, of)}`;
}

function witnessed({ function: changed, change, line }: AssertingTest, of: string): string {
  return `an assertion of this test fails when \`${changed}\` is changed (${of}:${line}: ${change})`;
}

/** Whether a runner's name is that of the test: with the test file before it where there were several, with parameters behind. */
function isNameOf(name: string, test: string, file: string): boolean {
  const [first = '', ...rest] = name.split(' > ');
  const own = first.endsWith(file) && rest.length > 0 ? rest.join(' > ') : name;
  return own === test || (own.startsWith(`${test}[`) && own.endsWith(']'));
}
