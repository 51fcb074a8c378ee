/**
 * The tables, in the shape of the product's first design: one row of `audit_results` per stage, its findings as JSON.
 * `audit_reports` holds what the stages of one audit have in common. `output` is what the code printed, which is long and
 * seldom wanted, so that it is a column that lists leave out. `details` of a run is all that has no column of its own. Times are ISO UTC with milliseconds. `version`
 * says which of two rows of the same id is the later one.
 * A task of a Loop 2 has a row of its own, since each step of it is saved; so has each verdict over one, which is never changed.
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
  `ALTER TABLE audit_reports ADD COLUMN version TEXT NOT NULL DEFAULT '';
   ALTER TABLE audit_results ADD COLUMN version TEXT NOT NULL DEFAULT '';
   DROP INDEX audit_reports_by_project;
   CREATE INDEX audit_reports_by_project ON audit_reports (project_id, created_at, version);
   CREATE TABLE loop1_state (
     id TEXT PRIMARY KEY,
     project_id TEXT NOT NULL,
     iteration INTEGER NOT NULL,
     failure_rate REAL NOT NULL,
     status TEXT NOT NULL,
     research_phase TEXT NOT NULL,
     premortem_phase TEXT NOT NULL,
     remediation_phase TEXT NOT NULL,
     created_at TEXT NOT NULL,
     updated_at TEXT NOT NULL,
     version TEXT NOT NULL
   );
   CREATE INDEX loop1_state_by_project ON loop1_state (project_id, created_at, version);
   CREATE TABLE loop2_state (
     id TEXT PRIMARY KEY,
     project_id TEXT NOT NULL,
     status TEXT NOT NULL,
     phases TEXT NOT NULL,
     princesses TEXT NOT NULL,
     created_at TEXT NOT NULL,
     updated_at TEXT NOT NULL,
     version TEXT NOT NULL
   );
   CREATE INDEX loop2_state_by_project ON loop2_state (project_id, created_at, version);
   CREATE TABLE deployments (
     id TEXT PRIMARY KEY,
     project_id TEXT NOT NULL,
     environment TEXT NOT NULL,
     status TEXT NOT NULL,
     reason TEXT NOT NULL,
     release TEXT NOT NULL,
     created_at TEXT NOT NULL,
     updated_at TEXT NOT NULL,
     version TEXT NOT NULL
   );
   CREATE INDEX deployments_by_project ON deployments (project_id, created_at, version);
   CREATE TABLE operation_log (
     id TEXT PRIMARY KEY,
     project_id TEXT NOT NULL,
     actor TEXT NOT NULL,
     action TEXT NOT NULL,
     target TEXT NOT NULL,
     outcome TEXT NOT NULL,
     reason TEXT NOT NULL,
     created_at TEXT NOT NULL,
     version TEXT NOT NULL
   );
   CREATE INDEX operation_log_by_project ON operation_log (project_id, created_at, version);
   CREATE TABLE removed_rows (
     table_name TEXT NOT NULL,
     id TEXT NOT NULL,
     version TEXT NOT NULL,
     PRIMARY KEY (table_name, id)
   ) WITHOUT ROWID;`,
  `ALTER TABLE audit_results ADD COLUMN output TEXT NOT NULL DEFAULT '';`,
  `ALTER TABLE loop1_state ADD COLUMN details TEXT NOT NULL DEFAULT '';`,
  `ALTER TABLE loop2_state ADD COLUMN details TEXT NOT NULL DEFAULT '';
   CREATE TABLE loop2_tasks (
     id TEXT PRIMARY KEY,
     project_id TEXT NOT NULL,
     run_id TEXT NOT NULL,
     position INTEGER NOT NULL,
     state TEXT NOT NULL,
     verdict_id TEXT NOT NULL,
     details TEXT NOT NULL,
     created_at TEXT NOT NULL,
     version TEXT NOT NULL
   );
   CREATE INDEX loop2_tasks_by_run ON loop2_tasks (run_id);
   CREATE TABLE task_verdicts (
     id TEXT PRIMARY KEY,
     project_id TEXT NOT NULL,
     run_id TEXT NOT NULL,
     task_id TEXT NOT NULL,
     outcome TEXT NOT NULL,
     details TEXT NOT NULL,
     created_at TEXT NOT NULL,
     version TEXT NOT NULL
   );
   CREATE INDEX task_verdicts_by_run ON task_verdicts (run_id, created_at, version);`,
];

/** `user_version` of a database that went through all migrations. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The least `SCHEMA_VERSION` of a program that can read what this one writes. */
export const MIN_READER = 2;

const text = 'text';
const number = 'number';

/** The columns of each table, besides `id` and `version`. JSON is text. */
export const TABLES = {
  audit_reports: {
    project_id: text,
    file: text,
    verdict: text,
    reason: text,
    notes: text,
    sha256: text,
    execution_time: number,
    created_at: text,
  },
  audit_results: {
    report_id: text,
    project_id: text,
    task_id: text,
    stage: text,
    status: text,
    issues: text,
    details: text,
    execution_time: number,
    created_at: text,
    output: text,
  },
  loop1_state: {
    project_id: text,
    iteration: number,
    failure_rate: number,
    status: text,
    research_phase: text,
    premortem_phase: text,
    remediation_phase: text,
    created_at: text,
    updated_at: text,
    details: text,
  },
  loop2_state: {
    project_id: text,
    status: text,
    phases: text,
    princesses: text,
    created_at: text,
    updated_at: text,
    details: text,
  },
  loop2_tasks: {
    project_id: text,
    run_id: text,
    position: number,
    state: text,
    verdict_id: text,
    details: text,
    created_at: text,
  },
  task_verdicts: {
    project_id: text,
    run_id: text,
    task_id: text,
    outcome: text,
    details: text,
    created_at: text,
  },
  deployments: {
    project_id: text,
    environment: text,
    status: text,
    reason: text,
    release: text,
    created_at: text,
    updated_at: text,
  },
  operation_log: {
    project_id: text,
    actor: text,
    action: text,
    target: text,
    outcome: text,
    reason: text,
    created_at: text,
  },
} as const;

export type TableName = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

/** Tables whose rows go when their retention ends; the others are kept until the user removes them. */
export const RETAINED_TABLES = ['audit_results', 'audit_reports'] as const satisfies readonly TableName[];

type Columns<Name extends TableName> = (typeof TABLES)[Name];

export type Row<Name extends TableName> = { id: string } & {
  -readonly [Column in keyof Columns<Name>]: Columns<Name>[Column] extends 'number' ? number : string;
};

export type Column<Name extends TableName> = 'id' | (keyof Columns<Name> & string);
