import * as vscode from 'vscode';
import { pagesFolder, showPage } from '../webviewPage';
import { foldersOnDisk } from './folderLoops';

/** What a tab is about; `runId` is empty for the newest run of the folder. */
export interface PageAbout {
  folder: vscode.WorkspaceFolder;
  runId: string;
}

interface PageKind<Panel> {
  /** Of the tabs. */
  view: string;
  page: 'loop1' | 'loop2';
  icon: string;
  extensionUri: vscode.Uri;
  title: (about: PageAbout) => string;
  fill: (tab: vscode.WebviewPanel, about: PageAbout) => Panel;
}

/** The tabs about a loop: one for each folder, and one for each older run that is looked at. They come back after a reload of the window. */
export class LoopPages<Panel extends { panel: vscode.WebviewPanel }>
  implements vscode.WebviewPanelSerializer, vscode.Disposable
{
  private readonly open = new Map<string, Panel>();

  constructor(private readonly kind: PageKind<Panel>) {}

  /** Opens a tab, or shows the open one. */
  async show(about: PageAbout): Promise<Panel> {
    const known = this.open.get(keyOf(about));
    if (known) {
      known.panel.reveal();
      return known;
    }
    const { view, title } = this.kind;
    return this.fill(vscode.window.createWebviewPanel(view, title(about), vscode.ViewColumn.Active), about);
  }

  isVisible(about: PageAbout): boolean {
    return this.open.get(keyOf(about))?.panel.visible ?? false;
  }

  async deserializeWebviewPanel(tab: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { folder: uri, runId } = (state ?? {}) as { folder?: unknown; runId?: unknown };
    const folders = foldersOnDisk();
    // A window that was killed may have kept the tab, and not yet what is in it.
    const isOnly = uri === undefined && folders.length === 1;
    const folder = isOnly ? folders[0] : folders.find((each) => each.uri.toString() === uri);
    if (folder) await this.fill(tab, { folder, runId: typeof runId === 'string' ? runId : '' });
    else tab.dispose();
  }

  dispose(): void {
    for (const { panel } of this.open.values()) panel.dispose();
  }

  private async fill(tab: vscode.WebviewPanel, about: PageAbout): Promise<Panel> {
    const { icon, extensionUri, page } = this.kind;
    tab.iconPath = new vscode.ThemeIcon(icon);
    const key = keyOf(about);
    const panel = this.kind.fill(tab, about);
    this.open.set(key, panel);
    tab.onDidDispose(() => this.open.delete(key));
    const settings = { folder: about.folder.uri.toString(), runId: about.runId };
    await showPage(tab.webview, pagesFolder(extensionUri), page, settings);
    return panel;
  }
}

function keyOf({ folder, runId }: PageAbout): string {
  return `${folder.uri.toString()}\n${runId}`;
}
