import * as vscode from 'vscode';
import { messageWithNextStep } from '../base/errors';
import { fleetConfigs, loadProjects } from '../deploy/loadProjects';
import { CONFIG_FILE, SEED_FILE } from '../deploy/projectFiles';
import type { ReadProjects } from '../deploy/projectFiles';
import type { ProjectConfig } from '../fleet/projects';

/** What an open folder writes down. */
export interface FolderProjects extends ReadProjects {
  folder: vscode.WorkspaceFolder;
}

/** What the open folders write down about projects; read when first asked for, and again when a file changes. */
export class ProjectConfigs implements vscode.Disposable {
  private read: readonly FolderProjects[] = [];
  private subscriptions: vscode.Disposable[] = [];
  private readonly changed = new vscode.EventEmitter<void>();
  private round = 0;
  readonly onDidChange = this.changed.event;

  /** As the containers are shown by them. */
  get(): readonly ProjectConfig[] {
    return this.folders().flatMap(({ projects }) => fleetConfigs(projects));
  }

  /** What was read last; `onDidChange` tells of what is read from now on. */
  folders(): readonly FolderProjects[] {
    if (this.subscriptions.length === 0) this.follow();
    return this.read;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private follow(): void {
    const watcher = vscode.workspace.createFileSystemWatcher(`**/{${CONFIG_FILE},${SEED_FILE}}`);
    const readAll = (): void => void this.readAll();
    this.subscriptions = [
      watcher,
      watcher.onDidChange(readAll),
      watcher.onDidCreate(readAll),
      watcher.onDidDelete(readAll),
      vscode.workspace.onDidChangeWorkspaceFolders(readAll),
    ];
    readAll();
  }

  private async readAll(): Promise<void> {
    const round = ++this.round;
    const read = await readFolders();
    // A later look that was faster knows better.
    if (round !== this.round) return;
    const isNothing = [...read, ...this.read].every(
      (each) => each.projects.length + each.problems.length === 0,
    );
    this.read = read;
    if (!isNothing) this.changed.fire();
  }
}

/** What the open folders write down now. A file that can't be read is a problem like any other. */
export function readFolders(): Promise<FolderProjects[]> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  return Promise.all(
    folders.map(async (folder): Promise<FolderProjects> => {
      try {
        return { folder, ...(await loadProjects(folder.uri.fsPath)) };
      } catch (error) {
        const problem = { file: CONFIG_FILE, line: 1, message: messageWithNextStep(error) };
        return { folder, projects: [], problems: [problem] };
      }
    }),
  );
}
