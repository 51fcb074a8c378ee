import type { Database, ParamsObject } from 'sql.js';
import type { StateFile } from './stateFile';

/** A row of `audit_reports` and its rows of `audit_results`; JSON columns are given as text. */
export interface AuditReportRow {
  id: string;
  projectId: string;
  file: string;
  verdict: string;
  reason: string;
  notes: string;
  sha256: string;
  executionTime: number;
  createdAt: string;
  results: AuditResultRow[];
}

export interface AuditResultRow {
  stage: string;
  status: string;
  issues: string;
  details: string;
  executionTime: number;
}

/** Audit results of all projects in one state file. */
export class AuditResults {
  constructor(private readonly state: StateFile) {}

  /** Saves a report whole and drops those of its project made before `keepSince` (ISO UTC). */
  async add(report: AuditReportRow, keepSince: string): Promise<void> {
    await this.state.write((database) => {
      for (const table of ['audit_reports', 'audit_results']) {
        database.run(`DELETE FROM ${table} WHERE project_id = ? AND created_at < ?`, [
          report.projectId,
          keepSince,
        ]);
      }
      insertReport(database, report);
    });
  }

  /** The newest `limit` reports of a project, newest first. */
  async list(projectId: string, limit: number): Promise<AuditReportRow[]> {
    if (!(await this.state.exists())) return [];
    return this.state.read((database) => {
      const query =
        'SELECT * FROM audit_reports WHERE project_id = ? ORDER BY created_at DESC, rowid DESC LIMIT ?';
      const reports = rows(database, query, [projectId, limit]);
      return reports.map((report) => ({
        id: text(report, 'id'),
        projectId: text(report, 'project_id'),
        file: text(report, 'file'),
        verdict: text(report, 'verdict'),
        reason: text(report, 'reason'),
        notes: text(report, 'notes'),
        sha256: text(report, 'sha256'),
        executionTime: Number(report['execution_time']),
        createdAt: text(report, 'created_at'),
        results: resultsOf(database, text(report, 'id')),
      }));
    });
  }
}

function insertReport(database: Database, report: AuditReportRow): void {
  database.run('INSERT OR REPLACE INTO audit_reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    report.id,
    report.projectId,
    report.file,
    report.verdict,
    report.reason,
    report.notes,
    report.sha256,
    report.executionTime,
    report.createdAt,
  ]);
  for (const result of report.results) {
    database.run('INSERT OR REPLACE INTO audit_results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
      `${report.id}:${result.stage}`,
      report.id,
      report.projectId,
      report.file,
      result.stage,
      result.status,
      result.issues,
      result.details,
      result.executionTime,
      report.createdAt,
    ]);
  }
}

function resultsOf(database: Database, reportId: string): AuditResultRow[] {
  const query = 'SELECT * FROM audit_results WHERE report_id = ? ORDER BY rowid';
  return rows(database, query, [reportId]).map((row) => ({
    stage: text(row, 'stage'),
    status: text(row, 'status'),
    issues: text(row, 'issues'),
    details: text(row, 'details'),
    executionTime: Number(row['execution_time']),
  }));
}

function rows(database: Database, query: string, parameters: (string | number)[]): ParamsObject[] {
  const statement = database.prepare(query, parameters);
  const found: ParamsObject[] = [];
  try {
    while (statement.step()) found.push(statement.getAsObject());
  } finally {
    statement.free();
  }
  return found;
}

function text(row: ParamsObject, column: string): string {
  return String(row[column] ?? '');
}
