import { count, duration, oneLine } from '../../base/text';
import { ENGLISH } from '../../base/texts';
import type { Words } from '../../base/texts';
import type { FunctionProof, MutationReport, ProvedFunction } from './proof';

const ORDER: readonly FunctionProof[] = ['survived', 'crash-only', 'not covered', 'not judged', 'proved'];
const MAX_FUNCTIONS = 40;
const MAX_UNNOTICED = 5;

/** `3 of 5 functions proved, 1 survived`: what mutants say, in one line. */
export function mutationSummary(
  { status, reason, functions, budget, durationMs }: MutationReport,
  words: Words = ENGLISH,
): string {
  const { t, plural } = words;
  if (status === 'not run') return t('not run: {0}', oneLine(reason, 300));
  const counts = ORDER.filter((proof) => proof !== 'proved').flatMap((proof) => {
    const number = functions.filter((one) => one.proof === proof).length;
    return number > 0 ? [`${number} ${proofText(proof, words)}`] : [];
  });
  const proved = functions.filter(({ proof }) => proof === 'proved').length;
  const tried = functions.reduce((sum, { mutants }) => sum + mutants.length, 0);
  const rest = reason === '' ? '' : `; ${oneLine(reason, 200)}`;
  const parts = [
    plural(functions.length, '{1} of {0} function proved', '{1} of {0} functions proved', proved),
    ...counts,
  ];
  return `${parts.join(', ')} (${plural(tried, '{0} mutant', '{0} mutants')}, ${budget}, ${duration(durationMs)})${rest}`;
}

/** What mutants say of a function, in a word or two. */
export function proofText(proof: FunctionProof, { t }: Words = ENGLISH): string {
  const words: Record<FunctionProof, string> = {
    proved: t('proved'),
    'crash-only': t('crash-only'),
    survived: t('survived'),
    'not covered': t('not covered'),
    'not judged': t('not judged'),
  };
  return words[proof];
}

/** The mutants of a file for a plain text report: the functions that need a look come first. */
export function mutationLines(report: MutationReport): string[] {
  const sorted = [...report.functions].sort(
    (a, b) => ORDER.indexOf(a.proof) - ORDER.indexOf(b.proof) || a.startLine - b.startLine,
  );
  const shown = sorted.slice(0, MAX_FUNCTIONS);
  const flaky = report.flaky.map((name) => `      flaky, so left out: ${oneLine(name, 120)}`);
  const more =
    sorted.length > shown.length ? [`      and ${sorted.length - shown.length} more functions`] : [];
  const of = report.of === undefined ? '' : ` of ${oneLine(report.of, 120)}`;
  return [`    mutants${of}: ${mutationSummary(report)}`, ...flaky, ...shown.flatMap(functionLines), ...more];
}

function functionLines({ name, startLine, proof, tests, mutants }: ProvedFunction): string[] {
  const noticed = mutants.find(({ outcome }) => outcome === 'assertion');
  const by = noticed?.by === undefined ? '' : `  by "${oneLine(noticed.by, 80)}"`;
  const reach = proof !== 'proved' && tests > 0 ? `  (${count(tests, 'test')})` : '';
  const unnoticed = mutants.filter(({ outcome }) => outcome === 'survived').slice(0, MAX_UNNOTICED);
  return [
    `      ${proof.padEnd(11)}  ${oneLine(name, 80)}:${startLine}${by}${reach}`,
    ...unnoticed.map(
      ({ line, change }) => `        nothing fails at line ${line} when ${oneLine(change, 160)}`,
    ),
  ];
}
