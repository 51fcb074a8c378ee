import type { Mutant, MutatedSource } from '../../mutation/mutants';
import type {
  AssertingTest,
  FunctionProof,
  MutantOutcome,
  ProvedFunction,
  TriedMutant,
} from '../../mutation/proof';
import type { ProofRecords } from './readProof';

/** The more a reaction to a mutant says, the earlier it stands here. */
const WEIGHT: readonly MutantOutcome[] = ['assertion', 'crash', 'timeout', 'survived'];

/** Judges each function by what came of its mutants in all groups of tests. */
export function judgeFunctions(source: MutatedSource, groups: readonly ProofRecords[]): ProvedFunction[] {
  return source.functions.map((proved, index): ProvedFunction => {
    const own = source.mutants.filter((mutant) => mutant.function === index);
    const mutants = own.flatMap((mutant) => triedMutant(mutant, groups) ?? []);
    const tests = groups.reduce((sum, { reached }) => {
      return sum + Math.max(0, ...own.map(({ id }) => reached.get(id) ?? 0));
    }, 0);
    return { ...proved, proof: proofOf(own, mutants, groups), tests, mutants };
  });
}

/** The tests that noticed a mutant by an assertion, each with the first that it noticed. */
export function assertingTests(
  { functions, mutants }: MutatedSource,
  groups: readonly ProofRecords[],
): AssertingTest[] {
  const first = new Map(groups.flatMap(({ asserting }) => [...asserting]));
  return [...first].flatMap(([name, id]) => {
    const mutant = mutants.find((one) => one.id === id);
    const changed = mutant && functions[mutant.function];
    return changed ? [{ name, function: changed.name, line: mutant.line, change: mutant.change }] : [];
  });
}

function triedMutant({ id, line, change }: Mutant, groups: readonly ProofRecords[]): TriedMutant | undefined {
  const seen = groups.flatMap(({ outcomes }) => outcomes.get(id) ?? []);
  const best = WEIGHT.flatMap((outcome) => seen.find((one) => one.outcome === outcome) ?? [])[0];
  if (!best) return undefined;
  const durationMs = seen.reduce((sum, one) => sum + one.durationMs, 0);
  return { line, change, outcome: best.outcome, durationMs, ...(best.by === '' ? {} : { by: best.by }) };
}

function proofOf(
  own: readonly Mutant[],
  tried: readonly TriedMutant[],
  groups: readonly ProofRecords[],
): FunctionProof {
  const has = (outcome: MutantOutcome): boolean => tried.some((mutant) => mutant.outcome === outcome);
  if (has('assertion')) return 'proved';
  // A test that was not run may be the one that checks.
  const isSettled = groups.every(({ refusal, flaky }) => refusal === undefined && flaky.length === 0);
  const isTried = own.every(({ id }) =>
    groups.every(({ outcomes, reached }) => outcomes.has(id) || !reached.has(id)),
  );
  if (!isSettled || (tried.length > 0 && !isTried)) return 'not judged';
  if (has('crash') || has('timeout')) return 'crash-only';
  if (has('survived')) return 'survived';
  const isLoadedOnly = groups.some(({ loadedOnly }) => own.some(({ id }) => loadedOnly.has(id)));
  const isReached = groups.some(({ reached }) => own.some(({ id }) => reached.has(id)));
  return isLoadedOnly || isReached ? 'not judged' : 'not covered';
}
