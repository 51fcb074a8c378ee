import { count } from '../base/text';
import { judgedAgain } from './judge';
import type { MutationReport } from './mutation/proof';
import type { StageResult } from './report';

/** What mutants refute: a test that reaches no assertion as far as can be read. */
const REFUTED = 'TT01';

/** Stage 1 of a test file without what mutants of the code that it tests have refuted, set aside with the reason. */
export function withoutRefuted(stage: StageResult, mutation: MutationReport | undefined): StageResult {
  const reason = mutation && refutation(mutation);
  const refuted = stage.findings.filter(({ ruleId }) => ruleId === REFUTED);
  if (reason === undefined || refuted.length === 0) return stage;
  const left = stage.findings.filter(({ ruleId }) => ruleId !== REFUTED);
  const aside = refuted.map((finding) => ({ finding, reason }));
  return { ...judgedAgain(stage, left), suppressed: [...(stage.suppressed ?? []), ...aside] };
}

/** Why the tests of a file check something, in words; undefined where that is not proved of all that they reach. */
function refutation({ of, status, functions }: MutationReport): string | undefined {
  const reached = functions.filter(({ tests }) => tests > 0);
  if (of === undefined || status !== 'run' || reached.length === 0) return undefined;
  if (reached.some(({ proof }) => proof !== 'proved')) return undefined;
  const which = reached.length === 1 ? 'the function' : `each of the ${count(reached.length, 'function')}`;
  return `refuted by mutants: an assertion failed for ${which} of ${of} that these tests reach`;
}
