import { plainText } from '../base/text';
import type { Finding } from './finding';
import type { AuditReport, UsedImage } from './report';

const LEVELS = { error: 'error', warning: 'warning', info: 'note', hint: 'note' } as const;

/**
 * SARIF 2.1.0 of one or more reports. Stages that did not run are notifications of the invocation, so that a reader
 * of the log can tell "nothing found" from "not looked".
 */
export function toSarif(reports: readonly AuditReport[], version: string): object {
  const findings = reports.flatMap((report) => report.stages.flatMap((stage) => stage.findings));
  const ruleIds = [...new Set(findings.map((finding) => finding.ruleId))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'Seaworthy', semanticVersion: version, rules: ruleIds.map((id) => ({ id })) },
        },
        originalUriBaseIds: { SRCROOT: { description: { text: 'The audited workspace' } } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: reports.flatMap(notifications),
          },
        ],
        properties: { images: usedImages(reports) },
        results: findings.map((finding) => toResult(finding, ruleIds)),
      },
    ],
  };
}

/** What code was run in, each image once. */
function usedImages(reports: readonly AuditReport[]): UsedImage[] {
  const images = reports.flatMap(({ stages }) => stages.flatMap(({ image }) => image ?? []));
  return [...new Map(images.map((image) => [JSON.stringify(image), image])).values()];
}

function notifications(report: AuditReport): object[] {
  const verdict = {
    level: 'note',
    message: {
      text: plainText(`${report.file}: ${report.verdict}${report.reason ? ` (${report.reason})` : ''}`),
    },
    descriptor: { id: 'verdict' },
    locations: [{ physicalLocation: { artifactLocation: artifact(report.file) } }],
  };
  const unrun = report.stages
    .filter((stage) => stage.status === 'not run')
    .map((stage) => ({
      level: 'warning',
      message: { text: plainText(`${stage.stage} not run: ${stage.reason}`) },
      descriptor: { id: 'stage-not-run' },
      locations: [{ physicalLocation: { artifactLocation: artifact(report.file) } }],
    }));
  return [verdict, ...unrun];
}

function toResult(finding: Finding, ruleIds: readonly string[]): object {
  const region: Record<string, unknown> = {
    startLine: finding.startLine,
    endLine: finding.endLine,
    snippet: { text: plainText(finding.evidence) },
  };
  if (finding.startColumn !== undefined) region['startColumn'] = finding.startColumn;
  if (finding.endColumn !== undefined) region['endColumn'] = finding.endColumn;
  return {
    ruleId: finding.ruleId,
    ruleIndex: ruleIds.indexOf(finding.ruleId),
    level: LEVELS[finding.severity],
    message: { text: plainText(finding.message) },
    locations: [{ physicalLocation: { artifactLocation: artifact(finding.file), region } }],
    properties: { stage: finding.stage, confidence: finding.confidence },
  };
}

/** A relative URI reference: every segment is encoded, since a file name may hold `#`, `?` or a colon. */
function artifact(file: string): object {
  // Half a pair of code units, which a name may hold, has no encoding.
  const whole = file.replace(/\p{Cs}/gu, '\ufffd');
  return { uri: whole.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}
