import { oneLine } from '../base/text';
import { durationWords, locale, plural, t, whatIsSpoken } from '../base/texts';
import type { Finding, Severity, StageName } from './finding';
import { escapeHtml, tag } from './html';
import { historyHtml } from './reportHistoryHtml';
import type { PastAudit } from './reportHistoryHtml';
import { mutantsHtml } from './reportMutantsHtml';
import { excerptHtml, sourceHtml } from './reportSourceHtml';
import type { AuditReport, StageOutput, StageResult } from './report';
import { runnerLines, stageSummary } from './reportText';
import { verdictSentences } from './sentences';
import { stageWords, verdictLabel, verdictWords } from './verdict';

/** All that a page about one audit shows. */
export interface ReportPage {
  report: AuditReport;
  /** The text that was audited, or why it can't be shown. */
  source: { text: string } | { missing: string };
  /** Audits of the same file, oldest first, this one among them. */
  history: readonly PastAudit[];
  outputs: ReadonlyMap<StageName, StageOutput>;
  /** The file has changed since. */
  isStale: boolean;
}

/** The inside of the page. `isLive` adds what works in the editor alone. */
export function reportHtml(page: ReportPage, isLive: boolean): string {
  const { report } = page;
  return tag(
    'main',
    {},
    header(page, isLive),
    stagesHtml(report),
    findingsHtml(page, isLive),
    asideHtml(report),
    mutantsHtml(report.stages.find(({ stage }) => stage === 'production')?.mutation),
    sourceSection(page, isLive),
    tag('section', {}, tag('h2', {}, t('History')), historyHtml(page.history, report.id, isLive)),
    outputHtml(page),
  );
}

/** A file that shows the report in any browser, with nothing loaded from anywhere. */
export function reportDocument(page: ReportPage, style: string): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  return `<!doctype html>
<html lang="${escapeHtml(whatIsSpoken().language)}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width"><title>${escapeHtml(page.report.file)}: ${escapeHtml(verdictWords(verdictLabel(page.report)))}</title>
<style>${style}</style></head><body class="exported">${reportHtml(page, false)}</body></html>
`;
}

const button = (
  words: string,
  data: Record<string, string | number>,
  more: Record<string, string> = {},
): string =>
  tag(
    'button',
    {
      type: 'button',
      ...more,
      ...Object.fromEntries(Object.entries(data).map(([key, value]) => [`data-${key}`, value])),
    },
    words,
  );

function header({ report, isStale }: ReportPage, isLive: boolean): string {
  const label = verdictLabel(report);
  const [opinion, proof, advice] = verdictSentences(report);
  const name = isLive
    ? button(escapeHtml(report.file), { ask: 'openFile' }, { class: 'link', title: t('Open the file') })
    : escapeHtml(report.file);
  const time = t(
    '{0}, took {1}',
    new Date(report.createdAt).toLocaleString(locale()),
    durationWords(report.durationMs),
  );
  const actions = isLive
    ? tag(
        'div',
        { class: 'actions', role: 'toolbar', 'aria-label': t('Actions') },
        button(t('Audit Again'), { ask: 'auditAgain' }, { class: 'primary' }),
        button(t('Export HTML'), { ask: 'export', format: 'html' }),
        button(t('Export JSON'), { ask: 'export', format: 'json' }),
        button(t('Export SARIF'), { ask: 'export', format: 'sarif' }),
      )
    : '';
  const stale = isStale ? tag('p', { class: 'note' }, t('The file has changed since this audit.')) : '';
  return tag(
    'header',
    {},
    tag('h1', {}, tag('span', { class: `verdict ${classOf(label)}` }, verdictWords(label)), ' ', name),
    tag(
      'p',
      { class: 'sentences' },
      [opinion, proof, advice].map((text) => tag('span', {}, escapeHtml(text))).join(' '),
    ),
    tag('p', { class: 'quiet' }, escapeHtml(time)),
    stale,
    actions,
    tag('p', { id: 'answer', role: 'status', 'aria-live': 'polite' }),
  );
}

const classOf = (status: string): string => status.replace(' ', '-');

function stagesHtml({ stages, notes }: AuditReport): string {
  const rows = stages.map((stage) =>
    tag(
      'tr',
      {},
      tag('th', { scope: 'row' }, stageWords(stage.stage)),
      tag('td', {}, tag('span', { class: `status ${classOf(stage.status)}` }, verdictWords(stage.status))),
      tag(
        'td',
        {},
        escapeHtml(stageSummary(stage)),
        ...runnerLines(stage).map((line) => tag('div', { class: 'quiet' }, escapeHtml(line))),
      ),
      tag('td', { class: 'quiet' }, stage.durationMs > 0 ? durationWords(stage.durationMs) : ''),
    ),
  );
  const list = notes.map((note) => tag('li', {}, escapeHtml(oneLine(note, 400)))).join('');
  return tag(
    'section',
    {},
    tag('h2', {}, t('Stages')),
    tag('table', { class: 'stages' }, tag('tbody', {}, ...rows)),
    list === '' ? '' : tag('ul', { class: 'notes' }, list),
  );
}

interface Placed {
  finding: Finding;
  stage: StageName;
  index: number;
}

