import { t } from '../base/texts';
import { escapeHtml, tag } from './html';
import { mutationSummary, proofText } from './mutation/mutationText';
import type { FunctionProof, MutationReport, ProvedFunction, TriedMutant } from './mutation/proof';

const CLASSES: Record<FunctionProof, string> = {
  proved: 'pass',
  'crash-only': 'fail',
  survived: 'fail',
  'not covered': 'not-run',
  'not judged': 'not-run',
};

/** What mutants say, function by function; empty where none were tried. */
export function mutantsHtml(mutation: MutationReport | undefined): string {
  if (!mutation) return '';
  const title =
    mutation.of === undefined ? t('What its tests prove') : t('What its tests prove of {0}', mutation.of);
  return tag(
    'section',
    {},
    tag('h2', {}, escapeHtml(title)),
    tag('p', { class: 'quiet' }, escapeHtml(mutationSummary(mutation))),
    mutation.functions.length === 0
      ? ''
      : tag('table', { class: 'stages' }, tag('tbody', {}, ...mutation.functions.map(rowOf))),
  );
}

function rowOf({ name, startLine, proof, mutants }: ProvedFunction): string {
  const changes = mutants.map(({ line, change, outcome }) =>
    tag('li', {}, escapeHtml(outcomeText(outcome, line, change))),
  );
  return tag(
    'tr',
    {},
    tag('th', { scope: 'row' }, escapeHtml(t('{0}, line {1}', name, startLine))),
    tag('td', { class: `status ${CLASSES[proof]}` }, proofText(proof)),
    tag('td', {}, changes.length === 0 ? '' : tag('ul', { class: 'notes' }, ...changes)),
  );
}

function outcomeText(outcome: TriedMutant['outcome'], line: number, change: string): string {
  switch (outcome) {
    case 'assertion':
      return t('line {0}: an assertion fails when {1}', line, change);
    case 'crash':
      return t('line {0}: something breaks when {1}', line, change);
    case 'timeout':
      return t('line {0}: the tests hang when {1}', line, change);
    case 'survived':
      return t('line {0}: nothing fails when {1}', line, change);
  }
}
