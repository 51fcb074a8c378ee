import type { AuditReport, StageResult } from './report';

/** JUnit XML of one or more reports: a suite per file, a case per stage, for servers that show tests. */
export function toJunit(reports: readonly AuditReport[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="Seaworthy">',
    ...reports.map(suite),
    '</testsuites>',
  ].join('\n');
}

function suite(report: AuditReport): string {
  const count = (status: StageResult['status']): number =>
    report.stages.filter((stage) => stage.status === status).length;
  const head = attributes({
    name: report.file,
    tests: report.stages.length,
    failures: count('fail'),
    skipped: count('not run'),
    time: seconds(report.durationMs),
    timestamp: report.createdAt,
  });
  return [
    `  <testsuite ${head}>`,
    ...report.stages.map((stage) => testCase(report, stage)),
    '  </testsuite>',
  ].join('\n');
}

function testCase(report: AuditReport, stage: StageResult): string {
  const head = attributes({ classname: report.file, name: stage.stage, time: seconds(stage.durationMs) });
  const inner = outcome(stage);
  return inner === '' ? `    <testcase ${head}/>` : `    <testcase ${head}>\n${inner}\n    </testcase>`;
}

function outcome(stage: StageResult): string {
  if (stage.status === 'not run') return `      <skipped ${attributes({ message: stage.reason })}/>`;
  if (stage.status === 'pass') return '';
  const lines = stage.findings.map(
    ({ severity, ruleId, file, startLine, message }) =>
      `${severity} ${ruleId} ${file}:${startLine} ${message}`,
  );
  return `      <failure ${attributes({ message: stage.reason })}>${escape(lines.join('\n'))}</failure>`;
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escape(String(value))}"`)
    .join(' ');
}

/** XML 1.0 knows no control characters, not even escaped ones, and no lone surrogates. */
function escape(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu, '\uFFFD')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
