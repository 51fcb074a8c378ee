import { contentHash } from '../gate/contentHash';
import type { Loop2Run } from '../run';
import type { Outdated, TaskRecord } from '../taskRecord';

const CHANGED: Outdated = { why: 'changed', reason: 'Its files have changed since they passed their audit.' };

/** Whether the files of tasks that are done are still those that passed, by id. Tasks that name no file are left out. */
export async function filesThatPassed(
  root: string,
  { tasks }: Pick<Loop2Run, 'tasks'>,
): Promise<Map<string, boolean>> {
  const same = new Map<string, boolean>();
  for (const task of tasks) {
    const { id, state, files, attempts, verdictId } = task;
    const passed = attempts.find((attempt) => attempt.verdictId === verdictId);
    if (state !== 'done' || files.length === 0 || !passed) continue;
    same.set(id, (await contentHash(root, files)) === passed.contentHash);
  }
  return same;
}

/** The tasks of a run with those marked whose files are others now, and those no longer that have the old ones again; undefined where nothing differs. */
export function markChanged(
  { tasks }: Pick<Loop2Run, 'tasks'>,
  looked: Pick<Loop2Run, 'tasks'>,
  same: ReadonlyMap<string, boolean>,
): Pick<Loop2Run, 'tasks'> | undefined {
  const verdicts = new Map(looked.tasks.map(({ id, verdictId }) => [id, verdictId]));
  const marked = tasks.map((task) => {
    // What was audited in the meantime is as it was audited.
    const is = verdicts.get(task.id) === task.verdictId ? same.get(task.id) : undefined;
    if (is === undefined || task.state !== 'done') return task;
    if (is && task.outdated?.why === 'changed') return { ...task, outdated: null };
    return is || task.outdated ? task : { ...task, outdated: CHANGED };
  });
  return marked.some((task, at) => task !== tasks[at]) ? { tasks: marked } : undefined;
}

/** The tasks of a run with all marked that are done on the ground of one that was undone, directly or not. */
export function markDependants(tasks: readonly TaskRecord[], undoneId: string): TaskRecord[] {
  const hit = new Set([undoneId]);
  for (let before = 0; before !== hit.size;) {
    before = hit.size;
    for (const { id, dependencies } of tasks) if (dependencies.some((each) => hit.has(each))) hit.add(id);
  }
  const reason = `The task ${undoneId}, which it needs, was undone after it had passed.`;
  return tasks.map((task) =>
    task.id !== undoneId && hit.has(task.id) && task.state === 'done'
      ? { ...task, outdated: { why: 'undone', reason } }
      : task,
  );
}
