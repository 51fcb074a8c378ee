import type { Loop2Run } from '../loops/loop2/run';
import { NOTHING_KEPT, TASK_STATES } from '../loops/loop2/taskRecord';
import type { TaskRecord } from '../loops/loop2/taskRecord';
import type { TaskVerdict } from '../loops/loop2/verdict';
import type { Row } from '../store/schema';
import type { Change, Store } from '../store/store';
import { LoopRuns, statusOf } from './loopRuns';
import type { Mapping } from './loopRuns';

type Details = Pick<Loop2Run, 'reason' | 'source' | 'parallel' | 'notes' | 'escalations'>;
type TaskDetails = Omit<TaskRecord, 'state' | 'verdictId'>;

/** A run without its tasks, which have rows of their own. */
const mapping: Mapping<Loop2Run, 'loop2_state'> = {
  table: 'loop2_state',
  toRow: (run, projectId) => {
    const { reason, source, parallel, notes, escalations } = run;
    return {
      id: run.id,
      project_id: projectId,
      status: run.status,
      phases: JSON.stringify(run.phases),
      princesses: JSON.stringify(run.princesses),
      created_at: run.createdAt,
      updated_at: run.updatedAt,
      details: JSON.stringify({ reason, source, parallel, notes, escalations } satisfies Details),
    };
  },
  fromRow: (row) => ({
    ...(JSON.parse(row.details) as Details),
    id: row.id,
    status: statusOf(row.status),
    tasks: [],
    phases: JSON.parse(row.phases) as Loop2Run['phases'],
    princesses: JSON.parse(row.princesses) as Loop2Run['princesses'],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }),
};

/** The runs of Loop 2 in one project, with their tasks and the verdicts over these. */
export class Loop2Runs extends LoopRuns<Loop2Run, 'loop2_state'> {
  /** Rows of tasks as they lie in the store, by id, so that only those that differ are saved. */
  private readonly stored = new Map<string, string>();

  constructor(store: Store, projectId: string) {
    super(store, projectId, mapping);
  }

  /**
   * Saves a run and verdicts over its tasks, all or nothing. Rejects with an `Error`, and saves nothing, where a task is done without a
   * verdict that is there and passes it.
   */
  override async save(run: Loop2Run, verdicts: readonly TaskVerdict[] = []): Promise<void> {
    const rows = run.tasks
      .map((task, position) => taskRow(task, { run, position, projectId: this.projectId }))
      .filter((row) => this.stored.get(row.id) !== JSON.stringify(row));
    await this.checkDone(run, rows, verdicts);
    await this.store.save([
      ...verdicts.map((verdict): Change => ({
        table: 'task_verdicts',
        row: verdictRow(verdict, this.projectId),
      })),
      ...rows.map((row): Change => ({ table: 'loop2_tasks', row })),
      this.changeTo(run),
    ]);
    for (const row of rows) this.stored.set(row.id, JSON.stringify(row));
  }

  /** Verdicts over the tasks of a run, newest first; over one task where that is named. */
  async verdicts(runId: string, taskId?: string): Promise<TaskVerdict[]> {
    const where = {
      project_id: this.projectId,
      run_id: runId,
      ...(taskId !== undefined && { task_id: taskId }),
    };
    const rows = await this.store.select({ table: 'task_verdicts', where });
    return rows.flatMap(({ details }) => {
      try {
        return [JSON.parse(details) as TaskVerdict];
      } catch {
        return [];
      }
    });
  }

  override async remove(id: string): Promise<void> {
    const where = { run_id: id };
    const [tasks, verdicts] = await this.store.selectBoth(
      { table: 'loop2_tasks', columns: ['id'], where, unordered: true },
      { table: 'task_verdicts', columns: ['id'], where, unordered: true },
    );
    await this.store.save([
      { table: 'loop2_state', removed: id },
      ...tasks.map((row): Change => ({ table: 'loop2_tasks', removed: row.id })),
      ...verdicts.map((row): Change => ({ table: 'task_verdicts', removed: row.id })),
    ]);
  }

