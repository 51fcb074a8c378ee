import * as vscode from 'vscode';
import { messageOf, UserError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { t } from '../../base/texts';

/** Changes come with each saved step, and twice: from the run and from what is kept. In milliseconds. */
const PAUSE = 50;

/** The folders whose runs can be read: those on a disk. */
export function foldersOnDisk(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

/** The only folder, or the one that is picked; undefined when none is. Rejects with `UserError` where none is open. */
export async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = foldersOnDisk();
  const [only] = folders;
  if (!only) throw new UserError(t('No folder is open'), t('Open the folder of the project.'));
  return folders.length === 1 ? only : vscode.window.showWorkspaceFolderPick();
}

/** Tells of changes to the runs of folders, a few at a time as one. */
export class FolderChanges implements vscode.Disposable {
  private readonly watched = new Map<string, (() => void)[]>();
  private readonly changed = new vscode.EventEmitter<void>();
  private timer: NodeJS.Timeout | undefined;
  readonly onDidChange = this.changed.event;

  /** `listen` is called once for each folder, and returns what ends that. */
  watch(folder: vscode.WorkspaceFolder, listen: (tell: () => void) => (() => void)[]): void {
    const key = folder.uri.toString();
    if (!this.watched.has(key))
      this.watched.set(
        key,
        listen(() => this.tellSoon()),
      );
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const stop of [...this.watched.values()].flat()) stop();
    this.changed.dispose();
  }

  private tellSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changed.fire();
    }, PAUSE);
  }
}

/** The folders whose run is at work in another window or command; those are looked at again when this window gets the focus. */
export class RunsElsewhere implements vscode.Disposable {
  private readonly folders = new Map<string, vscode.WorkspaceFolder>();
  private readonly subscription: vscode.Disposable;

  constructor(look: (folder: vscode.WorkspaceFolder) => Promise<unknown>, logger: Logger) {
    // No event tells that another process has died: who comes from a window that is gone comes to this one.
    this.subscription = vscode.window.onDidChangeWindowState(({ focused }) => {
      if (!focused) return;
      for (const folder of this.folders.values())
        look(folder).catch((error: unknown) => logger.warn(messageOf(error)));
    });
  }

  set(folder: vscode.WorkspaceFolder, isElsewhere: boolean): void {
    if (isElsewhere) this.folders.set(folder.uri.toString(), folder);
    else this.folders.delete(folder.uri.toString());
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
