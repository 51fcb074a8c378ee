import { UserError } from '../../../base/errors';
import { t } from '../../../base/texts';
import { moved } from '../taskRecord';
import type { TaskRecord } from '../taskRecord';
import { taskWords } from '../../words';

/** In characters. */
const MAX_WISH = 2000;

/** The task after a person wants what is proposed for it in the workspace. Each of these rejects with `UserError` where nothing is. */
export function approved(task: TaskRecord): TaskRecord {
  if (task.state !== 'proposed' || !task.draft) throw notProposed(task);
  return moved(task, 'ready', { draft: { ...task.draft, isApproved: true } });
}

export function sentBackWith(task: TaskRecord, wish: string): TaskRecord {
  if (wish.trim() === '')
    throw new UserError(
      t('What is wrong with it was not said'),
      t('Say it in a few words: they are all there is to go by.'),
    );
  if (task.state !== 'proposed') throw notProposed(task);
  return moved(task, 'sent back', { wish: wish.trim().slice(0, MAX_WISH) });
}

/** What the audit has refused can be thrown away as well. */
export function discarded(task: TaskRecord): TaskRecord {
  if (!task.draft) throw notProposed(task);
  const isLeft = task.state === 'sent back' || task.state === 'needs you';
  const changes = { draft: null, wish: '', worker: 'you' as const, workedBy: '' };
  return isLeft ? { ...task, ...changes } : moved(task, 'open', changes);
}

function notProposed({ id, state }: TaskRecord): UserError {
  return new UserError(
    t('Nothing waits for your word at the task {0}: it is {1}', id, taskWords({ state, outdated: null })),
    t('Look at the task.'),
  );
}
