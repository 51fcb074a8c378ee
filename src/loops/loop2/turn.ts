import { count } from '../../base/text';
import { UserError } from '../../base/errors';
import { t } from '../../base/texts';
import { progressOf } from './run';
import type { Loop2Run } from './run';
import { stateAt } from './taskRecord';
import type { TaskRecord, TaskState } from './taskRecord';

/** Where a run stands. */
export interface Turn {
  /** Of the phase that is worked on; 0 where none is any more. */
  phase: number;
  /** Tasks whose turn it is, in the order of the plan: of this phase, with all done that they need; without those that are proposed. */
  tasks: readonly TaskRecord[];
  /** Tasks that wait for one that does not get on, with which. */
  blocked: ReadonlyMap<string, string>;
}

const HOLDS: readonly TaskState[] = ['done', 'excepted'];
/** Nothing comes of it without a person. */
const STUCK: readonly TaskState[] = ['needs you', 'cancelled'];

/** Whose turn it is. Phases go one after another; what does not get on stops what depends on it and nothing else. */
export function turnOf({ tasks, phases }: Pick<Loop2Run, 'tasks' | 'phases'>, now: Date): Turn {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const state = new Map(tasks.map((task) => [task.id, stateAt(task, now)]));
  const holds = (id: string): boolean => HOLDS.includes(state.get(id) ?? 'done');
  const blocked = new Map<string, string>();
  let turn: { phase: number; tasks: TaskRecord[] } = { phase: 0, tasks: [] };
  for (const { number, taskIds } of phases) {
    const going: TaskRecord[] = [];
    let isWaitedFor = false;
    for (const id of taskIds) {
      const task = byId.get(id);
      const own = state.get(id);
      if (!task || !own || HOLDS.includes(own) || STUCK.includes(own)) continue;
      // Work on it is over, and it is not done: what comes later has to wait.
      if (own === 'proposed') {
        isWaitedFor = true;
        continue;
      }
      const needs = task.dependencies.filter((each) => byId.has(each) && !holds(each));
      const stuck = needs.find((each) => blocked.has(each) || STUCK.includes(state.get(each) ?? 'open'));
      if (stuck !== undefined) blocked.set(id, blocked.get(stuck) ?? stuck);
      else if (needs.length === 0) going.push(task);
    }
    if (turn.phase === 0 && (going.length > 0 || isWaitedFor)) turn = { phase: number, tasks: going };
  }
  return { ...turn, blocked };
}

/** The one task that is named. Rejects with `UserError`. */
export function taskOf({ tasks }: Pick<Loop2Run, 'tasks'>, id: string): TaskRecord {
  const task = tasks.find((each) => each.id === id);
  if (!task) throw new UserError(t('There is no task {0}', id), t('Choose one that "loop2 status" shows.'));
  return task;
}

/** Refuses to work on a task whose turn has not come (`UserError`, which says what it waits for). */
export function checkTurn(run: Loop2Run, id: string, now: Date): void {
  const turn = turnOf(run, now);
  const task = taskOf(run, id);
  const state = stateAt(task, now);
  if (HOLDS.includes(state) || STUCK.includes(state) || turn.tasks.some((each) => each.id === id)) return;
  const waits = turn.blocked.get(id);
  if (waits !== undefined)
    throw new UserError(
      t('The task {0} waits for {1}, which does not get on', id, waits),
      t('See to {0} first.', waits),
    );
  const open = openNeeds(task, run, now);
  throw new UserError(
    open.length > 0
      ? t('The task {0} waits for {1}', id, open.join(', '))
      : t('The task {0} is of a later phase than {1}', id, turn.phase),
    t('Do what "loop2 next" shows first.'),
  );
}

/** Ids of what a task needs and is not done yet. */
export function openNeeds(
  { dependencies }: TaskRecord,
  { tasks }: Pick<Loop2Run, 'tasks'>,
  now: Date,
): readonly string[] {
  return dependencies.filter((each) =>
    tasks.some((one) => one.id === each && !HOLDS.includes(stateAt(one, now))),
  );
}

/** What a run is when nobody works on it. */
export function restingState(run: Loop2Run, now: Date): Pick<Loop2Run, 'status' | 'reason'> {
  const { done, excepted, outdated, total } = progressOf(run, now);
  const changed = outdated === 0 ? '' : `, ${outdated} changed since`;
  const verified = `${done} of ${count(total, 'task')} verified${changed}`;
  // What was completed stays so; what has changed since is audited again on wish.
  if (done + excepted + (run.status === 'completed' ? outdated : 0) === total)
    return {
      status: 'completed',
      reason: excepted === 0 ? `${verified}.` : `${verified}, ${excepted} excepted.`,
    };
  const { tasks, blocked } = turnOf(run, now);
  const proposed = run.tasks.filter(({ state }) => state === 'proposed').length;
  const stuck = run.tasks.filter((task) => stateAt(task, now) === 'needs you').length;
  const words = [
    ...(tasks.length > 0 ? [`${count(tasks.length, 'task')} can be worked on`] : []),
    ...(proposed > 0 ? [`${proposed} ${proposed === 1 ? 'waits' : 'wait'} for you to look at changes`] : []),
    ...(stuck > 0 ? [`${stuck} ${stuck === 1 ? 'needs' : 'need'} you`] : []),
    ...(blocked.size > 0
      ? [`${blocked.size} ${blocked.size === 1 ? 'waits' : 'wait'} for what does not get on`]
      : []),
  ];
  // What is left waits for tasks that were cancelled: nothing will come of it.
  if (tasks.length + proposed + stuck === 0 && blocked.size > 0)
    return { status: 'not converged', reason: `${verified}; ${words.join(', ')}.` };
  return { status: 'waiting for you', reason: [verified, words.join(', ')].filter(Boolean).join('; ') + '.' };
}
