import { STAGE_NAMES } from '../audit/finding';
import type { Finding } from '../audit/finding';
import type { StageName } from '../audit/finding';
import type { AuditReport, Outcome, StageOutput, StageResult } from '../audit/report';
import type { Row } from '../store/schema';
import type { Change, Store } from '../store/store';

const DAY_MS = 86_400_000;
const OUTCOMES: readonly Outcome[] = ['pass', 'fail', 'not run'];

const STAGE_COLUMNS = ['report_id', 'stage', 'status', 'issues', 'details', 'execution_time'] as const;
type StageRow = Pick<Row<'audit_results'>, (typeof STAGE_COLUMNS)[number]>;

/** Audit reports of one project, kept for `keepDays` days. */
export class AuditReports {
  constructor(
    private readonly store: Store,
    private readonly projectId: string,
    private readonly keepDays: () => number,
  ) {}

  /** Resolves when the report would survive a loss of power. A report of the same id is replaced. */
  async add(report: AuditReport): Promise<void> {
    await this.store.save(toChanges(report, this.projectId));
  }

  /** Newest first, without what the code printed. Rows that make no sense (edited by hand, damaged) are left out. */
  async list(limit: number): Promise<AuditReport[]> {
    const since = new Date(Date.now() - this.keepDays() * DAY_MS).toISOString();
    const where = { project_id: this.projectId };
    const wanted = { table: 'audit_reports', where, since, limit } as const;
    const [reports, results] = await this.store.selectBoth(wanted, {
      table: 'audit_results',
      columns: STAGE_COLUMNS,
      where: { report_id: { idsOf: wanted } },
      unordered: true,
    });
    const byReport = new Map<string, StageRow[]>(reports.map(({ id }) => [id, []]));
    for (const result of results) byReport.get(result.report_id)?.push(result);
    return reports
      .map((report) => fromRows(report, byReport.get(report.id) ?? []))
      .filter((report) => report !== undefined);
  }

  /** What the code printed in each stage of a report; empty for a report that is not kept. */
  async outputs(reportId: string): Promise<Map<StageName, StageOutput>> {
    const rows = await this.store.select({
      table: 'audit_results',
      columns: ['stage', 'output', 'details'],
      where: { report_id: reportId, project_id: this.projectId },
      unordered: true,
    });
    const outputs = new Map<StageName, StageOutput>();
    for (const row of rows) {
      const stage = STAGE_NAMES.find((name) => name === row.stage);
      const output = outputFromRow(row);
      if (stage && output) outputs.set(stage, output);
    }
    return outputs;
  }

  /** Calls `listener` after a save, in this window or another. Returns what ends it. */
  onDidChange(listener: () => void): () => void {
    return this.store.onDidChange(listener);
  }
}

function toChanges(report: AuditReport, projectId: string): Change[] {
  const shared = { project_id: projectId, created_at: report.createdAt };
  const row: Row<'audit_reports'> = {
    ...shared,
    id: report.id,
    file: report.file,
    verdict: report.verdict,
    reason: report.reason,
    notes: JSON.stringify(report.notes),
    sha256: report.sha256,
    execution_time: report.durationMs,
  };
  const results = report.stages.map((result): Row<'audit_results'> => {
    const { findings, stage, status, durationMs, output, ...details } = result;
    return {
      ...shared,
      id: `${report.id}:${stage}`,
      report_id: report.id,
      task_id: report.file,
      stage,
      status,
      issues: JSON.stringify(findings),
      details: JSON.stringify(details),
      execution_time: durationMs,
      output: output ? JSON.stringify(output) : '',
    };
  });
  return [
    { table: 'audit_reports', row },
    ...results.map((result): Change => ({ table: 'audit_results', row: result })),
  ];
}

function fromRows(row: Row<'audit_reports'>, results: StageRow[]): AuditReport | undefined {
  try {
    const verdict = OUTCOMES.find((outcome) => outcome === row.verdict);
    const stages = results.map(stageFromRow).sort((a, b) => order(a) - order(b));
    if (!verdict || stages.length === 0) return undefined;
    return {
      id: row.id,
      file: row.file,
      verdict,
      reason: row.reason,
      notes: JSON.parse(row.notes) as string[],
      sha256: row.sha256,
      durationMs: row.execution_time,
      createdAt: row.created_at,
      stages,
    };
  } catch {
    // JSON that does not parse: the row is not ours to repair, and the others must still be shown.
    return undefined;
  }
}

function order({ stage }: StageResult): number {
  return STAGE_NAMES.indexOf(stage);
}

type Details = Omit<StageResult, 'stage' | 'status' | 'findings' | 'durationMs'>;

function outputFromRow(row: Pick<Row<'audit_results'>, 'output' | 'details'>): StageOutput | undefined {
  try {
    if (row.output !== '') return JSON.parse(row.output) as StageOutput;
    return (JSON.parse(row.details) as Details).output;
  } catch {
    return undefined;
  }
}

function stageFromRow(row: StageRow): StageResult {
  const stage = STAGE_NAMES.find((name) => name === row.stage);
  const status = OUTCOMES.find((outcome) => outcome === row.status);
  if (!stage || !status) throw new Error(`unknown stage or status: ${row.stage}, ${row.status}`);
  const details = JSON.parse(row.details) as Details;
  // Output was among the details before it had a column.
  delete details.output;
  return {
    ...details,
    stage,
    status,
    durationMs: row.execution_time,
    findings: JSON.parse(row.issues) as Finding[],
  };
}