  protected override async read(rows: readonly Row<'loop2_state'>[]): Promise<Loop2Run[]> {
    const runs = await super.read(rows);
    if (runs.length === 0) return [];
    const where = { run_id: runs.map(({ id }) => id) };
    const [tasks, verdicts] = await this.store.selectBoth(
      { table: 'loop2_tasks', where, unordered: true },
      {
        table: 'task_verdicts',
        columns: ['id', 'run_id', 'task_id'],
        where: { ...where, outcome: 'pass' },
        unordered: true,
      },
    );
    const passes = new Set(verdicts.map(({ id, run_id: run, task_id: task }) => `${id} ${run} ${task}`));
    const byRun = new Map<string, { position: number; task: TaskRecord }[]>(runs.map(({ id }) => [id, []]));
    for (const row of tasks) {
      this.stored.set(row.id, JSON.stringify(row));
      const task = taskOfRow(row, (id) => passes.has(`${row.verdict_id} ${row.run_id} ${id}`));
      if (task) byRun.get(row.run_id)?.push({ position: row.position, task });
    }
    return runs.map((run) => ({
      ...run,
      tasks: (byRun.get(run.id) ?? []).sort((a, b) => a.position - b.position).map(({ task }) => task),
    }));
  }

  private async checkDone(
    run: Loop2Run,
    rows: readonly Row<'loop2_tasks'>[],
    verdicts: readonly TaskVerdict[],
  ): Promise<void> {
    const ids = new Set(rows.map(({ id }) => id));
    const done = run.tasks.filter((task) => task.state === 'done' && ids.has(rowId(run.id, task.id)));
    if (done.length === 0) return;
    const known = [...verdicts, ...(await this.verdicts(run.id))];
    const lacking = done.find(
      ({ id, verdictId }) =>
        !known.some(
          (verdict) =>
            verdict.id === verdictId &&
            verdict.taskId === id &&
            verdict.runId === run.id &&
            verdict.outcome === 'pass',
        ),
    );
    if (lacking) throw new Error(`The task ${lacking.id} can not be done: no verdict in the store passes it`);
  }
}

function rowId(runId: string, taskId: string): string {
  return `${runId}:${taskId}`;
}

function taskRow(
  { state, verdictId, ...details }: TaskRecord,
  { run, position, projectId }: { run: Loop2Run; position: number; projectId: string },
): Row<'loop2_tasks'> {
  return {
    id: rowId(run.id, details.id),
    project_id: projectId,
    run_id: run.id,
    position,
    state,
    verdict_id: verdictId ?? '',
    details: JSON.stringify(details satisfies TaskDetails),
    created_at: run.createdAt,
  };
}

/** A row that says done without a verdict that passes it was not written by us: the task is to be audited again. */
function taskOfRow(
  { state: said, verdict_id: verdictId, details }: Row<'loop2_tasks'>,
  isPassed: (taskId: string) => boolean,
): TaskRecord | undefined {
  const state = TASK_STATES.find((known) => known === said);
  if (!state) return undefined;
  try {
    const kept = { ...NOTHING_KEPT, ...(JSON.parse(details) as TaskDetails) };
    if (state !== 'done') return { ...kept, state, verdictId: null };
    return isPassed(kept.id)
      ? { ...kept, state, verdictId }
      : { ...kept, state: 'ready', verdictId: null, reason: 'No verdict was found that passes it.' };
  } catch {
    return undefined;
  }
}

function verdictRow(verdict: TaskVerdict, projectId: string): Row<'task_verdicts'> {
  return {
    id: verdict.id,
    project_id: projectId,
    run_id: verdict.runId,
    task_id: verdict.taskId,
    outcome: verdict.outcome,
    details: JSON.stringify(verdict),
    created_at: verdict.createdAt,
  };
}
