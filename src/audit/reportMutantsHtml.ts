import { escapeHtml, tag } from './html';
import { mutationSummary } from './mutation/mutationText';
import type { FunctionProof, MutationReport, ProvedFunction } from './mutation/proof';

const CLASSES: Record<FunctionProof, string> = {
  proved: 'pass',
  'crash-only': 'fail',
  survived: 'fail',
  'not covered': 'not-run',
  'not judged': 'not-run',
};
const OUTCOMES = { assertion: 'an assertion fails', crash: 'something breaks', timeout: 'the tests hang', survived: 'nothing fails' }; // prettier-ignore

/** What mutants say, function by function; empty where none were tried. */
export function mutantsHtml(mutation: MutationReport | undefined): string {
  if (!mutation) return '';
  const of = mutation.of === undefined ? '' : ` of ${mutation.of}`;
  return tag(
    'section',
    {},
    tag('h2', {}, escapeHtml(`What its tests prove${of}`)),
    tag('p', { class: 'quiet' }, escapeHtml(mutationSummary(mutation))),
    mutation.functions.length === 0
      ? ''
      : tag('table', { class: 'stages' }, tag('tbody', {}, ...mutation.functions.map(rowOf))),
  );
}

function rowOf({ name, startLine, proof, mutants }: ProvedFunction): string {
  const changes = mutants.map(({ line, change, outcome }) =>
    tag('li', {}, escapeHtml(`line ${line}: ${OUTCOMES[outcome]} when ${change}`)),
  );
  return tag(
    'tr',
    {},
    tag('th', { scope: 'row' }, escapeHtml(`${name}, line ${startLine}`)),
    tag('td', { class: `status ${CLASSES[proof]}` }, proof),
    tag('td', {}, changes.length === 0 ? '' : tag('ul', { class: 'notes' }, ...changes)),
  );
}
