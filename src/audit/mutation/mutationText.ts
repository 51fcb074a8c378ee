import { oneLine } from '../../base/text';
import { durationWords, plural, t } from '../../base/texts';
import type { FunctionProof, MutationReport, ProvedFunction } from './proof';

const ORDER: readonly FunctionProof[] = ['survived', 'crash-only', 'not covered', 'not judged', 'proved'];
const MAX_FUNCTIONS = 40;
const MAX_UNNOTICED = 5;

/** `3 of 5 functions proved, 1 survived`: what mutants say, in one line. */
export function mutationSummary({ status, reason, functions, budget, durationMs }: MutationReport): string {
  if (status === 'not run') return t('not run: {0}', oneLine(reason, 300));
  const counts = ORDER.filter((proof) => proof !== 'proved').flatMap((proof) => {
    const number = functions.filter((one) => one.proof === proof).length;
    return number > 0 ? [`${number} ${proofText(proof)}`] : [];
  });
  const proved = functions.filter(({ proof }) => proof === 'proved').length;
  const tried = functions.reduce((sum, { mutants }) => sum + mutants.length, 0);
  const rest = reason === '' ? '' : `; ${oneLine(reason, 200)}`;
  const parts = [
    plural(functions.length, '{1} of {0} function proved', '{1} of {0} functions proved', proved),
    ...counts,
  ];
  return `${parts.join(', ')} (${plural(tried, '{0} mutant', '{0} mutants')}, ${budget}, ${durationWords(durationMs)})${rest}`;
}

/** What mutants say of a function, in a word or two. */
export function proofText(proof: FunctionProof): string {
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
  const flaky = report.flaky.map((name) => t('      flaky, so left out: {0}', oneLine(name, 120)));
  const more =
    sorted.length > shown.length ? [t('      and {0} more functions', sorted.length - shown.length)] : [];
  const summary = mutationSummary(report);
  const title =
    report.of === undefined
      ? t('    mutants: {0}', summary)
      : t('    mutants of {0}: {1}', oneLine(report.of, 120), summary);
  return [title, ...flaky, ...shown.flatMap(functionLines), ...more];
}

function functionLines({ name, startLine, proof, tests, mutants }: ProvedFunction): string[] {
  const noticed = mutants.find(({ outcome }) => outcome === 'assertion');
  const by = noticed?.by === undefined ? '' : `  ${t('by "{0}"', oneLine(noticed.by, 80))}`;
  const reach = proof !== 'proved' && tests > 0 ? `  (${plural(tests, '{0} test', '{0} tests')})` : '';
  const width = Math.max(...ORDER.map((each) => proofText(each).length));
  const unnoticed = mutants.filter(({ outcome }) => outcome === 'survived').slice(0, MAX_UNNOTICED);
  return [
    `      ${proofText(proof).padEnd(width)}  ${oneLine(name, 80)}:${startLine}${by}${reach}`,
    ...unnoticed.map(
      ({ line, change }) => `        ${t('nothing fails at line {0} when {1}', line, oneLine(change, 160))}`,
    ),
  ];
}
