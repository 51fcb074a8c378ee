import { UserError } from '../../base/errors';
import { t } from '../../base/texts';
import { planOf } from './plan/plan';
import { idFrom, taskFrom } from './plan/task';
import type { TaskDraft } from './plan/task';
import { derivedFrom, phasesOf } from './run';
import type { Loop2Run } from './run';
import { moved, recordOf, stateAt } from './taskRecord';
import type { TaskRecord, WorkerKind } from './taskRecord';
import { taskOf } from './turn';

/** Why a task needs a person that a worker was told to leave. */
export const STOPPED = 'It was stopped. Let a model go on with it, or do it yourself.';

/** A task as it is gone on with after its worker, or its audit, was told to end or died. */
export function recovered(task: TaskRecord): TaskRecord {
  if (task.state === 'auditing') return moved(task, 'ready');
  if (task.state !== 'working' || task.worker !== 'model') return task;
  return moved(task, task.attempts.length > task.forgiven ? 'sent back' : 'open');
}

/** A run on which nobody is at work any more. */
export function atRest(run: Loop2Run, now: Date): Loop2Run {
  const tasks = run.tasks.map(recovered);
  return { ...run, tasks, ...derivedFrom({ ...run, tasks }, now) };
}

export function isOver({ status, tasks }: Loop2Run): boolean {
  // One whose exceptions have run out, or whose tasks are audited again, has something to do again.
  return (
    status === 'cancelled' ||
    (status === 'completed' &&
      tasks.every((task) => ['done', 'excepted', 'cancelled'].includes(stateAt(task, new Date()))))
  );
}

export function refuseOver(run: Loop2Run): void {
  if (run.status === 'cancelled')
    throw new UserError(t('The run was cancelled'), t('Begin another one with "start".'));
}

/** A run's plan with a task put in, and the id of that. Rejects with `UserError` where it makes a ring, and where the run is over. */
export function withOneMore(
  run: Loop2Run,
  draft: Omit<TaskDraft, 'id'>,
  worker: WorkerKind,
): { id: string; plan: Pick<Loop2Run, 'tasks' | 'phases'> } {
  if (draft.description.trim() === '')
    throw new UserError(t('There is no text for a task'), t('Write what is to be done.'));
  refuseOver(run);
  let number = run.tasks.length + 1;
  while (run.tasks.some((task) => task.id === `added-${number}`)) number++;
  const id = idFrom(`added-${number}`);
  const task = taskFrom({ ...draft, id });
  const unknown = task.dependencies.find((each) => !run.tasks.some((one) => one.id === each));
  if (unknown !== undefined) taskOf(run, unknown);
  const tasks = [...run.tasks, recordOf(task, worker)];
  return { id, plan: { tasks, phases: phasesOf(planOf(tasks).phases) } };
}

/** The tasks of a run with one of them changed. */
export function withTask({ tasks }: Pick<Loop2Run, 'tasks'>, changed: TaskRecord): Pick<Loop2Run, 'tasks'> {
  return { tasks: tasks.map((task) => (task.id === changed.id ? changed : task)) };
}
