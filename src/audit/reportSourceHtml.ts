import { t } from '../base/texts';
import type { Finding } from './finding';
import { escapeHtml, tag } from './html';
import type { TriedMutant } from './mutation/proof';
import type { AuditReport, Coverage } from './report';

const AROUND = 2;
const EXCERPT_LINES = 14;
const SOURCE_LINES = 5000;
const LINE_LENGTH = 300;

/** A finding's lines with a little around them; the middle of a long one is left out. */
export function excerptHtml(text: string, finding: Finding): string {
  const lines = text.split('\n');
  const from = Math.max(finding.startLine - AROUND, 1);
  const to = Math.min(finding.endLine + AROUND, lines.length);
  const shown = Math.min(to, from + EXCERPT_LINES - 1);
  const rows = lines.slice(from - 1, shown).map((line, index) => {
    const number = from + index;
    const isHit = number >= finding.startLine && number <= finding.endLine;
    return row(number, line, isHit ? 'hit' : '');
  });
  if (shown < to) rows.push(tag('span', { class: 'more' }, t('… {0} more lines', to - shown)));
  return tag('pre', { class: 'code' }, rows.join('\n'));
}

/** The whole source, each line with whether tests reached it and with what was found in it. */
export function sourceHtml(
  text: string,
  report: AuditReport,
  coverage: Coverage | undefined,
  isLive: boolean,
): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const uncovered = new Set<number>();
  for (const [from, to] of coverage?.lines.uncovered ?? [])
    for (let line = from; line <= Math.min(to, lines.length); line++) uncovered.add(line);
  const findings = new Map<number, Finding[]>();
  for (const finding of report.stages.flatMap((stage) => stage.findings))
    if (finding.file === report.file)
      findings.set(finding.startLine, [...(findings.get(finding.startLine) ?? []), finding]);
  const unnoticed = unnoticedBy(report);
  const rows = lines.slice(0, SOURCE_LINES).map((line, index) => {
    const number = index + 1;
    const marks = (findings.get(number) ?? []).map(({ ruleId, message, severity }) =>
      tag('span', { class: `mark ${severity}`, title: message }, escapeHtml(ruleId)),
    );
    for (const { change } of unnoticed.get(number) ?? [])
      marks.push(
        tag('span', { class: 'mark info', title: t('nothing fails when {0}', change) }, t('not noticed')),
      );
    return row(number, line, uncovered.has(number) ? 'missed' : '', marks.join(''), isLive);
  });
  const cut =
    lines.length > SOURCE_LINES
      ? tag('p', { class: 'quiet' }, t('… {0} more lines', lines.length - SOURCE_LINES))
      : '';
  const legend = coverage ? tag('p', { class: 'quiet' }, legendOf(coverage)) : '';
  return `${legend}${tag('pre', { class: 'code source', tabindex: 0, 'aria-label': t('Source code') }, rows.join('\n'))}${cut}`;
}

/** Mutants of the audited file that no test noticed, by their lines. */
function unnoticedBy({ stages }: AuditReport): Map<number, TriedMutant[]> {
  const found = new Map<number, TriedMutant[]>();
  const mutations = stages.flatMap(({ mutation }) =>
    mutation && mutation.of === undefined ? [mutation] : [],
  );
  for (const mutant of mutations.flatMap(({ functions }) => functions).flatMap(({ mutants }) => mutants))
    if (mutant.outcome === 'survived') found.set(mutant.line, [...(found.get(mutant.line) ?? []), mutant]);
  return found;
}

function legendOf({ lines, branches }: Coverage): string {
  const missed = lines.total - lines.covered;
  const reached =
    missed === 0
      ? t('Tests reach all {0} lines that do something.', lines.total)
      : t(
          'Tests do not reach {0} of {1} lines that do something, marked in the margin.',
          ...[missed, lines.total],
        );
  return branches && branches.total > 0
    ? `${reached} ${t('Of {0} branches they take {1}.', branches.total, branches.covered)}`
    : reached;
}

function row(number: number, line: string, state: string, marks = '', isLive = false): string {
  const cut = line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line;
  const label = state === 'missed' ? t('not reached') : undefined;
  const shown = isLive
    ? tag(
        'a',
        { class: 'number', href: '#', 'data-ask': 'openFile', 'data-line': number, tabindex: -1 },
        String(number),
      )
    : tag('span', { class: 'number' }, String(number));
  return tag('span', { class: `line ${state}`.trim(), title: label }, shown, ' ', escapeHtml(cut), marks);
}
