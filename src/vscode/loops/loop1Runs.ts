import type * as vscode from 'vscode';
import type { App } from '../../app';
import { UserError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { t } from '../../base/texts';
import type { Loop1 } from '../../loops/loop1/loop1';
import type { Loop1Run } from '../../loops/loop1/run';
import { FolderChanges, foldersOnDisk, RunsElsewhere } from './folderLoops';

/** A run of an open folder. */
export interface RunEntry {
  folder: vscode.WorkspaceFolder;
  run: Loop1Run;
  /** The one that can be worked with; those before can be read. */
  isNewest: boolean;
  /** It is at work, but not in this window. */
  isElsewhere: boolean;
}

/** The Loop 1 runs of the open folders, whoever is at work on them. */
export class Loop1Runs implements vscode.Disposable {
  private readonly changes = new FolderChanges();
  readonly onDidChange = this.changes.onDidChange;

  private readonly elsewhere: RunsElsewhere;

  constructor(
    private readonly app: App,
    logger: Logger,
  ) {
    this.elsewhere = new RunsElsewhere((folder) => this.of(folder), logger);
  }

  folders(): readonly vscode.WorkspaceFolder[] {
    return foldersOnDisk();
  }

  async loopOf(folder: vscode.WorkspaceFolder): Promise<Loop1> {
    const key = folder.uri.toString();
    const loop = await this.app.loop1Of(folder.uri.fsPath, key);
    this.changes.watch(folder, (tell) => [
      loop.onDidChange(tell),
      this.app.states.of(key).loop1Runs.onDidChange(tell),
    ]);
    return loop;
  }

  /** Newest first. One whose process is gone is interrupted by that. */
  async of(folder: vscode.WorkspaceFolder): Promise<RunEntry[]> {
    const loop = await this.loopOf(folder);
    const { loop1Runs } = this.app.states.of(folder.uri.toString());
    const isElsewhere = (run: Loop1Run, index: number): boolean =>
      run.status === 'running' && !(index === 0 && loop.isAtWork);
    let runs = await loop1Runs.list();
    if (runs.some(isElsewhere)) {
      await loop1Runs.interruptOrphans();
      runs = await loop1Runs.list();
    }
    this.elsewhere.set(folder, runs.some(isElsewhere));
    return runs.map((run, index) => ({
      ...{ folder, run, isNewest: index === 0 },
      isElsewhere: isElsewhere(run, index),
    }));
  }

  /** Of all open folders, newest first within each. */
  async all(): Promise<RunEntry[]> {
    return (await Promise.all(this.folders().map((folder) => this.of(folder)))).flat();
  }

  /** Rejects with `UserError` while it is at work. */
  async remove({ folder, run, isNewest }: RunEntry): Promise<void> {
    const { loop1Runs } = this.app.states.of(folder.uri.toString());
    const claim = await loop1Runs.claim(run.id);
    if (!claim || (isNewest && (await this.loopOf(folder)).isAtWork)) {
      await claim?.release();
      throw new UserError(t('The run is at work'), t('Pause or cancel it first.'));
    }
    try {
      await loop1Runs.remove(run.id);
    } finally {
      await claim.release();
    }
  }

  dispose(): void {
    this.elsewhere.dispose();
    this.changes.dispose();
  }
}
