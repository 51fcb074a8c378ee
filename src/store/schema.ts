/**
 * The tables, in the shape of the product's first design: one row of `audit_results` per stage, its findings as JSON.
 * `audit_reports` holds what the stages of one audit have in common. Times are ISO UTC with milliseconds.
 * Each entry takes the database from its index to the next `user_version`; entries are only ever added.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE audit_reports (
     id TEXT PRIMARY KEY,
     project_id TEXT NOT NULL,
     file TEXT NOT NULL,
     verdict TEXT NOT NULL,
     reason TEXT NOT NULL,
     notes TEXT NOT NULL,
     sha256 TEXT NOT NULL,
     execution_time INTEGER NOT NULL,
     created_at TEXT NOT NULL
   );
   CREATE INDEX audit_reports_by_project ON audit_reports (project_id, created_at);
   CREATE TABLE audit_results (
     id TEXT PRIMARY KEY,
     report_id TEXT NOT NULL,
     project_id TEXT NOT NULL,
     task_id TEXT NOT NULL,
     stage TEXT NOT NULL,
     status TEXT NOT NULL,
     issues TEXT NOT NULL,
     details TEXT NOT NULL,
     execution_time INTEGER NOT NULL,
     created_at TEXT NOT NULL
   );
   CREATE INDEX audit_results_by_project ON audit_results (project_id, created_at);
   CREATE INDEX audit_results_by_report ON audit_results (report_id);`,
];
