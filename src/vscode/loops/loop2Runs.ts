import * as vscode from 'vscode';
import type { App } from '../../app';
import type { Logger } from '../../base/logger';
import type { Loop2 } from '../../loops/loop2/loop2';
import type { Loop2Run } from '../../loops/loop2/run';
import type { WorkProgress } from '../../loops/loop2/worker';
import { FolderFacts } from '../auditRequest';
import { FolderChanges, RunsElsewhere } from './folderLoops';

/** The newest run of an open folder. */
export interface Loop2Entry {
  folder: vscode.WorkspaceFolder;
  run: Loop2Run;
  /** It is at work, but not in this window. */
  isElsewhere: boolean;
  /** How far workers of this window are, by the id of the task. */
  progress: ReadonlyMap<string, WorkProgress>;
}

/** The Loop 2 of the open folders, whoever is at work on it. */
export class Loop2Runs implements vscode.Disposable {
  private readonly changes = new FolderChanges();
  private readonly progressed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly onDidChange = this.changes.onDidChange;
  /** A worker of this window got further with a task of a folder, or has ended. */
  readonly onDidProgress = this.progressed.event;
  private readonly elsewhere: RunsElsewhere;

  constructor(
    private readonly app: App,
    private readonly logger: Logger,
  ) {
    this.elsewhere = new RunsElsewhere((folder) => this.newest(folder), logger);
  }

  async loopOf(folder: vscode.WorkspaceFolder): Promise<Loop2> {
    const key = folder.uri.toString();
    const loop = await this.app.loop2Of(folder.uri.fsPath, key, (file) => {
      const facts = new FolderFacts((problem) => this.logger.warn(problem));
      return facts.requestFor({ folder, uri: vscode.Uri.joinPath(folder.uri, file), file });
    });
    this.changes.watch(folder, (tell) => [
      loop.onDidChange(tell),
      loop.onDidProgress(() => this.progressed.fire(folder)),
      this.app.states.of(key).loop2Runs.onDidChange(tell),
    ]);
    return loop;
  }

  /** Undefined before the first run. One whose process is gone is interrupted by that. */
  async newest(folder: vscode.WorkspaceFolder): Promise<Loop2Entry | undefined> {
    const loop = await this.loopOf(folder);
    const key = folder.uri.toString();
    if ((await loop.latest())?.status === 'running' && !loop.isAtWork)
      await this.app.states.of(key).loop2Runs.interruptOrphans();
    const run = await loop.latest();
    const isElsewhere = run?.status === 'running' && !loop.isAtWork;
    this.elsewhere.set(folder, isElsewhere);
    return run && { folder, run, isElsewhere, progress: loop.progress };
  }

  dispose(): void {
    this.elsewhere.dispose();
    this.changes.dispose();
    this.progressed.dispose();
  }
}
