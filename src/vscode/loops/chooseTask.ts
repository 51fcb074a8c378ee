import * as vscode from 'vscode';
import { CancelledError, UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import type { Loop2Run } from '../../loops/loop2/run';
import { stateAt } from '../../loops/loop2/taskRecord';
import type { TaskRecord } from '../../loops/loop2/taskRecord';
import { taskWords } from '../../loops/words';
import { chooseFolder } from './folderLoops';
import type { Loop2Entry, Loop2Runs } from './loop2Runs';

/** A task of the tree, or one that was picked. */
export interface TaskPlace {
  entry: Loop2Entry;
  task: TaskRecord;
}

/** The task of a row, or one of `among` that is picked. Rejects with `UserError` where there is none, with `CancelledError` when none is. */
export async function chooseTask(
  runs: Loop2Runs,
  row: unknown,
  among: (run: Loop2Run) => readonly TaskRecord[],
): Promise<TaskPlace> {
  const { entry: own, task } = (row ?? {}) as Partial<TaskPlace>;
  if (own && task) return { entry: own, task };
  const folder = await chooseFolder();
  const entry = folder && (await runs.newest(folder));
  if (!entry) throw new UserError(t('There is no Loop 2 in this workspace yet'), t('Start one.'));
  const now = new Date();
  const choices = among(entry.run).map((each) => ({
    ...{
      label: oneLine(each.description, 200),
      description: `${each.id} · ${taskWords({ state: stateAt(each, now), outdated: null })}`,
      task: each,
    },
  }));
  if (choices.length === 0)
    throw new UserError(t('There is no task for that now'), oneLine(entry.run.reason, 300) || t('Add one.'));
  const chosen = await vscode.window.showQuickPick(choices, { placeHolder: t('Which task?') });
  if (!chosen) throw new CancelledError();
  return { entry, task: chosen.task };
}

/** The files that a task without any turned out to be about, relative to the folder. */
export async function askFiles(folder: vscode.WorkspaceFolder): Promise<string[]> {
  const open = vscode.window.activeTextEditor?.document.uri;
  const own = open && vscode.workspace.getWorkspaceFolder(open)?.uri.toString() === folder.uri.toString();
  const said = await vscode.window.showInputBox({
    title: t('Which files is the task about?'),
    prompt: t('Paths in the workspace, with commas between them. These are audited.'),
    value: open && own ? vscode.workspace.asRelativePath(open, false) : '',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? t('Name at least one file.') : undefined),
  });
  if (said === undefined) throw new CancelledError();
  return said
    .split(',')
    .map((file) => file.trim())
    .filter(Boolean);
}
