import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { countOf, t } from '../../base/texts';
import type { TaskRecord } from '../../loops/loop2/taskRecord';
import { taskOf } from '../../loops/loop2/turn';
import { taskWords } from '../../loops/words';
import { COMMANDS, PROPOSAL_SCHEME } from '../ids';
import { askBefore } from '../questions';
import type { TaskPlace } from './chooseTask';
import { needTrust } from './loop1Actions';
import type { Loop2Runs } from './loop2Runs';
import { refuseUnsaved } from './openFiles';
import { showChanges } from './showChanges';
import type { TaskDocuments } from './taskDocument';

interface Parts {
  runs: Loop2Runs;
  documents: TaskDocuments;
  /** Lets what workers can do be done. */
  goOn: (folder: vscode.WorkspaceFolder) => Promise<void>;
}

interface Shown {
  text: string;
  folder: vscode.WorkspaceFolder;
  taskId: string;
}

/** What models have written for tasks: looked at as differences, let into the workspace, sent back, or thrown away. */
export class Proposals implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly deeds: Record<'show' | 'apply' | 'sendBack' | 'discard', (place: TaskPlace) => Promise<void>> = {
    show: (place) => this.show(place),
    apply: (place) => this.apply(place),
    sendBack: (place) => this.sendBack(place),
    discard: (place) => this.discard(place),
  };
  private readonly texts = new Map<string, Shown>();
  /** Drafts that were looked at in this window. */
  private readonly seen = new Set<string>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(PROPOSAL_SCHEME, this);

  constructor(private readonly parts: Parts) {}

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString())?.text ?? '';
  }

  /** Shows what was written, and asks what is to become of it. */
  async show({ entry: { folder }, task }: TaskPlace): Promise<void> {
    const edits = task.draft?.edits ?? [];
    if (edits.length === 0)
      throw new UserError(t('Nothing was written for {0} that is not in the workspace', task.id));
    const number = this.texts.size;
    const changes = edits.map(({ file, before, after }) => {
      const own = vscode.Uri.joinPath(folder.uri, file);
      const shown = (side: string, text: string): vscode.Uri => {
        const uri = vscode.Uri.from({ scheme: PROPOSAL_SCHEME, path: own.path, query: `${side}${number}` });
        this.texts.set(uri.toString(), { text, folder, taskId: task.id });
        return uri;
      };
      // What is not there yet has an empty left side.
      return { file: own, left: before === null ? shown('none', '') : own, right: shown('after', after) };
    });
    await showChanges(titleOf(task), changes);
    this.seen.add(keyOf(folder, task));
    // Not awaited: a message stays until it is dismissed.
    void this.ask({ folder, task });
  }

  private async ask({ folder, task }: { folder: vscode.WorkspaceFolder; task: TaskRecord }): Promise<void> {
    if (!isProposed(task)) return;
    const says = oneLine(task.draft?.says ?? '', 200);
    const written = t(
      '{0}: {1} has written {2}, and the audit has passed.',
      oneLine(task.id, 40),
      oneLine(task.workedBy, 60),
      countOf(task.draft?.edits.length ?? 0, 'file'),
    );
    const text = says === '' ? written : `${written} ${t('It says: “{0}”', says)}`;
    const commands = new Map([
      [t('Apply'), COMMANDS.applyProposal],
      [t('Send Back…'), COMMANDS.sendBackProposal],
      [t('Discard…'), COMMANDS.discardProposal],
    ]);
    const chosen = await vscode.window.showInformationMessage(text, ...commands.keys());
    const command = commands.get(chosen ?? '');
    if (command) await vscode.commands.executeCommand(command, await this.newest(folder, task.id));
  }

  private async apply(place: TaskPlace): Promise<void> {
    needTrust();
    const { folder } = place.entry;
    const { entry, task } = await this.newest(folder, place.task.id);
    if (!this.seen.has(keyOf(folder, task))) return this.show({ entry, task });
    refuseUnsaved(folder, task.draft?.edits.map(({ file }) => file) ?? []);
    const loop = await this.parts.runs.loopOf(folder);
    const options = { location: vscode.ProgressLocation.Notification, cancellable: false };
    const title = t('Seaworthy: applying what was written for {0}', oneLine(task.id, 40));
    const run = await vscode.window.withProgress({ ...options, title }, () => loop.approve(task.id));
    await closeTabs(task);
    const { state, reason } = taskOf(run, task.id);
    const isDone = state === 'done';
    const show = isDone ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    const text = isDone
      ? t('verified, {0} changed', countOf(task.draft?.edits.length ?? 0, 'file'))
      : t('{0}, and nothing was changed. {1}', taskWords({ state, outdated: null }), oneLine(reason, 300));
    void show(`${oneLine(task.id, 40)}: ${text}`, t('Show Verdict')).then((chosen) =>
      chosen ? this.parts.documents.show(folder, task.id) : undefined,
    );
  }

  private async sendBack({ entry: { folder }, task }: TaskPlace): Promise<void> {
    needTrust();
    const wish = await vscode.window.showInputBox({
      title: t('Send {0} back', oneLine(task.id, 40)),
      prompt: t('What is wrong with it? {0} is told these words.', oneLine(task.workedBy, 60)),
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? t('Say it in a few words.') : undefined),
    });
    if (wish === undefined) return;
    await (await this.parts.runs.loopOf(folder)).sendBack(task.id, wish);
    await closeTabs(task);
    await this.parts.goOn(folder);
  }

  private async discard({ entry: { folder }, task }: TaskPlace): Promise<void> {
    const isWanted = await askBefore({
      question: t('Discard what was written for {0}?', oneLine(task.id, 40)),
      detail: t('It is nowhere else. The task is yours then.'),
      action: t('Discard'),
      isProduction: false,
    });
    if (!isWanted) return;
    await (await this.parts.runs.loopOf(folder)).discard(task.id);
    await closeTabs(task);
  }

  /** The task that a tab with changes is about, as it is now. */
  async placeOf(uri: vscode.Uri): Promise<TaskPlace> {
    const shown = this.texts.get(uri.toString());
    if (shown) return this.newest(shown.folder, shown.taskId);
    throw new UserError(t('This change is not known any more'), t('Show it again from its task.'));
  }

  private async newest(folder: vscode.WorkspaceFolder, taskId: string): Promise<TaskPlace> {
    const entry = await this.parts.runs.newest(folder);
    if (!entry) throw new UserError(t('There is no Loop 2 in this workspace yet'), t('Start one.'));
    return { entry, task: taskOf(entry.run, taskId) };
  }

  dispose(): void {
    this.registration.dispose();
  }
}

/** What stands on the tab with the changes. */
function titleOf({ id, workedBy }: TaskRecord): string {
  return oneLine(t('{0} by {1}', oneLine(id, 30), oneLine(workedBy, 40)), 60);
}

/** What is decided has not to be looked at any more. Tabs with several files tell nothing but their title. */
async function closeTabs(task: TaskRecord): Promise<void> {
  const title = titleOf(task);
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  await vscode.window.tabGroups.close(
    tabs.filter(({ label }) => label.startsWith(`${title} (`) || label.endsWith(`(${title})`)),
  );
}

function isProposed({ state }: TaskRecord): boolean {
  return state === 'proposed';
}

function keyOf(folder: vscode.WorkspaceFolder, { id, draft }: TaskRecord): string {
  return `${folder.uri.toString()}\n${id}\n${JSON.stringify(draft?.edits)}`;
}
