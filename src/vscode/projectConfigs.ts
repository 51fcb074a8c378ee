import * as vscode from 'vscode';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import { fleetConfigs, loadProjects, problemsText } from '../deploy/loadProjects';
import { CONFIG_FILE, SEED_FILE } from '../deploy/projectFiles';
import type { ProjectConfig } from '../fleet/projects';

/** What the open folders write down about projects; read when first asked for, and again when a file changes. */
export class ProjectConfigs implements vscode.Disposable {
  private configs: readonly ProjectConfig[] = [];
  private watcher: vscode.FileSystemWatcher | undefined;

  constructor(
    private readonly onChange: () => void,
    private readonly logger: Logger,
  ) {}

  get(): readonly ProjectConfig[] {
    if (!this.watcher) {
      this.watcher = vscode.workspace.createFileSystemWatcher(`**/{${CONFIG_FILE},${SEED_FILE}}`);
      for (const event of [this.watcher.onDidChange, this.watcher.onDidCreate, this.watcher.onDidDelete])
        event(() => void this.read());
      void this.read();
    }
    return this.configs;
  }

  dispose(): void {
    this.watcher?.dispose();
  }

  private async read(): Promise<void> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const before = this.configs;
    this.configs = (await Promise.all(folders.map(({ uri }) => this.readFolder(uri.fsPath)))).flat();
    if (this.configs.length > 0 || before.length > 0) this.onChange();
  }

  private async readFolder(folder: string): Promise<ProjectConfig[]> {
    try {
      const { projects, problems } = await loadProjects(folder);
      if (problems.length > 0) this.logger.warn(problemsText(problems));
      return fleetConfigs(projects);
    } catch (error) {
      this.logger.warn(messageOf(error));
      return [];
    }
  }
}
