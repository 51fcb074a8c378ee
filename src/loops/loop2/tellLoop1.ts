import { isCancelled, messageOf } from '../../base/errors';
import { oneLine } from '../../base/text';
import type { KeptRun } from '../keptRun';
import type { Escalation, Loop2Run } from './run';
import type { TaskRecord } from './taskRecord';
import { taskOf } from './turn';
import type { TaskVerdict } from './verdict';

/** What Loop 1 is told. */
export interface Loop1Link {
  /** A task that speaks to scenarios has passed. */
  passed(task: TaskRecord, verdict: TaskVerdict): Promise<void>;
  /** A task that has passed is not as it was any more: what was said of it does not hold. */
  withdrawn(task: TaskRecord): Promise<void>;
  /** There is something to think about anew. */
  raise(escalation: Escalation, task: TaskRecord, verdict: TaskVerdict): Promise<void>;
}

/** Tells Loop 1 how the audit of a task went, and of what it should think about anew. What it can't be told is noted. */
export async function tellLoop1(
  { loop1, kept }: { loop1?: Loop1Link; kept: KeptRun<Loop2Run, TaskVerdict> },
  id: string,
  verdict: TaskVerdict,
): Promise<void> {
  const run = await kept.latest();
  if (!loop1 || !run) return;
  const task = taskOf(run, id);
  const said: Escalation[] = [];
  try {
    if (verdict.outcome === 'pass') await loop1.passed(task, verdict);
    else if (task.attempts.some(({ outcome }) => outcome === 'pass')) await loop1.withdrawn(task);
    for (const escalation of run.escalations.filter(
      ({ isRaised, taskId }) => !isRaised && (taskId === id || taskId === ''),
    )) {
      await loop1.raise(escalation, task, verdict);
      said.push(escalation);
    }
  } catch (error) {
    if (isCancelled(error)) throw error;
    await noteUntold(kept, id, error);
  }
  if (said.length > 0)
    await kept.change(({ escalations }) => ({
      escalations: escalations.map((each) =>
        said.some(({ kind, taskId }) => kind === each.kind && taskId === each.taskId)
          ? { ...each, isRaised: true }
          : each,
      ),
    }));
}

/** That Loop 1 could not be told stands in the run. */
export async function noteUntold(
  kept: KeptRun<Loop2Run, TaskVerdict>,
  taskId: string,
  error: unknown,
): Promise<void> {
  const note = `Loop 1 could not be told of ${taskId}: ${oneLine(messageOf(error), 300)}`;
  await kept.change(({ notes }) => (notes.includes(note) ? undefined : { notes: [...notes, note] }));
}