function findingsHtml(page: ReportPage, isLive: boolean): string {
  const placed = page.report.stages.flatMap(({ stage, findings }) =>
    findings.map((finding, index): Placed => ({ finding, stage, index })),
  );
  const fresh = placed.filter(({ finding }) => finding.known !== true);
  const known = placed.filter(({ finding }) => finding.known === true);
  const list = (some: readonly Placed[]): string =>
    tag('ol', { class: 'findings' }, ...some.map((one) => findingHtml(one, page, isLive)));
  const severities: [Severity, string][] = [
    ['error', t('Errors')],
    ['warning', t('Warnings')],
    ['info', t('Information')],
    ['hint', t('Hints')],
  ];
  const groups = severities.map(([severity, title]) => {
    const own = fresh.filter(({ finding }) => finding.severity === severity);
    return own.length === 0 ? '' : tag('h3', {}, `${title} (${own.length})`) + list(own);
  });
  const empty = fresh.length === 0 ? tag('p', { class: 'quiet' }, emptyText(page.report)) : '';
  const old =
    known.length === 0
      ? ''
      : tag(
          'details',
          {},
          tag(
            'summary',
            {},
            plural(known.length, '{0} finding of the baseline', '{0} findings of the baseline'),
          ),
          list(known),
        );
  return tag('section', {}, tag('h2', {}, t('Findings')), empty, ...groups, old);
}

/** `about, line 3 in main`: what it is about where that is not plain, and the function around it. */
function placeText(about: string | undefined, line: number, inFunction?: string): string {
  const place = about === undefined ? t('line {0}', line) : t('{0}, line {1}', about, line);
  return inFunction ? t('{0} in {1}', place, inFunction) : place;
}

function emptyText({ stages }: AuditReport): string {
  const looked = stages.some(({ status }) => status !== 'not run');
  return looked ? t('Nothing was found.') : t('Nothing was looked at, so nothing is known.');
}

function findingHtml({ finding, stage, index }: Placed, page: ReportPage, isLive: boolean): string {
  const isOwn = finding.file === page.report.file;
  const place = placeText(isOwn ? undefined : finding.file, finding.startLine, finding.inFunction);
  const excerpt =
    isOwn && 'text' in page.source
      ? excerptHtml(page.source.text, finding)
      : tag('pre', {}, escapeHtml(finding.evidence));
  const related = (finding.related ?? []).map((one) =>
    tag('li', {}, escapeHtml(`${placeText(one.file, one.startLine)}: ${oneLine(one.message, 200)}`)),
  );
  const actions = isLive
    ? tag(
        'div',
        { class: 'actions' },
        button(t('Go to Line'), { ask: 'openFinding', stage, index }),
        button(t('Explain Evidence'), { ask: 'explainFinding', stage, index }),
      )
    : '';
  return tag(
    'li',
    { class: `finding ${finding.severity}` },
    tag(
      'p',
      {},
      tag('span', { class: 'rule' }, escapeHtml(finding.ruleId)),
      ' ',
      escapeHtml(oneLine(finding.message, 500)),
      ' ',
      tag('span', { class: 'quiet' }, escapeHtml(place)),
    ),
    excerpt,
    related.length > 0 ? tag('ul', { class: 'related' }, ...related) : '',
    actions,
  );
}

/** What decides nothing: findings set aside in the source, and what other tools say. */
function asideHtml({ stages }: AuditReport): string {
  const suppressed = stages.flatMap((stage) => stage.suppressed ?? []);
  const context = stages.flatMap((stage) => stage.context ?? []);
  const ignored = suppressed.map(({ finding, reason }) =>
    tag('li', {}, escapeHtml(`${placeText(finding.ruleId, finding.startLine)}: ${oneLine(reason, 300)}`)),
  );
  const others = context
    .slice(0, 200)
    .map(({ tool, ruleId, startLine, message }) =>
      tag(
        'li',
        {},
        escapeHtml(`${placeText(ruleId ? `${tool} ${ruleId}` : tool, startLine)}: ${oneLine(message, 300)}`),
      ),
    );
  return [
    foldedList(
      plural(ignored.length, '{0} finding set aside in the source', '{0} findings set aside in the source'),
      ignored,
    ),
    foldedList(
      plural(
        context.length,
        '{0} remark of other tools, which decides nothing here',
        '{0} remarks of other tools, which decide nothing here',
      ),
      others,
    ),
  ].join('');
}

function foldedList(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return tag('details', {}, tag('summary', {}, escapeHtml(title)), tag('ul', {}, ...items));
}

function sourceSection({ report, source }: ReportPage, isLive: boolean): string {
  const coverage = report.stages.find(
    (stage): stage is StageResult => stage.coverage !== undefined,
  )?.coverage;
  const title = coverage ? t('Source and what its tests reach') : t('Source code');
  const body =
    'text' in source
      ? sourceHtml(source.text, report, coverage, isLive)
      : tag('p', { class: 'quiet' }, escapeHtml(source.missing));
  return tag('section', {}, tag('h2', {}, title), body);
}

function outputHtml({ outputs }: ReportPage): string {
  return [...outputs]
    .flatMap(([stage, { stdout, stderr, truncated }]) =>
      (
        [
          [t('standard output of the code'), stdout],
          [t('standard error of the code'), stderr],
        ] as const
      )
        .filter(([, text]) => text.trim() !== '')
        .map(([name, text]) => {
          const what = `${stageWords(stage)}: ${name}`;
          const summary = tag('summary', {}, truncated ? t('{0} (cut off)', what) : what);
          return tag('details', {}, summary, tag('pre', { class: 'output' }, escapeHtml(text)));
        }),
    )
    .join('');
}
