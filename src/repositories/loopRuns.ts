import type { Claim } from '../base/claims';
import type { Loop1Run } from '../loops/loop1/run';
import { RUN_STATUSES } from '../loops/runStatus';
import type { RunStatus } from '../loops/runStatus';
import type { Query } from '../store/query';
import type { Row } from '../store/schema';
import type { Change, Store } from '../store/store';

type LoopTable = 'loop1_state' | 'loop2_state';

export interface Mapping<Run, Table extends LoopTable> {
  table: Table;
  toRow(run: Run, projectId: string): Row<Table>;
  /** Throws when the row makes no sense. */
  fromRow(row: Row<Table>): Run;
}

/** What only a process that is running can be in. One that waits for a person loses nothing with its process. */
const LIVE_STATUSES: readonly RunStatus[] = ['running'];

/** The runs of one loop in one project, kept until the user removes them. */
export class LoopRuns<
  Run extends { id: string; status: RunStatus; updatedAt: string },
  Table extends LoopTable = LoopTable,
> {
  constructor(
    protected readonly store: Store,
    protected readonly projectId: string,
    protected readonly mapping: Mapping<Run, Table>,
  ) {}

  /** Saves a run under its id, over what was saved of it before. */
  async save(run: Run): Promise<void> {
    await this.store.save([this.changeTo(run)]);
  }

  protected changeTo(run: Run): Change {
    const row = this.mapping.toRow(run, this.projectId);
    // The mapping ties the row to its table.
    return { table: this.mapping.table, row } as Change;
  }

  /** Newest first; so many at most. Rows that make no sense (edited by hand) are left out. */
  async list(limit?: number): Promise<Run[]> {
    return this.find({ project_id: this.projectId }, limit);
  }

  private async find(columns: object, limit?: number): Promise<Run[]> {
    const where = columns as Query<Table>['where'];
    const table = this.mapping.table;
    return this.read(await this.store.select({ table, where, ...(limit !== undefined && { limit }) }));
  }

  protected async read(rows: readonly Row<Table>[]): Promise<Run[]> {
    return rows.flatMap((row) => {
      try {
        return [this.mapping.fromRow(row)];
      } catch {
        return [];
      }
    });
  }

  async remove(id: string): Promise<void> {
    await this.store.save([{ table: this.mapping.table, removed: id }]);
  }

  /** The right to be the only process that runs it; undefined when another has it. Held until released or the process ends. */
  claim(id: string): Promise<Claim | undefined> {
    return this.store.claim(this.claimName(id));
  }

  /** To be called at start: runs whose process is gone become `interrupted`. Resolves to those. */
  async interruptOrphans(): Promise<Run[]> {
    const interrupted: Run[] = [];
    for (const run of await this.find({ project_id: this.projectId, status: LIVE_STATUSES })) {
      // Holding the claim while saving keeps another window from resuming the run in between.
      const claim = await this.claim(run.id);
      if (!claim) continue;
      try {
        // It may have been ended, or resumed and given up again, since it was read.
        const [current] = await this.find({ id: run.id, status: LIVE_STATUSES });
        if (!current) continue;
        const saved: Run = { ...current, status: 'interrupted', updatedAt: new Date().toISOString() };
        await this.save(saved);
        interrupted.push(saved);
      } finally {
        await claim.release();
      }
    }
    return interrupted;
  }

  onDidChange(listener: () => void): () => void {
    return this.store.onDidChange(listener);
  }

  private claimName(id: string): string {
    return `${this.mapping.table}-${id}`;
  }
}

type Details = Omit<
  Loop1Run,
  | 'id'
  | 'iteration'
  | 'failureRate'
  | 'status'
  | 'research'
  | 'premortem'
  | 'remediation'
  | 'createdAt'
  | 'updatedAt'
>;

export const loop1Mapping: Mapping<Loop1Run, 'loop1_state'> = {
  table: 'loop1_state',
  toRow: ({ id, iteration, failureRate, status, createdAt, updatedAt, ...run }, projectId) => {
    const { research, premortem, remediation, ...details } = run;
    return {
      id,
      project_id: projectId,
      iteration,
      failure_rate: failureRate,
      status,
      research_phase: JSON.stringify(research),
      premortem_phase: JSON.stringify(premortem),
      remediation_phase: JSON.stringify(remediation),
      created_at: createdAt,
      updated_at: updatedAt,
      details: JSON.stringify(details),
    };
  },
  fromRow: (row) => ({
    ...(JSON.parse(row.details) as Details),
    id: row.id,
    iteration: row.iteration,
    failureRate: row.failure_rate,
    status: statusOf(row.status),
    research: JSON.parse(row.research_phase) as Loop1Run['research'],
    premortem: JSON.parse(row.premortem_phase) as Loop1Run['premortem'],
    remediation: JSON.parse(row.remediation_phase) as Loop1Run['remediation'],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }),
};

export function statusOf(text: string): RunStatus {
  const status = RUN_STATUSES.find((known) => known === text);
  if (!status) throw new Error(`unknown status: ${text}`);
  return status;
}
