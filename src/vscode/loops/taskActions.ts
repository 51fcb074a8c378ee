import * as os from 'node:os';
import * as vscode from 'vscode';
import { oneLine } from '../../base/text';
import { plural, t } from '../../base/texts';
import type { TaskRecord } from '../../loops/loop2/taskRecord';
import { taskOf, turnOf } from '../../loops/loop2/turn';
import { deedsOf, TASK_DEEDS } from '../../loops/loop2/view';
import type { TaskDeed } from '../../loops/loop2/view';
import { taskWords } from '../../loops/words';
import type { Handler, HandlersOf } from '../commands';
import { COMMANDS } from '../ids';
import { askBefore } from '../questions';
import { askFiles, chooseTask } from './chooseTask';
import type { TaskPlace } from './chooseTask';
import { columnBesidePage } from './columnFor';
import { needTrust } from './loop1Actions';
import { refuseUnsaved, saveFilesOf } from './openFiles';
import type { Loop2Entry, Loop2Runs } from './loop2Runs';
import type { ModelTasks } from './modelTasks';
import type { Proposals } from './proposals';
import type { TaskChanges } from './taskChanges';
import type { TaskDocuments } from './taskDocument';

interface Parts {
  runs: Loop2Runs;
  documents: TaskDocuments;
  changes: TaskChanges;
  proposals: Proposals;
  models: ModelTasks;
  /** Lets workers begin with what is theirs. */
  goOn: (folder: vscode.WorkspaceFolder) => Promise<void>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_OPENED = 5;

const COMMAND_OF = {
  show: COMMANDS.showProposal,
  apply: COMMANDS.applyProposal,
  sendBack: COMMANDS.sendBackProposal,
  discard: COMMANDS.discardProposal,
  stop: COMMANDS.stopModel,
  model: COMMANDS.letModelWork,
  assign: COMMANDS.assignTask,
  work: COMMANDS.workOnTask,
  ready: COMMANDS.readyTask,
  retry: COMMANDS.retryTask,
  except: COMMANDS.exceptTask,
  compare: COMMANDS.compareTask,
  undo: COMMANDS.undoTask,
  drop: COMMANDS.cancelTask,
} as const satisfies Record<TaskDeed, string>;

type TaskHandlers = HandlersOf<typeof COMMAND_OF>;

/** What is done with one task of Loop 2. */
export class TaskActions {
  readonly commands: TaskHandlers & HandlersOf<Pick<typeof COMMANDS, 'showTask'>>;
  /** Each rejects with `UserError` where it can't be done, with `CancelledError` where it was not wanted in the end. */
  readonly deeds: Record<TaskDeed, (place: TaskPlace) => Promise<void>>;

  constructor(private readonly parts: Parts) {
    this.deeds = {
      ...parts.proposals.deeds,
      ...parts.models.deeds,
      work: (place) => this.workOn(place),
      ready: (place) => this.ready(place),
      retry: (place) => this.retry(place),
      except: (place) => this.except(place),
      compare: ({ entry, task }) => parts.changes.show(entry.folder, task),
      undo: (place) => this.undo(place),
      drop: (place) => this.cancel(place),
    };
    const handlers = TASK_DEEDS.map((deed): [string, Handler] => [
      COMMAND_OF[deed],
      async (row) => this.deeds[deed](await this.placeFor(deed, row)),
    ]);
    this.commands = {
      [COMMANDS.showTask]: async (row) => this.show(await chooseTask(parts.runs, row, ({ tasks }) => tasks)),
      ...(Object.fromEntries(handlers) as TaskHandlers),
    };
  }

  /** All about a task, as text. */
  show({ entry, task }: TaskPlace): Promise<void> {
    return this.parts.documents.show(entry.folder, task.id);
  }

  private loopOf({ folder }: Loop2Entry): ReturnType<Loop2Runs['loopOf']> {
    return this.parts.runs.loopOf(folder);
  }

  /** That of a row or of a tab with changes, or one that is picked of those with which it can be done. */
  private async placeFor(deed: TaskDeed, row: unknown): Promise<TaskPlace> {
    const { proposals, runs } = this.parts;
    if (row instanceof vscode.Uri) return proposals.placeOf(row);
    return chooseTask(runs, row, (run) => {
      const now = new Date();
      const turn = turnOf(run, now);
      return run.tasks.filter((task) => deedsOf(task, turn, now).includes(deed));
    });
  }

