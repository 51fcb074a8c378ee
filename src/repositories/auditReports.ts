import { STAGE_NAMES } from '../audit/finding';
import type { Finding } from '../audit/finding';
import type { AuditReport, Outcome, StageResult } from '../audit/report';
import type { AuditReportRow, AuditResultRow, AuditResults } from '../store/auditResults';

const DAY_MS = 86_400_000;
const OUTCOMES: readonly Outcome[] = ['pass', 'fail', 'not run'];

/** Audit reports of one project, kept for `keepDays` days. */
export class AuditReports {
  constructor(
    private readonly results: AuditResults,
    private readonly projectId: string,
    private readonly keepDays: () => number,
  ) {}

  async add(report: AuditReport): Promise<void> {
    const keepSince = new Date(Date.now() - this.keepDays() * DAY_MS).toISOString();
    await this.results.add(toRow(report, this.projectId), keepSince);
  }

  /** Newest first. Rows that make no sense (edited by hand, damaged) are left out. */
  async list(limit: number): Promise<AuditReport[]> {
    const rows = await this.results.list(this.projectId, limit);
    return rows.map(fromRow).filter((report) => report !== undefined);
  }
}

function toRow(report: AuditReport, projectId: string): AuditReportRow {
  return {
    id: report.id,
    projectId,
    file: report.file,
    verdict: report.verdict,
    reason: report.reason,
    notes: JSON.stringify(report.notes),
    sha256: report.sha256,
    executionTime: report.durationMs,
    createdAt: report.createdAt,
    results: report.stages.map((stage) => {
      const { findings, stage: name, status, durationMs, ...details } = stage;
      return {
        stage: name,
        status,
        issues: JSON.stringify(findings),
        details: JSON.stringify(details),
        executionTime: durationMs,
      };
    }),
  };
}

function fromRow(row: AuditReportRow): AuditReport | undefined {
  try {
    const verdict = OUTCOMES.find((outcome) => outcome === row.verdict);
    const stages = row.results.map(stageFromRow);
    if (!verdict || stages.length === 0) return undefined;
    return {
      id: row.id,
      file: row.file,
      verdict,
      reason: row.reason,
      notes: JSON.parse(row.notes) as string[],
      sha256: row.sha256,
      durationMs: row.executionTime,
      createdAt: row.createdAt,
      stages,
    };
  } catch {
    // JSON that does not parse: the row is not ours to repair, and the others must still be shown.
    return undefined;
  }
}

function stageFromRow(row: AuditResultRow): StageResult {
  const stage = STAGE_NAMES.find((name) => name === row.stage);
  const status = OUTCOMES.find((outcome) => outcome === row.status);
  if (!stage || !status) throw new Error(`unknown stage or status: ${row.stage}, ${row.status}`);
  const details = JSON.parse(row.details) as Omit<
    StageResult,
    'stage' | 'status' | 'findings' | 'durationMs'
  >;
  return {
    ...details,
    stage,
    status,
    durationMs: row.executionTime,
    findings: JSON.parse(row.issues) as Finding[],
  };
}
