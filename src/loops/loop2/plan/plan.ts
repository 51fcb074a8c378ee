import { UserError } from '../../../base/errors';
import { oneLine } from '../../../base/text';
import { t } from '../../../base/texts';
import type { PlanPart } from './fromList';
import { divide } from './phases';
import type { Phases } from './phases';
import { idFrom, taskFrom } from './task';
import type { Task, TaskDraft } from './task';

/** What is to be done, divided. */
export interface Plan {
  tasks: readonly Task[];
  phases: Phases['phases'];
  bottlenecks: Phases['bottlenecks'];
  /** What is to be known of how it was read, sentences. */
  notes: readonly string[];
}

const MAX_TASKS = 2000;
const MAX_NAMED = 20;

/**
 * One plan out of what sources have. An id that is taken gets a number; dependencies count within their source. Rejects nothing but a
 * plan without tasks and one with cycles, which are named with their members (`UserError`).
 */
export function makePlan(parts: readonly PlanPart[]): Plan {
  const taken = new Set<string>();
  const tasks: Task[] = [];
  for (const { drafts } of parts) tasks.push(...withOwnIds(drafts, taken));
  if (tasks.length === 0)
    throw new UserError(
      t('There is nothing to be done in it'),
      t('Name a task list with open boxes, run Loop 1 first, or write tasks by hand.'),
    );
  const notes = parts.flatMap((part) => part.notes);
  if (tasks.length > MAX_TASKS) notes.push(`Only the first ${MAX_TASKS} tasks were taken.`);
  return planOf(tasks.slice(0, MAX_TASKS), notes);
}

/** The same tasks with others besides. */
export function planOf(tasks: readonly Task[], notes: readonly string[] = []): Plan {
  const { phases, cycles, unknown, bottlenecks } = divide(tasks);
  if (cycles.length > 0)
    throw new UserError(
      t(
        'Tasks wait for each other, so that none of them can begin: {0}',
        cycles.slice(0, MAX_NAMED).map(ringText).join('; '),
      ),
      t('Take one dependency out of each ring.'),
    );
  const missing = unknown.slice(0, MAX_NAMED).map(({ task, dependency }) => `${task} needs ${dependency}`);
  const more = unknown.length > missing.length ? ` and ${unknown.length - missing.length} more` : '';
  const number = unknown.length === 1 ? '1 dependency' : `${unknown.length} dependencies`;
  const said =
    unknown.length === 0 ? [] : [`${number} on what the plan does not have: ${missing.join(', ')}${more}.`];
  return { tasks, phases, bottlenecks, notes: [...notes, ...said].map((note) => oneLine(note, 2000)) };
}

function ringText(members: readonly string[]): string {
  const named = members.slice(0, MAX_NAMED).join(', ');
  return members.length > MAX_NAMED ? t('{0} and {1} more', named, members.length - MAX_NAMED) : named;
}

function withOwnIds(drafts: readonly TaskDraft[], taken: Set<string>): Task[] {
  const ids = drafts.map(({ id }) => {
    const wanted = idFrom(id) || 'task';
    let free = wanted;
    for (let number = 2; taken.has(free); number++) free = `${wanted}-${number}`;
    taken.add(free);
    return free;
  });
  const own = new Map<string, string>();
  // Of two with one id in a source, others mean the first.
  for (const [at, { id }] of drafts.entries()) if (!own.has(id)) own.set(id, ids[at] ?? id);
  return drafts.map((draft, at) =>
    taskFrom({
      ...draft,
      id: ids[at] ?? draft.id,
      dependencies: (draft.dependencies ?? []).map((each) => own.get(each) ?? each),
    }),
  );
}
