import * as vscode from 'vscode';
import { oneLine } from '../../base/text';
import { LOOP1_VIEW } from '../ids';
import { pagesFolder, showPage } from '../webviewPage';
import { Loop1Panel } from './loop1Panel';
import type { Loop1Actions } from './loop1Actions';
import type { Loop1Runs } from './loop1Runs';
import type { RemedyEdits } from './remedyEdits';

interface Parts {
  runs: Loop1Runs;
  edits: RemedyEdits;
  actions: Loop1Actions;
  extensionUri: vscode.Uri;
}

/** The tabs about Loop 1: one for each folder, and one for each older run that is looked at. */
export class Loop1Pages implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly open = new Map<string, Loop1Panel>();
  private readonly registration = vscode.window.registerWebviewPanelSerializer(LOOP1_VIEW, this);

  constructor(private readonly parts: Parts) {}

  /** Opens the tab of a folder's newest run, or of the one with this id, or shows the open one. */
  async show(folder: vscode.WorkspaceFolder, runId = '', scenarioId?: string): Promise<void> {
    const known = this.open.get(keyOf(folder, runId));
    if (known) known.panel.reveal();
    const shown = known ?? (await this.make(folder, runId));
    if (scenarioId !== undefined) shown.select(scenarioId);
  }

  isVisible(folder: vscode.WorkspaceFolder): boolean {
    return this.open.get(keyOf(folder, ''))?.panel.visible ?? false;
  }

  /** After a reload of the window. */
  async deserializeWebviewPanel(tab: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { folder: uri, runId } = (state ?? {}) as { folder?: unknown; runId?: unknown };
    const folder = this.parts.runs.folders().find((each) => each.uri.toString() === uri);
    if (!folder) {
      tab.dispose();
      return;
    }
    await this.fill(tab, folder, typeof runId === 'string' ? runId : '');
  }

  dispose(): void {
    this.registration.dispose();
    for (const { panel } of this.open.values()) panel.dispose();
  }

  private async make(folder: vscode.WorkspaceFolder, runId: string): Promise<Loop1Panel> {
    const title = runId === '' ? 'Loop 1' : 'Loop 1 (earlier run)';
    const named = this.parts.runs.folders().length > 1 ? `${title}: ${oneLine(folder.name, 60)}` : title;
    const tab = vscode.window.createWebviewPanel(LOOP1_VIEW, named, vscode.ViewColumn.Active);
    return this.fill(tab, folder, runId);
  }

  private async fill(
    tab: vscode.WebviewPanel,
    folder: vscode.WorkspaceFolder,
    runId: string,
  ): Promise<Loop1Panel> {
    tab.iconPath = new vscode.ThemeIcon('sync');
    const key = keyOf(folder, runId);
    const panel = new Loop1Panel(tab, { folder, runId }, this.parts);
    this.open.set(key, panel);
    tab.onDidDispose(() => this.open.delete(key));
    const settings = { folder: folder.uri.toString(), runId };
    await showPage(tab.webview, pagesFolder(this.parts.extensionUri), 'loop1', settings);
    return panel;
  }
}

function keyOf(folder: vscode.WorkspaceFolder, runId: string): string {
  return `${folder.uri.toString()}\n${runId}`;
}
