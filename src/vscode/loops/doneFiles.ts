import * as vscode from 'vscode';
import { foldersOnDisk } from './folderLoops';
import type { Loop2Runs } from './loop2Runs';

/** After the last change of a file. In milliseconds. */
const PAUSE = 1500;

/** Has tasks that are done looked at again when their files change, whoever changes them. */
export class DoneFiles implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  /** Paths of files of tasks that are done, by the URI of their folder. */
  private readonly watched = new Map<string, ReadonlySet<string>>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly runs: Loop2Runs,
    private readonly onProblem: (error: unknown) => void,
  ) {
    const watcher = vscode.workspace.createFileSystemWatcher('**/*');
    const changed = (uri: vscode.Uri): void => this.changed(uri);
    this.subscriptions = [
      ...[watcher, watcher.onDidChange(changed), watcher.onDidCreate(changed), watcher.onDidDelete(changed)],
      runs.onDidChange(() => this.learn().catch(onProblem)),
    ];
  }

  /** To be called once at the start: nobody has watched in between. */
  async lookAtAll(folders: readonly vscode.WorkspaceFolder[]): Promise<void> {
    for (const folder of folders) await (await this.runs.loopOf(folder)).lookForChanges();
    await this.learn();
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async learn(): Promise<void> {
    for (const folder of foldersOnDisk()) {
      const entry = await this.runs.newest(folder);
      const files = (entry?.run.tasks ?? []).flatMap((task) => (task.state === 'done' ? task.files : []));
      const paths = files.map((file) => vscode.Uri.joinPath(folder.uri, file).path);
      this.watched.set(folder.uri.toString(), new Set(paths));
    }
  }

  private changed(uri: vscode.Uri): void {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    const key = folder?.uri.toString() ?? '';
    if (!folder || !this.watched.get(key)?.has(uri.path)) return;
    clearTimeout(this.timers.get(key));
    const look = async (): Promise<void> => (await this.runs.loopOf(folder)).lookForChanges();
    this.timers.set(
      key,
      setTimeout(() => {
        look().catch(this.onProblem);
      }, PAUSE),
    );
  }
}
