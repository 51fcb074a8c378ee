import * as vscode from 'vscode';
import type { FleetEngine } from '../appFleet';
import { readTarget, targetOf } from '../fleet/logs/logTarget';
import type { LogTarget } from '../fleet/logs/logTarget';
import { chooseContainers } from './containerCommands';
import type { ContainersModel } from './containersModel';
import type { DetailsPanel } from './detailsPanel';
import { DETAILS_VIEW } from './ids';
import { pagesFolder, showPage } from './webviewPage';

/** The tabs about containers: one for each. */
export class DetailsPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly open = new Map<string, { panel: DetailsPanel; tab: vscode.WebviewPanel }>();
  private readonly registration = vscode.window.registerWebviewPanelSerializer(DETAILS_VIEW, this);

  constructor(
    private readonly engines: () => FleetEngine[],
    private readonly model: () => ContainersModel,
    private readonly extensionUri: vscode.Uri,
  ) {}

  /** Handler of "Show Container Details". */
  async show(row: unknown): Promise<void> {
    const [node] = await chooseContainers(
      this.model(),
      vscode.l10n.t('Show Container Details'),
      row,
      undefined,
    );
    if (!node) return;
    const target = targetOf(node.container);
    // Before it is looked for, or two calls at a time would open two of it.
    const { DetailsPanel } = await import('./detailsPanel');
    const known = this.open.get(keyOf(node.engine, target));
    if (known) return known.panel.reveal();
    const tab = vscode.window.createWebviewPanel(DETAILS_VIEW, target.name, vscode.ViewColumn.Active);
    await this.fill(tab, node.engine, target, DetailsPanel);
  }

  async deserializeWebviewPanel(tab: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = (state ?? {}) as { engine?: unknown; target?: unknown };
    const engine = this.engines().find(({ setting }) => setting === kept.engine);
    const target = readTarget(kept.target);
    if (engine && target) await this.fill(tab, engine, target, (await import('./detailsPanel')).DetailsPanel);
    else tab.dispose();
  }

  dispose(): void {
    this.registration.dispose();
    for (const { tab } of this.open.values()) tab.dispose();
  }

  private async fill(
    tab: vscode.WebviewPanel,
    engine: FleetEngine,
    target: LogTarget,
    Panel: typeof DetailsPanel,
  ): Promise<void> {
    tab.iconPath = new vscode.ThemeIcon('graph-line');
    const key = keyOf(engine, target);
    this.open.set(key, { tab, panel: new Panel(tab, engine, target, this.model()) });
    tab.onDidDispose(() => this.open.delete(key));
    await showPage(tab.webview, pagesFolder(this.extensionUri), 'details', {
      engine: engine.setting,
      target,
    });
  }
}

function keyOf(engine: FleetEngine, { name }: LogTarget): string {
  return `${engine.setting}\n${name}`;
}
