import * as vscode from 'vscode';
import { oneLine } from '../../base/text';
import { DEPLOY_VIEW } from '../ids';
import { readFolders } from '../projectConfigs';
import { pagesFolder, showPage } from '../webviewPage';
import { DeployPanel } from './deployPanel';
import type { PageActions } from './deployPanel';
import type { Deploys } from './deploys';
import type { EnvironmentDeploys } from './environmentDeploys';
import { howItEnded } from './howItEnded';
import { keyOf, nameOf, targetsOf } from './targets';

/** The tabs about environments: one for each. */
export class DeployPages implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly open = new Map<string, DeployPanel>();

  constructor(
    private readonly deploys: Deploys,
    private readonly actionsOf: (deploys: EnvironmentDeploys) => PageActions,
    private readonly extensionUri: vscode.Uri,
  ) {}

  /** Opens the tab of an environment, or shows the open one. */
  async show(deploys: EnvironmentDeploys): Promise<void> {
    const known = this.open.get(keyOf(deploys.target));
    if (known) return known.panel.reveal();
    const title = oneLine(nameOf(deploys.target), 100);
    const tab = vscode.window.createWebviewPanel(DEPLOY_VIEW, title, vscode.ViewColumn.Active);
    await this.fill(tab, deploys);
  }

  isVisible(deploys: EnvironmentDeploys): boolean {
    return this.open.get(keyOf(deploys.target))?.panel.visible ?? false;
  }

  /** After a reload of the window; what went on before says how it ended. */
  async deserializeWebviewPanel(tab: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { key, run } = (state ?? {}) as { key?: unknown; run?: unknown };
    const targets = vscode.workspace.isTrusted ? (await readFolders()).flatMap(targetsOf) : [];
    const target = targets.find((each) => keyOf(each) === key);
    if (!target) {
      tab.dispose();
      return;
    }
    const deploys = this.deploys.of(target);
    await this.fill(tab, deploys);
    await deploys.look();
    deploys.say(howItEnded(run, deploys));
  }

  dispose(): void {
    for (const { panel } of this.open.values()) panel.dispose();
  }

  private async fill(tab: vscode.WebviewPanel, deploys: EnvironmentDeploys): Promise<void> {
    tab.iconPath = new vscode.ThemeIcon('rocket');
    const key = keyOf(deploys.target);
    this.open.set(key, new DeployPanel(tab, deploys, this.actionsOf(deploys)));
    tab.onDidDispose(() => this.open.delete(key));
    if (!deploys.releases) void deploys.look();
    await showPage(tab.webview, pagesFolder(this.extensionUri), 'deploy', { key });
  }
}
