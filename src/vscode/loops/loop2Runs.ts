import * as vscode from 'vscode';
import type { App } from '../../app';
import type { Logger } from '../../base/logger';
import type { Loop2 } from '../../loops/loop2/loop2';
import type { Loop2Run } from '../../loops/loop2/run';
import { FolderFacts } from '../auditRequest';
import { FolderChanges } from './folderLoops';

/** The newest run of an open folder. */
export interface Loop2Entry {
  folder: vscode.WorkspaceFolder;
  run: Loop2Run;
  /** It is at work, but not in this window. */
  isElsewhere: boolean;
}

/** The Loop 2 of the open folders, whoever is at work on it. */
export class Loop2Runs implements vscode.Disposable {
  private readonly changes = new FolderChanges();
  readonly onDidChange = this.changes.onDidChange;

  constructor(
    private readonly app: App,
    private readonly logger: Logger,
  ) {}

  async loopOf(folder: vscode.WorkspaceFolder): Promise<Loop2> {
    const key = folder.uri.toString();
    const loop = await this.app.loop2Of(folder.uri.fsPath, key, (file) => {
      const facts = new FolderFacts((problem) => this.logger.warn(problem));
      return facts.requestFor({ folder, uri: vscode.Uri.joinPath(folder.uri, file), file });
    });
    this.changes.watch(folder, (tell) => [
      loop.onDidChange(tell),
      this.app.stateOf(key).loop2Runs.onDidChange(tell),
    ]);
    return loop;
  }

  /** Undefined before the first run. */
  async newest(folder: vscode.WorkspaceFolder): Promise<Loop2Entry | undefined> {
    const loop = await this.loopOf(folder);
    const run = await loop.latest();
    return run && { folder, run, isElsewhere: run.status === 'running' && !loop.isAtWork };
  }

  dispose(): void {
    this.changes.dispose();
  }
}
