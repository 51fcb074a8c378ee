import * as vscode from 'vscode';
import type { App } from '../../app';
import { CancelledError, UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { plural, t } from '../../base/texts';
import type { Loop2 } from '../../loops/loop2/loop2';
import type { Escalation } from '../../loops/loop2/run';
import type { TaskRecord } from '../../loops/loop2/taskRecord';
import type { Model } from '../../loops/model';
import { filesNamed } from '../../loops/namedFiles';
import { statusWords } from '../../loops/words';
import type { HandlersOf } from '../commands';
import { COMMANDS, VIEWS } from '../ids';
import type { LOOP2_COMMANDS } from '../ids';
import { askBefore } from '../questions';
import { DoneFiles } from './doneFiles';
import { Escalations } from './escalations';
import { chooseFolder } from './folderLoops';
import { needTrust } from './loop1Actions';
import { Loop2Pages } from './loop2Pages';
import type { Loop2Panel, Loop2PanelParts } from './loop2Panel';
import type { Loop2Entry, Loop2Runs } from './loop2Runs';
import { askTask, choosePlan } from './startLoop2';
import { ModelTasks } from './modelTasks';
import { Proposals } from './proposals';
import { TaskActions } from './taskActions';
import { TaskChanges } from './taskChanges';
import type { TaskDocuments } from './taskDocument';

interface Parts {
  app: App;
  runs: Loop2Runs;
  documents: TaskDocuments;
  context: vscode.ExtensionContext;
  /** Rejects with `UserError` where there is none. */
  model: (signal: AbortSignal) => Promise<Model>;
  onFailure: (error: unknown) => void;
  /** Of what nobody has asked for: it is only noted. */
  onProblem: (error: unknown) => void;
}

/** What is done with a Loop 2 in the editor: its run here, its tasks in {@link TaskActions}. */
export class Loop2Features implements vscode.Disposable {
  readonly commands: HandlersOf<Omit<typeof LOOP2_COMMANDS, 'verifyTasks'>>;
  readonly pages: Loop2Pages;
  private readonly proposals: Proposals;
  private readonly models: ModelTasks;
  private readonly changes: TaskChanges;
  private readonly escalations: Escalations;
  private readonly doneFiles: DoneFiles;

  constructor(private readonly parts: Parts) {
    const { app, runs, context, onProblem } = parts;
    const goOn = (folder: vscode.WorkspaceFolder): Promise<void> => this.letWork(folder);
    this.proposals = new Proposals({ ...parts, goOn });
    this.models = new ModelTasks({ ...parts, proposals: this.proposals, goOn });
    this.changes = new TaskChanges(runs);
    const { proposals, models, changes } = this;
    const tasks = new TaskActions({ ...parts, goOn, proposals, models, changes });
    const showLoop2 = (folder: vscode.WorkspaceFolder): Promise<unknown> => this.show(folder);
    this.escalations = new Escalations({
      ...{ app, runs, memory: context.workspaceState, showLoop2, onProblem },
    });
    this.doneFiles = new DoneFiles(runs, onProblem);
    const control: Loop2PanelParts['control'] = (...asked) => this.control(...asked);
    const { escalations } = this;
    this.pages = new Loop2Pages({ runs, tasks, escalations, control }, context.extensionUri);
    this.commands = {
      [COMMANDS.openLoop2]: (row) => this.open(row),
      [COMMANDS.backToLoop1]: (row) => this.goBack(row),
      [COMMANDS.startLoop2]: (uri) => this.start(uri),
      [COMMANDS.resumeLoop2]: async (row) => this.goOn(await folderOf(row)),
      [COMMANDS.pauseLoop2]: (row) => this.stop(row, (loop) => loop.pause()),
      [COMMANDS.cancelLoop2]: (row) => this.cancel(row),
      [COMMANDS.addTask]: (row) => this.add(row),
      ...tasks.commands,
    };
  }

  dispose(): void {
    this.pages.dispose();
    this.doneFiles.dispose();
    this.escalations.dispose();
    this.changes.dispose();
    this.models.dispose();
    this.proposals.dispose();
  }

  /** Lets workers begin with what is theirs; how that goes is told while they are at it. */
  private async letWork(folder: vscode.WorkspaceFolder): Promise<void> {
    const loop = await this.parts.runs.loopOf(folder);
    loop.goOn().catch(this.parts.onFailure);
  }

  /** The page of a folder's newest run. */
  show(folder: vscode.WorkspaceFolder): Promise<Loop2Panel> {
    return this.pages.show({ folder, runId: '' });
  }

  /** At the start: whether what was done is still as it was, and what nobody was told of. `folders` are those that have a run. */
  async lookBack(folders: readonly vscode.WorkspaceFolder[]): Promise<void> {
    await this.doneFiles.lookAtAll(folders);
    await this.escalations.tellAll(folders);
  }

  /** Goes on with the run of a folder, and says how that has ended. */
  async goOn(folder: vscode.WorkspaceFolder): Promise<void> {
    needTrust();
    const loop = await this.parts.runs.loopOf(folder);
    const { status, reason } = await loop.resume();
    void vscode.window.showInformationMessage(
      t('Loop 2: {0}. {1}', statusWords(status), oneLine(reason, 300)),
    );
  }

  /** With the task of a row in front. */
  private async open(row: unknown): Promise<void> {
    const { task } = (row ?? {}) as { task?: TaskRecord };
    const page = await this.show(await folderOf(row));
    if (task) page.select(task.id);
  }

  private async goBack(row: unknown): Promise<void> {
    const { escalation } = (row ?? {}) as { escalation?: Escalation };
    const newest = await this.parts.runs.newest(await folderOf(row));
    if (!newest) throw new UserError(t('There is no Loop 2 in this workspace yet'), t('Start one.'));
    await this.escalations.goBack(newest, escalation);
  }

  private async control(
    what: 'start' | 'resume' | 'pause' | 'cancel' | 'add',
    folder: vscode.WorkspaceFolder,
    onFailure: (error: unknown) => void,
  ): Promise<string> {
    const row = { entry: { folder } };
    switch (what) {
      case 'start':
        await this.start(row);
        return '';
      case 'resume':
        needTrust();
        // It tells of itself while it goes on.
        this.parts.runs
          .loopOf(folder)
          .then((loop) => loop.resume())
          .catch(onFailure);
        return '';
      case 'pause':
        await this.stop(row, (loop) => loop.pause());
        return t('Paused. What is finished is kept.');
      case 'cancel':
        await this.cancel(row);
        return '';
      case 'add':
        await this.add(row);
        return '';
    }
  }

  private async start(uri: unknown): Promise<void> {
    needTrust();
    const folder = await folderOf(uri);
    const { app, runs } = this.parts;
    const loop = await runs.loopOf(folder);
    const loop1 = await app.loop1Of(folder.uri.fsPath, folder.uri.toString());
    const chosen = await choosePlan(folder, await loop1.latest(), uri);
    if (!chosen) return;
    const worker = await this.models.chooseWorker();
    if (!worker) return;
    const { tasks, phases } = chosen.plan;
    const work = loop.begin(chosen.plan, { source: chosen.source, worker });
    // It goes on while models work.
    await Promise.race([work, new Promise<void>((resolve) => once(loop, resolve))]);
    await vscode.commands.executeCommand(`${VIEWS.loopRuns}.focus`);
    await this.show(folder);
    const text = t(
      'Loop 2 of {0}: {1} in {2}. Only an audit says that a task is done.',
      oneLine(chosen.source, 100),
      plural(tasks.length, '{0} task', '{0} tasks'),
      plural(phases.length, '{0} phase', '{0} phases'),
    );
    void vscode.window.showInformationMessage(text);
    await work;
  }

  private async stop(row: unknown, stop: (loop: Loop2) => Promise<void>): Promise<void> {
    const folder = await folderOf(row);
    const newest = await this.parts.runs.newest(folder);
    if (!newest) throw new UserError(t('There is no Loop 2 in this workspace yet'), t('Start one.'));
    if (newest.isElsewhere)
      throw new UserError(t('Another window or command is at work on this run'), t('Pause it there.'));
    await stop(await this.parts.runs.loopOf(folder));
  }

  private async cancel(row: unknown): Promise<void> {
    const isWanted = await askBefore({
      question: t('Cancel this Loop 2?'),
      detail: t('What was verified stays as it is. The tasks that are left can not be gone on with.'),
      action: t('Cancel Loop 2'),
      isProduction: false,
    });
    if (isWanted) await this.stop(row, (loop) => loop.cancel());
  }

  private async add(row: unknown): Promise<void> {
    needTrust();
    const loop = await this.parts.runs.loopOf(await folderOf(row));
    const description = await askTask();
    if (description === undefined) return;
    await loop.inject({ description, files: filesNamed(description) });
  }
}

/** Calls `tell` at the next change of the run. */
function once(loop: Loop2, tell: () => void): void {
  const stop = loop.onDidChange(() => {
    stop();
    tell();
  });
}

/** That of the row or file, the only one, or the one that is picked. Rejects with `CancelledError` when none is. */
async function folderOf(about: unknown): Promise<vscode.WorkspaceFolder> {
  const { entry } = (about ?? {}) as { entry?: Loop2Entry };
  const own = about instanceof vscode.Uri ? vscode.workspace.getWorkspaceFolder(about) : entry?.folder;
  const chosen = own ?? (await chooseFolder());
  if (!chosen) throw new CancelledError();
  return chosen;
}
