import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { plainText } from '../base/text';
import { fingerprintOf } from './baseline';
import type { Finding } from './finding';
import type { AuditReport, UsedImage } from './report';
import type { RulePages } from './rulePages';

const LEVELS = { error: 'error', warning: 'warning', info: 'note', hint: 'note' } as const;
const RANKS = { high: 90, medium: 60, low: 30 } as const;
const NOTIFICATIONS = [
  { id: 'verdict', text: 'The verdict on a file.' },
  {
    id: 'stage-not-run',
    text: 'A stage of the audit did not run, so that nothing is known of what it looks at.',
  },
];

export interface SarifOptions {
  version: string;
  pages: RulePages;
  /** Exit status of the process that writes the log. */
  exitCode?: number;
}

interface Result {
  finding: Finding;
  suppressedFor?: string;
}

/**
 * SARIF 2.1.0 of one or more reports. Stages that did not run are notifications of the invocation, so that a reader
 * of the log can tell "nothing found" from "not looked".
 */
export function toSarif(reports: readonly AuditReport[], options: SarifOptions): object {
  const results = reports.flatMap(resultsOf);
  const ruleIds = [...new Set(results.map(({ finding }) => finding.ruleId))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: driver(ruleIds, options) },
        originalUriBaseIds: { SRCROOT: { description: { text: 'The audited workspace' } } },
        columnKind: 'utf16CodeUnits',
        invocations: [invocation(reports, options.exitCode)],
        properties: { images: usedImages(reports) },
        artifacts: reports.map(artifact),
        results: results.map((result) => toResult(result, ruleIds)),
      },
    ],
  };
}

/** What code was run in, each image once. */
function usedImages(reports: readonly AuditReport[]): UsedImage[] {
  const images = reports.flatMap(({ stages }) => stages.flatMap(({ image }) => image ?? []));
  return [...new Map(images.map((image) => [JSON.stringify(image), image])).values()];
}

function resultsOf({ stages }: AuditReport): Result[] {
  return stages.flatMap(({ findings, suppressed = [] }) => [
    ...findings.map((finding) => ({ finding })),
    ...suppressed.map(({ finding, reason }) => ({ finding, suppressedFor: reason })),
  ]);
}

function driver(ruleIds: readonly string[], { version, pages }: SarifOptions): object {
  return {
    name: 'Seaworthy',
    semanticVersion: version,
    rules: ruleIds.map((id) => ruleOf(id, pages)),
    notifications: NOTIFICATIONS.map(({ id, text }) => ({ id, shortDescription: { text } })),
  };
}

function ruleOf(id: string, pages: RulePages): object {
  const page = pages.find(id);
  if (!page) return { id };
  return {
    id,
    name: page.name,
    shortDescription: { text: page.summary },
    helpUri: page.uri,
    help: { text: page.summary, markdown: page.markdown },
  };
}

function invocation(reports: readonly AuditReport[], exitCode: number | undefined): object {
  const ended = reports.map(({ createdAt }) => Date.parse(createdAt)).filter(Number.isFinite);
  const begun = reports
    .map(({ createdAt, durationMs }) => Date.parse(createdAt) - durationMs)
    .filter(Number.isFinite);
  const times =
    ended.length > 0 ? { startTimeUtc: iso(Math.min(...begun)), endTimeUtc: iso(Math.max(...ended)) } : {};
  return {
    executionSuccessful: true,
    ...times,
    ...(exitCode === undefined ? {} : { exitCode }),
    toolExecutionNotifications: reports.flatMap(notifications),
  };
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

function artifact({ file, sha256 }: AuditReport): object {
  const hashes = sha256 === '' ? {} : { hashes: { 'sha-256': sha256 } };
  return { location: locationOf(file), roles: ['analysisTarget'], ...hashes };
}

function notifications(report: AuditReport): object[] {
  const locations = [{ physicalLocation: { artifactLocation: locationOf(report.file) } }];
  const text = `${report.file}: ${report.verdict}${report.reason ? ` (${report.reason})` : ''}`;
  const verdict = {
    level: 'note',
    message: { text: plainText(text) },
    descriptor: { id: 'verdict', index: 0 },
    locations,
  };
  const unrun = report.stages
    .filter((stage) => stage.status === 'not run')
    .map((stage) => ({
      level: 'warning',
      message: { text: plainText(`${stage.stage} not run: ${stage.reason}`) },
      descriptor: { id: 'stage-not-run', index: 1 },
      locations,
    }));
  return [verdict, ...unrun];
}

function toResult({ finding, suppressedFor }: Result, ruleIds: readonly string[]): object {
  const region = { ...regionOf(finding), snippet: { text: plainText(finding.evidence) } };
  const location = {
    physicalLocation: { artifactLocation: locationOf(finding.file), region },
    ...(finding.inFunction === undefined
      ? {}
      : { logicalLocations: [{ name: plainText(finding.inFunction), kind: 'function' }] }),
  };
  return {
    ruleId: finding.ruleId,
    ruleIndex: ruleIds.indexOf(finding.ruleId),
    level: LEVELS[finding.severity],
    rank: RANKS[finding.confidence],
    message: { text: plainText(finding.message) },
    locations: [location],
    partialFingerprints: { 'functionText/v1': fingerprintOf(finding) },
    ...(finding.known === undefined ? {} : { baselineState: finding.known ? 'unchanged' : 'new' }),
    ...suppressionsOf(finding, suppressedFor),
    ...relatedLocations(finding),
    properties: { stage: finding.stage, confidence: finding.confidence },
  };
}

function suppressionsOf(finding: Finding, reason: string | undefined): object {
  const suppressions = [
    ...(reason === undefined
      ? []
      : [{ kind: 'inSource', status: 'accepted', justification: plainText(reason) }]),
    ...(finding.known === true
      ? [{ kind: 'external', status: 'accepted', justification: 'It stands in the baseline.' }]
      : []),
  ];
  return suppressions.length > 0 ? { suppressions } : {};
}

function relatedLocations({ related = [], file }: Finding): object {
  if (related.length === 0) return {};
  return {
    relatedLocations: related.map((place, id) => ({
      id,
      message: { text: plainText(place.message) },
      physicalLocation: { artifactLocation: locationOf(place.file ?? file), region: regionOf(place) },
    })),
  };
}

/** A reader need not know how a place without columns is meant, so both stand there or neither. */
function regionOf(place: {
  startLine: number;
  endLine: number;
  startColumn?: number;
  endColumn?: number;
}): object {
  const { startLine, endLine, startColumn, endColumn } = place;
  const lines = { startLine: Math.max(startLine, 1), endLine: Math.max(endLine, startLine, 1) };
  if (startColumn === undefined || endColumn === undefined) return lines;
  return { ...lines, startColumn: Math.max(startColumn, 1), endColumn: Math.max(endColumn, 1) };
}

/** A relative URI reference: every segment is encoded, since a file name may hold `#`, `?` or a colon. */
function locationOf(file: string): object {
  // Half a pair of code units, which a name may hold, has no encoding.
  const whole = file.replace(/\p{Cs}/gu, '\ufffd');
  if (path.isAbsolute(whole)) return { uri: pathToFileURL(whole).href };
  return { uri: whole.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}
