import * as path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { namesFrom } from '../../deploy/view/planView';
import type { FileKind } from '../../deploy/view/planView';
import type { FromDeployPage, ToDeployPage } from '../../protocol';
import type { EnvironmentDeploys } from './environmentDeploys';
import { readDeployMessage } from './readMessage';
import { nameOf } from './targets';

/** A page is not told more often than this. In milliseconds. */
const PAUSE = 100;

/** What a page can have done to its environment. */
export interface PageActions {
  deploy(): Promise<unknown>;
  putBack(): Promise<unknown>;
  /** Empty to choose one. */
  rollBack(release: string): Promise<unknown>;
  openLogs(service: string): Promise<unknown>;
}

/** The tab of one environment. */
export class DeployPanel {
  private readonly subscription: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly deploys: EnvironmentDeploys,
    private readonly actions: PageActions,
  ) {
    panel.webview.onDidReceiveMessage((message: unknown) => this.hear(message));
    this.subscription = deploys.onDidChange(() => this.showSoon());
    panel.onDidChangeViewState(() => this.show());
    panel.onDidDispose(() => this.stop());
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.subscription.dispose();
    // Whoever closes a question says no; what runs goes on and tells its end.
    const { session } = this.deploys;
    if (session && !session.isOver && !session.isRunning) session.cancel();
  }

  private showSoon(): void {
    this.timer ??= setTimeout(() => this.show(), PAUSE);
  }

  private show(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.panel.visible) this.post({ type: 'view', view: this.deploys.view() });
  }

  private hear(given: unknown): void {
    const message = readDeployMessage(given);
    if (!message) return;
    this.act(message).catch((error: unknown) => {
      this.deploys.say(oneLine(error instanceof Error ? error.message : String(error), 500));
    });
  }

  private async act(message: FromDeployPage): Promise<void> {
    const { session } = this.deploys;
    switch (message.type) {
      case 'ready':
        return this.show();
      case 'refresh':
        return this.deploys.look();
      case 'answer':
        return session?.answer(message.id, message.text);
      case 'cancel':
        return session?.cancel();
      case 'moreNames': {
        const files = session?.plan?.files;
        const { kind, index: from } = message;
        if (files) this.post({ type: 'names', kind, from, names: namesFrom(files, kind, from) });
        return;
      }
      case 'openFile':
        return this.openFile(message.kind, message.index);
      case 'openSecret':
        return this.openSecret(message.index);
      case 'openLogs':
        return this.openLogs(message.index);
      case 'deploy':
        return void (await this.actions.deploy());
      case 'putBack':
        return void (await this.actions.putBack());
      case 'rollBack':
        return void (await this.actions.rollBack(message.release));
    }
  }

  /** What the target has against what would be sent. */
  private async openFile(kind: FileKind, index: number): Promise<void> {
    const plan = this.deploys.session?.plan;
    const file = plan?.files[kind][index];
    if (!plan || file === undefined) return;
    const { target } = this.deploys.target.chosen.environment;
    const source = vscode.Uri.file(path.join(plan.workspace, file));
    if (kind === 'added') return show(source);
    if (target.kind === 'remote')
      throw new UserError(
        vscode.l10n.t('Files of another host can not be shown beside those of the workspace.'),
      );
    const there = vscode.Uri.file(path.join(target.path, file));
    if (kind === 'deleted') return show(there);
    const title = vscode.l10n.t(
      '{0} ({1} ↔ what is sent)',
      oneLine(path.basename(file), 100),
      oneLine(nameOf(this.deploys.target), 100),
    );
    await vscode.commands.executeCommand('vscode.diff', there, source, title, {
      preview: true,
      viewColumn: vscode.ViewColumn.Beside,
    });
  }

  private async openSecret(index: number): Promise<void> {
    const plan = this.deploys.session?.plan;
    const secret = plan?.secrets[index];
    if (plan && secret) await show(vscode.Uri.file(path.join(plan.workspace, secret.file)), secret.line);
  }

  private async openLogs(index: number): Promise<void> {
    const service = this.deploys.session?.result?.services[index];
    if (service) await this.actions.openLogs(service.name);
  }

  private post(message: ToDeployPage): void {
    void this.panel.webview.postMessage(message);
  }
}

async function show(uri: vscode.Uri, line = 1): Promise<void> {
  const selection = new vscode.Range(line - 1, 0, line - 1, 0);
  const options = { selection, preview: true, viewColumn: vscode.ViewColumn.Beside };
  await vscode.window.showTextDocument(uri, options);
}
