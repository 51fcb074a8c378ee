import * as vscode from 'vscode';
import { readProjectConfigs } from '../fleet/projectConfig';
import type { ProjectConfig } from '../fleet/projectConfig';

const FILE = '.scar-projects.json';

/** What the open folders write down about projects; read when first asked for, and again when a file changes. */
export class ProjectConfigs implements vscode.Disposable {
  private configs: readonly ProjectConfig[] = [];
  private watcher: vscode.FileSystemWatcher | undefined;

  constructor(private readonly onChange: () => void) {}

  get(): readonly ProjectConfig[] {
    if (!this.watcher) {
      this.watcher = vscode.workspace.createFileSystemWatcher(`**/${FILE}`);
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
    const read = folders.map(async ({ uri }) => {
      try {
        const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(uri, FILE));
        return readProjectConfigs(Buffer.from(bytes).toString('utf8'));
      } catch {
        // Most folders have none.
        return [];
      }
    });
    const before = this.configs;
    this.configs = (await Promise.all(read)).flat();
    if (this.configs.length > 0 || before.length > 0) this.onChange();
  }
}
