import { plainText } from '../base/text';
import type { Finding } from './finding';
import type { RulePage } from './rulePages';
import type { AuditInBrief, AuditSummary } from './summary';

/** A page of more is for a machine to read. */
const MAX_ROWS = 1000;

const CONFIDENCE = {
  high: 'The rule is nearly always right about what it sees.',
  medium: 'The rule is right more often than not; look for yourself.',
  low: 'The rule only points something out.',
};

/** Markdown on one finding: what was seen and where, why it counts, how to mend it or set it aside, and the rule's page. */
export function explanation(finding: Finding, page: RulePage | undefined): string {
  const { ruleId, file, startLine, inFunction, related = [] } = finding;
  const where = `${file}, line ${startLine}${inFunction === undefined ? '' : `, in ${inFunction}`}`;
  const anchors = related.map(
    ({ file: other, startLine: line, message }) =>
      `- ${other === undefined ? '' : `${inline(other)}, `}line ${line}: ${inline(message)}`,
  );
  return [
    `# ${ruleId}${page ? ` ${page.name}` : ''}`,
    inline(finding.message),
    '## What was seen',
    inline(where),
    fenced(finding.evidence),
    ...(anchors.length > 0 ? [anchors.join('\n')] : []),
    '## What it counts for',
    `${countsFor(finding)} ${CONFIDENCE[finding.confidence]}`,
    '## What to do',
    whatToDo(finding),
    ...(page ? ['---', page.markdown.replace(/^# .*\n/, `# The rule ${ruleId}\n`)] : []),
    '',
  ].join('\n\n');
}

/** Markdown on an audit of many files: the verdict over all, each file with its own, and what was left out. */
export function summaryPage(summary: AuditSummary, audits: readonly AuditInBrief[]): string {
  const { pass, fail, notRun, skipped } = summary.files;
  const worst = { fail: 0, 'not run': 1, pass: 2 };
  const rows = [...audits]
    .sort((a, b) => worst[a.verdict] - worst[b.verdict])
    .slice(0, MAX_ROWS)
    .map(({ verdict, file, reason }) => `| ${verdict} | ${inline(file)} | ${inline(reason.slice(0, 300))} |`);
  const left = summary.skipped.slice(0, MAX_ROWS).map(({ path, why }) => `- ${inline(path)}: ${inline(why)}`);
  return [
    `# Audit: ${summary.verdict}`,
    `${pass} pass, ${fail} fail, ${notRun} not run, ${skipped} skipped. ${inline(summary.reason)}`,
    ...(rows.length > 0 ? [['| verdict | file | reason |', '| --- | --- | --- |', ...rows].join('\n')] : []),
    ...(audits.length > MAX_ROWS ? [`and ${audits.length - MAX_ROWS} more files`] : []),
    ...(left.length > 0 ? ['## Skipped', left.join('\n')] : []),
    '',
  ].join('\n\n');
}

function countsFor({ severity, stage, known }: Finding): string {
  if (known === true) return 'It stands in the baseline, so it fails nothing.';
  if (severity === 'error' || severity === 'warning')
    return `It is ${severity === 'error' ? 'an error' : 'a warning'}, and it fails the ${stage} stage.`;
  return `It is ${severity === 'info' ? 'information' : 'a hint'}, and it fails nothing.`;
}

function whatToDo({ ruleId, fix, file, stage }: Finding): string {
  const steps = [];
  if (fix) steps.push(`The light bulb at its line offers: ${inline(fix.title)}.`);
  if (stage === 'production' && !ruleId.startsWith('MT')) {
    steps.push(
      'Mend the code, or the test where the test is wrong. What was seen in a run can not be set aside.',
    );
    return list(steps);
  }
  const mark = file.endsWith('.py') ? '#' : '//';
  steps.push('Mend it as the rule says below.');
  if (/^(TH|TT|QC|SE|MT)/.test(ruleId))
    steps.push(
      `Or set it aside, with a reason, on the line above: \`${mark} seaworthy-ignore ${ruleId}: why it is all right here\`.`,
    );
  // What a run shows is not kept in the baseline.
  if (stage !== 'production')
    steps.push(
      'Or add it to the baseline (light bulb), where it waits without failing anything until its function is changed.',
    );
  steps.push(
    `Or give the rule another level in the settings: \`"seaworthy.rules.levels": { "${ruleId}": "info" }\`.`,
  );
  return list(steps);
}

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

/** One line of text with nothing in it that Markdown would read. */
function inline(text: string): string {
  return plainText(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]()<>#+\-.!|~&:@]/g, '\\$&');
}

/** A block of code, with a fence that is longer than any in it. */
function fenced(code: string): string {
  const runs = plainText(code).match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return `${fence}text\n${plainText(code)}\n${fence}`;
}
