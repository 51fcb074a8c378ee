import * as vscode from 'vscode';
import { sandboxCheckText } from '../sandbox/checkText';
import type { SandboxCheckReport } from '../sandbox/checkText';
import { SANDBOX_SCHEME } from './ids';

/** "Check Sandbox": a read-only document with what the engine offers, made anew at each call. */
export class SandboxDocument implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration: vscode.Disposable;
  private text = vscode.l10n.t('Nothing is known yet. Run "Seaworthy: Check Sandbox".');

  constructor(private readonly check: (signal: AbortSignal) => Promise<SandboxCheckReport>) {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(SANDBOX_SCHEME, {
      onDidChange: this.changed.event,
      provideTextDocumentContent: () => this.text,
    });
  }

  /** Rejects with `UserError` where there is no engine. */
  async show(): Promise<void> {
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true };
    const report = await vscode.window.withProgress(
      { ...options, title: vscode.l10n.t('Seaworthy: asking the container engine what it can do') },
      async (_progress, token) => {
        const cancel = new AbortController();
        const subscription = token.onCancellationRequested(() => cancel.abort());
        try {
          return await this.check(cancel.signal);
        } finally {
          subscription.dispose();
        }
      },
    );
    this.text = `${sandboxCheckText(report)}\n`;
    const uri = vscode.Uri.from({ scheme: SANDBOX_SCHEME, path: '/Sandbox.txt' });
    this.changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
