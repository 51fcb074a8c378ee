import * as os from 'node:os';
import * as vscode from 'vscode';
import { oneLine } from '../../base/text';
import type { TaskRecord } from '../../loops/loop2/taskRecord';
import { taskOf } from '../../loops/loop2/turn';
import { COMMANDS } from '../ids';
import { askBefore } from '../questions';
import { askFiles, canBeWorkedOn, chooseTask } from './chooseTask';
import type { TaskPlace } from './chooseTask';
import { needTrust } from './loop1Actions';
import type { Loop2Entry, Loop2Runs } from './loop2Runs';
import type { TaskDocuments } from './taskDocument';

interface Parts {
  runs: Loop2Runs;
  documents: TaskDocuments;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_OPENED = 5;

/** What is done with one task of Loop 2. */
export class TaskActions {
  readonly commands: [string, (row: unknown) => Promise<unknown>][];

  constructor(private readonly parts: Parts) {
    const { documents } = parts;
    this.commands = [
      [
        COMMANDS.showTask,
        async (row) => this.about(row, ({ entry, task }) => documents.show(entry.folder, task.id)),
      ],
      [COMMANDS.workOnTask, async (row) => this.about(row, (place) => this.workOn(place))],
      [COMMANDS.readyTask, async (row) => this.about(row, (place) => this.ready(place))],
      [COMMANDS.retryTask, async (row) => this.about(row, (place) => this.retry(place))],
      [COMMANDS.exceptTask, async (row) => this.about(row, (place) => this.except(place))],
      [COMMANDS.cancelTask, async (row) => this.about(row, (place) => this.cancel(place))],
    ];
  }

  private loopOf({ folder }: Loop2Entry): ReturnType<Loop2Runs['loopOf']> {
    return this.parts.runs.loopOf(folder);
  }

  private async about(row: unknown, act: (place: TaskPlace) => Promise<unknown>): Promise<void> {
    await act(await chooseTask(this.parts.runs, row, canBeWorkedOn));
  }

  /** Takes it, and opens its files; those that are not there yet as what is saved there. */
  private async workOn({ entry, task }: TaskPlace): Promise<void> {
    needTrust();
    if (task.state !== 'working') await (await this.loopOf(entry)).take(task.id, os.userInfo().username);
    if (task.files.length === 0) return this.parts.documents.show(entry.folder, task.id);
    for (const file of task.files.slice(0, MAX_OPENED)) {
      const uri = vscode.Uri.joinPath(entry.folder.uri, file);
      const isThere = await vscode.workspace.fs.stat(uri).then(
        () => true,
        () => false,
      );
      await vscode.window.showTextDocument(isThere ? uri : uri.with({ scheme: 'untitled' }), {
        preview: false,
      });
    }
  }

  private async ready({ entry, task }: TaskPlace): Promise<void> {
    needTrust();
    const files = task.files.length > 0 ? undefined : await askFiles(entry.folder);
    // What is audited is what lies on the disk.
    await saveFilesOf(entry.folder, files ?? task.files);
    const loop = await this.loopOf(entry);
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true };
    const title = `Seaworthy: auditing ${oneLine(task.id, 40)}, ${oneLine(task.description, 80)}`;
    const run = await vscode.window.withProgress({ ...options, title }, async (_progress, token) => {
      const subscription = token.onCancellationRequested(() => void loop.pause('The audit was cancelled.'));
      try {
        return await loop.ready(task.id, files);
      } finally {
        subscription.dispose();
      }
    });
    // Not awaited: a message stays until it is dismissed.
    void this.tell(entry, taskOf(run, task.id));
  }

  private async retry({ entry, task }: TaskPlace): Promise<void> {
    const loop = await this.loopOf(entry);
    await loop.retry(task.id);
    // Who works without a person waits for no word to begin.
    if (task.worker === 'model' && !loop.isAtWork) await loop.resume();
  }

  private async tell({ folder }: Loop2Entry, { id, state, reason }: TaskRecord): Promise<void> {
    const isDone = state === 'done';
    const show = isDone ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    const text = isDone ? 'verified' : `${state}. ${oneLine(reason, 300)}`;
    const chosen = await show(`${oneLine(id, 40)}: ${text}`, 'Show Verdict');
    if (chosen) await this.parts.documents.show(folder, id);
  }

  private async except({ entry, task }: TaskPlace): Promise<void> {
    needTrust();
    const title = `Let ${oneLine(task.id, 40)} stand without a verdict`;
    const reason = await vscode.window.showInputBox({
      ...{ title, prompt: 'Why? Whoever reads this later has only these words.', ignoreFocusOut: true },
      validateInput: (text) => (text.trim() === '' ? 'An exception needs a reason.' : undefined),
    });
    if (reason === undefined) return;
    const choices = [7, 30, 90].map((days) => ({ label: `for ${days} days`, days }));
    const chosen = await vscode.window.showQuickPick(choices, { title, placeHolder: 'It holds' });
    if (!chosen) return;
    const expiresAt = new Date(Date.now() + chosen.days * DAY_MS).toISOString();
    await (await this.loopOf(entry)).except(task.id, { reason, by: os.userInfo().username, expiresAt });
  }

  private async cancel({ entry, task }: TaskPlace): Promise<void> {
    const isWanted = await askBefore({
      question: `Cancel the task ${oneLine(task.id, 40)}?`,
      detail: 'What depends on it will not be done. "Give New Attempts" takes it up again.',
      action: 'Cancel Task',
      isProduction: false,
    });
    if (isWanted) await (await this.loopOf(entry)).cancelTask(task.id);
  }
}

/** With those that were opened before they were there, as far as something was written. */
async function saveFilesOf(folder: vscode.WorkspaceFolder, files: readonly string[]): Promise<void> {
  await vscode.workspace.saveAll(false);
  const paths = new Set(files.map((file) => vscode.Uri.joinPath(folder.uri, file).path));
  for (const document of vscode.workspace.textDocuments)
    if (document.isUntitled && paths.has(document.uri.path) && document.getText() !== '')
      await document.save();
}
