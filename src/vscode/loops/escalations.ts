import * as vscode from 'vscode';
import type { App } from '../../app';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import { cardOf } from '../../loops/loop2/loop1Link';
import type { Escalation } from '../../loops/loop2/run';
import { COMMANDS } from '../ids';
import { foldersOnDisk } from './folderLoops';
import type { Loop2Entry, Loop2Runs } from './loop2Runs';

const TOLD = 'seaworthy.toldEscalations';
/** Enough to know those of the runs that are kept. */
const MAX_TOLD = 500;

interface Parts {
  app: App;
  runs: Loop2Runs;
  memory: vscode.Memento;
  showLoop2: (folder: vscode.WorkspaceFolder) => Promise<unknown>;
  onProblem: (error: unknown) => void;
}

/** Tells, once each, why it would be wise to go back to Loop 1, and leads there. */
export class Escalations implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;

  constructor(private readonly parts: Parts) {
    this.subscription = parts.runs.onDidChange(() => this.tellAll(foldersOnDisk()).catch(parts.onProblem));
  }

  /** Opens Loop 1 with the card that was made of an escalation, of the newest one where none is named. */
  async goBack({ folder, run }: Loop2Entry, about?: Escalation): Promise<void> {
    const escalation = about ?? run.escalations.at(-1);
    const loop = await this.parts.app.loop1Of(folder.uri.fsPath, folder.uri.toString());
    const loop1Run = escalation && (await loop.latest());
    const card = loop1Run && cardOf(loop1Run, escalation);
    await vscode.commands.executeCommand(COMMANDS.openLoop1, { entry: { folder, isNewest: true } }, card);
  }

  /** Tells what is not told yet of the newest runs of these folders. */
  async tellAll(folders: readonly vscode.WorkspaceFolder[]): Promise<void> {
    for (const folder of folders) {
      const entry = await this.parts.runs.newest(folder);
      if (!entry || entry.run.status === 'cancelled') continue;
      const told = new Set(this.parts.memory.get<string[]>(TOLD, []));
      const fresh = entry.run.escalations.filter((each) => !told.has(keyOf(entry, each)));
      if (fresh.length === 0) continue;
      const keys = [...told, ...fresh.map((each) => keyOf(entry, each))].slice(-MAX_TOLD);
      await this.parts.memory.update(TOLD, keys);
      // Not awaited: a message stays until it is dismissed.
      for (const escalation of fresh) this.tell(entry, escalation).catch(this.parts.onProblem);
    }
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async tell(entry: Loop2Entry, escalation: Escalation): Promise<void> {
    const text = t('Loop 2: {0} It may be wise to go back to Loop 1.', oneLine(escalation.reason, 300));
    const [back, showIt] = [t('Go Back to Loop 1'), t('Show Loop 2')];
    const chosen = await vscode.window.showWarningMessage(text, back, showIt);
    if (chosen === back) await this.goBack(entry, escalation);
    if (chosen === showIt) await this.parts.showLoop2(entry.folder);
  }
}

function keyOf({ run }: Loop2Entry, { kind, taskId }: Escalation): string {
  return `${run.id} ${kind} ${taskId}`;
}
