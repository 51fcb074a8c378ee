import * as vscode from 'vscode';
import { messageWithNextStep } from '../base/errors';
import type { Logger } from '../base/logger';
import { COMMANDS, CONTEXT_KEYS } from './ids';

type State = 'unknown' | 'available' | 'unavailable';

/** Whether an engine answers, as the views' welcome texts need it. */
export class EngineStatus {
  private state: State = 'unknown';

  constructor(
    private readonly connect: (signal: AbortSignal) => Promise<string>,
    private readonly logger: Logger,
  ) {}

  set(state: State): void {
    if (state === this.state) return;
    this.state = state;
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.engine, state);
  }

  /** Handler of "Check Container Engine": looks again and tells what was found, or what was tried. */
  async check(): Promise<void> {
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true };
    const found = await vscode.window.withProgress(
      { ...options, title: vscode.l10n.t('Seaworthy: looking for a container engine') },
      async (_progress, token) => {
        const cancel = new AbortController();
        const subscription = token.onCancellationRequested(() => cancel.abort());
        try {
          return { text: await this.connect(cancel.signal), good: true };
        } catch (error) {
          if (cancel.signal.aborted) return undefined;
          this.logger.warn(messageWithNextStep(error));
          return { text: messageWithNextStep(error), good: false };
        } finally {
          subscription.dispose();
        }
      },
    );
    if (!found) return;
    this.set(found.good ? 'available' : 'unavailable');
    // Not awaited: the message stays until it is dismissed.
    void (found.good ? vscode.window.showInformationMessage(found.text) : this.offerOthers(found.text));
  }

  private async offerOthers(text: string): Promise<void> {
    const chosen = await vscode.window.showWarningMessage(text, vscode.l10n.t('Select Engine'));
    if (chosen) await vscode.commands.executeCommand(COMMANDS.selectEngine);
  }
}