  /** Takes it, and opens its files; those that are not there yet as what is saved there. */
  private async workOn({ entry, task }: TaskPlace): Promise<void> {
    needTrust();
    await this.takeFromModel({ entry, task });
    if (task.state !== 'working' || task.worker === 'model')
      await (await this.loopOf(entry)).take(task.id, os.userInfo().username);
    if (task.files.length === 0) return this.parts.documents.show(entry.folder, task.id);
    let column: vscode.ViewColumn | undefined;
    for (const file of task.files.slice(0, MAX_OPENED)) {
      const uri = vscode.Uri.joinPath(entry.folder.uri, file);
      const isThere = await vscode.workspace.fs.stat(uri).then(
        () => true,
        () => false,
      );
      // All in one place: whoever goes back to the page while they open would have the next one over it.
      column ??= columnBesidePage(uri);
      const editor = await vscode.window.showTextDocument(isThere ? uri : uri.with({ scheme: 'untitled' }), {
        ...{ preview: false, ...(column !== undefined && { viewColumn: column }) },
      });
      column = editor.viewColumn;
    }
  }

  /** Who does it himself does not want a model to go on with it when its audit fails. */
  private async takeFromModel({ entry, task }: TaskPlace): Promise<void> {
    if (task.worker === 'model') await (await this.loopOf(entry)).reassign(task.id, 'you');
  }

  private async ready({ entry, task }: TaskPlace): Promise<void> {
    needTrust();
    const files = task.files.length > 0 ? undefined : await askFiles(entry.folder);
    // What is audited is what lies on the disk.
    await saveFilesOf(entry.folder, files ?? task.files);
    const loop = await this.loopOf(entry);
    await this.takeFromModel({ entry, task });
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true };
    const title = t('Seaworthy: auditing {0}, {1}', oneLine(task.id, 40), oneLine(task.description, 80));
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
    await (await this.loopOf(entry)).retry(task.id);
    // Who works without a person waits for no word to begin.
    if (task.worker === 'model') await this.parts.goOn(entry.folder);
  }

  private async tell({ folder }: Loop2Entry, { id, state, reason }: TaskRecord): Promise<void> {
    const isDone = state === 'done';
    const show = isDone ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    const text = isDone ? t('verified') : `${taskWords({ state, outdated: null })}. ${oneLine(reason, 300)}`;
    const chosen = await show(`${oneLine(id, 40)}: ${text}`, t('Show Verdict'));
    if (chosen) await this.parts.documents.show(folder, id);
  }

  private async except({ entry, task }: TaskPlace): Promise<void> {
    needTrust();
    const title = t('Let {0} stand without a verdict', oneLine(task.id, 40));
    const reason = await vscode.window.showInputBox({
      ...{ title, prompt: t('Why? Whoever reads this later has only these words.'), ignoreFocusOut: true },
      validateInput: (text) => (text.trim() === '' ? t('An exception needs a reason.') : undefined),
    });
    if (reason === undefined) return;
    const choices = [7, 30, 90].map((days) => ({ label: plural(days, 'for {0} day', 'for {0} days'), days }));
    const chosen = await vscode.window.showQuickPick(choices, { title, placeHolder: t('It holds') });
    if (!chosen) return;
    const expiresAt = new Date(Date.now() + chosen.days * DAY_MS).toISOString();
    await (await this.loopOf(entry)).except(task.id, { reason, by: os.userInfo().username, expiresAt });
  }

  /** By git, after a question; nothing else is touched, and what is taken away is kept. */
  private async undo({ entry, task }: TaskPlace): Promise<void> {
    needTrust();
    const loop = await this.loopOf(entry);
    const { files } = await loop.planUndo(task.id);
    refuseUnsaved(entry.folder, files);
    const what =
      files.length === 0 ? t('Its files are already what they were.') : oneLine(files.join(', '), 500);
    const isWanted = await askBefore({
      question: t('Undo the task {0}?', oneLine(task.id, 40)),
      detail: `${what}\n\n${t('These files become what they were before it was begun, and the task is open again. What is in them now is kept by git. Tasks that need this one are held, or audited again.')}`,
      action: t('Undo Task'),
      isProduction: false,
    });
    if (!isWanted) return;
    const { taken } = await loop.undo(task.id);
    const text = t(
      '{0} is open again. What was taken away is in the commit {1}.',
      oneLine(task.id, 40),
      taken.slice(0, 12),
    );
    void vscode.window.showInformationMessage(text, t('Copy Commit')).then((chosen) => {
      if (chosen) void vscode.env.clipboard.writeText(taken);
    });
  }

  private async cancel({ entry, task }: TaskPlace): Promise<void> {
    const isWanted = await askBefore({
      question: t('Cancel the task {0}?', oneLine(task.id, 40)),
      detail: t('What depends on it will not be done. "Give New Attempts" takes it up again.'),
      action: t('Cancel Task'),
      isProduction: false,
    });
    if (isWanted) await (await this.loopOf(entry)).cancelTask(task.id);
  }
}
