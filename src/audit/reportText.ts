import { oneLine, plainText } from '../base/text';
import { durationWords, plural, t } from '../base/texts';
import { STAGE_NAMES } from './finding';
import type { Finding } from './finding';
import { mutationLines } from './mutation/mutationText';
import type { AuditSummary } from './summary';
import { OUTCOMES } from './report';
import type { AuditReport, Coverage, StageResult, TestCounts, UsedImage } from './report';
import { verdictSentences } from './sentences';
import { severityWords, stageWords, verdictLabel, verdictWords } from './verdict';

const SKIPPED_SHOWN = 20;

/** Styles a verdict or a stage status; the identity where there is no colour. */
export type Paint = (text: string, status: AuditReport['verdict']) => string;

/** The report as plain text for a terminal or a read-only document. Safe to print: nothing the code wrote gets through raw. */
export function reportText(report: AuditReport, paint: Paint = (text) => text): string {
  const label = verdictLabel(report);
  const lines = [
    `${paint(verdictWords(label).toUpperCase(), report.verdict)}  ${plainText(report.file)}  (${durationWords(report.durationMs)})`,
  ];
  lines.push(...verdictSentences(report).map((sentence) => `  ${sentence}`), '');
  for (const stage of report.stages) lines.push(...stageLines(stage, report, paint));
  for (const note of report.notes) lines.push(t('  note: {0}', oneLine(note, 400)));
  return lines.join('\n');
}

/** `3 passed, 1 failed`, with others only where there are some. */
function testsText(tests: TestCounts): string {
  const parts = [t('{0} passed', tests.passed), t('{0} failed', tests.failed)];
  if (tests.skipped > 0) parts.push(t('{0} skipped', tests.skipped));
  if (tests.todo) parts.push(t('{0} todo', tests.todo));
  if (tests.expectedFailures)
    parts.push(plural(tests.expectedFailures, '{0} expected failure', '{0} expected failures'));
  if (tests.flaky) parts.push(t('{0} flaky', tests.flaky));
  return parts.join(', ');
}

/** `74 % of lines, 60 % of branches reached by its tests`. */
function coverageText({ lines, branches }: Coverage): string {
  const share = ({ covered, total }: { covered: number; total: number }): number =>
    total === 0 ? 100 : Math.floor((covered / total) * 100);
  return branches && branches.total > 0
    ? t('{0} % of lines, {1} % of branches reached by its tests', share(lines), share(branches))
    : t('{0} % of lines reached by its tests', share(lines));
}

function imageText({ name, digest, dependencies }: UsedImage): string {
  const full = `${name}${digest === '' ? '' : ` (${digest})`}`;
  const text =
    dependencies === undefined
      ? t('in the image {0}', full)
      : t('in the image {0}, dependencies {1}', full, dependencies);
  return oneLine(text, 400);
}

/** What tests were run with and why that: `run with vitest (its tests import it): 3 test files`. */
export function runnerLines({ runners = [] }: StageResult): string[] {
  return runners.map(({ name, why, tests }) => {
    const how = t('run with {0} ({1})', name, why);
    const [first = ''] = tests;
    const what = tests.length === 1 ? first : plural(tests.length, '{0} test file', '{0} test files');
    return oneLine(tests.length === 0 ? how : `${how}: ${what}`, 400);
  });
}

/** Where the tests do not come, in a few numbers. */
function uncoveredText({ lines: { uncovered } }: Coverage): string {
  const shown = uncovered.slice(0, 12).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return `${shown.join(', ')}${uncovered.length > shown.length ? ', …' : ''}`;
}

/** One line on how a stage ended: its reason, or what speaks for it. */
export function stageSummary(stage: StageResult): string {
  if (stage.reason) return oneLine(stage.reason, 300);
  if (stage.tests) {
    const tests = t('tests: {0}', testsText(stage.tests));
    return stage.coverage ? `${tests}; ${coverageText(stage.coverage)}` : tests;
  }
  if (stage.findings.length === 0) return t('nothing found');
  return plural(stage.findings.length, '{0} remark', '{0} remarks');
}

function stageLines(stage: StageResult, report: AuditReport, paint: Paint): string[] {
  const [name, status] = columnsOf(stage, paint);
  const time = stage.durationMs > 0 ? ` (${durationWords(stage.durationMs)})` : '';
  // A report that could not be begun says why once, at the top.
  const summary = stage.reason && stage.reason === report.reason ? '' : stageSummary(stage);
  const coverage = stage.coverage;
  const missed = coverage && coverage.lines.uncovered.length > 0 ? [uncoveredText(coverage)] : [];
  const reached = coverage && stage.reason ? [`    ${coverageText(coverage)}`] : [];
  const image = stage.image ? [`    ${imageText(stage.image)}`] : [];
  return [
    `  ${name}  ${status}  ${summary}${time}`.trimEnd(),
    ...runnerLines(stage).map((line) => `    ${line}`),
    ...image,
    ...reached,
    ...missed.map((lines) => t('    not reached: lines {0}', lines)),
    ...(stage.mutation ? mutationLines(stage.mutation) : []),
    ...stage.findings.flatMap(findingLines),
    ...contextLines(stage),
  ];
}

/** Stage and status, as wide as the longest of them. */
function columnsOf({ stage, status }: StageResult, paint: Paint): [stage: string, status: string] {
  const width = (words: readonly string[]): number => Math.max(...words.map(({ length }) => length));
  return [
    stageWords(stage).padEnd(width(STAGE_NAMES.map(stageWords))),
    paint(verdictWords(status).padEnd(width(OUTCOMES.map(verdictWords))), status),
  ];
}

/** What other tools say, as far as it fits a look. */
function contextLines({ context = [] }: StageResult): string[] {
  if (context.length === 0) return [];
  const shown = context
    .slice(0, 20)
    .map(
      ({ tool, ruleId, file, startLine, message }) =>
        `      ${tool}${ruleId ? ` ${plainText(ruleId)}` : ''}  ${plainText(file)}:${startLine}  ${oneLine(message, 200)}`,
    );
  const more =
    context.length > shown.length ? [`      ${t('and {0} more', context.length - shown.length)}`] : [];
  return [t('    what other tools say (it decides nothing here):'), ...shown, ...more];
}

/** A verdict over many files in a line or two, and what was not looked at. */
export function summaryText(summary: AuditSummary, paint: Paint = (text) => text): string {
  const { pass, fail, notRun, skipped } = summary.files;
  const lines = [
    `${paint(verdictWords(summary.verdict).toUpperCase(), summary.verdict)}  ${t('{0} pass, {1} fail, {2} not run, {3} skipped', pass, fail, notRun, skipped)}`,
  ];
  if (summary.reason) lines.push(`  ${oneLine(summary.reason, 400)}`);
  for (const { path, why } of summary.skipped.slice(0, SKIPPED_SHOWN))
    lines.push(t('  skipped: {0} ({1})', plainText(path), oneLine(why, 200)));
  const more = summary.skipped.length - SKIPPED_SHOWN;
  if (more > 0) lines.push(t('  and {0} more skipped', more));
  return lines.join('\n');
}

function findingLines(finding: Finding): string[] {
  const place = `${plainText(finding.file)}:${finding.startLine}`;
  const severity = finding.severity === 'info' ? t('info') : severityWords(finding.severity);
  const known = finding.known === true ? t('{0} (in the baseline)', severity) : severity;
  const lines = [`    ${known}  ${finding.ruleId}  ${place}  ${oneLine(finding.message, 300)}`];
  const evidence = oneLine(finding.evidence, 160);
  if (evidence) lines.push(`      > ${evidence}`);
  return lines;
}
