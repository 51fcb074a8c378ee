import { UserError } from '../../../base/errors';
import { t } from '../../../base/texts';
import type { Loop2Run } from '../run';
import type { TaskRecord, TaskState } from '../taskRecord';
import type { FileKeeper, KeptFiles } from './keptFiles';

/** What would be taken away, by file. */
export interface UndoPlan {
  task: TaskRecord;
  begun: KeptFiles;
  /** Files that differ from what they were. */
  files: readonly string[];
}

function lookAtIt(): string {
  return t('Look at the difference ("Show Changes", or git diff), and put it back by hand.');
}

/**
 * What it takes to undo a task. Rejects with `UserError` where it can't be done without taking away what is not of the task: files
 * that were changed after it had passed, or that another task has worked on since.
 */
export async function planUndo(run: Loop2Run, task: TaskRecord, keeper: FileKeeper): Promise<UndoPlan> {
  const { id, begun } = task;
  if (!begun)
    throw new UserError(
      t('It is not known what the files of {0} were before it was begun', id),
      t('Only what was taken with "Work on Task", in a repository of git, can be undone. Use git itself.'),
    );
  const unknown = task.files.filter((file) => !begun.files.some((one) => one.file === file));
  if (unknown.length > 0)
    throw new UserError(
      t('It is not known what {0} was before {1} was begun', unknown.join(', '), id),
      t('It was named later, or is not kept. Put it back with git itself.'),
    );
  const other = run.tasks.find((each) => each.id !== id && hasWorkedSince(each, task.files, begun));
  if (other)
    throw new UserError(
      t('The task {0} has worked on the same files since {1} was begun', other.id, id),
      `${t('Undo {0} first.', other.id)} ${lookAtIt()}`,
    );
  const files: string[] = [];
  for (const { file, hash } of begun.files) {
    const now = await keeper.read(file);
    if (now?.hash === hash) continue;
    const passed = task.passed?.files.find((one) => one.file === file);
    if (!now || (task.state === 'done' && passed?.hash !== now.hash))
      throw new UserError(t('{0} was changed since {1} has passed', file, id), lookAtIt());
    files.push(file);
  }
  return { task, begun, files };
}

const AT_WORK: readonly TaskState[] = ['working', 'ready', 'auditing', 'sent back', 'needs you'];

/** Whether what is in some files now may be of this task as well. */
function hasWorkedSince(task: TaskRecord, files: readonly string[], since: KeptFiles): boolean {
  if (!task.begun?.files.some(({ file }) => files.includes(file))) return false;
  const end = task.passed?.at ?? '';
  return AT_WORK.includes(task.state) || task.begun.at > since.at || end > since.at;
}
