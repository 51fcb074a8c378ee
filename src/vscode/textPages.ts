import * as vscode from 'vscode';
import { PAGE_SCHEME } from './ids';

/** Pages kept so that a tab can be looked at again; older ones are dropped. */
const MAX_PAGES = 50;

/** Read-only documents of plain text: what containers say of themselves must not become markup. */
export class TextPages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(PAGE_SCHEME, this);
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? 'This page is no longer kept. Open it again.\n';
  }

  /** Opens a page, or shows the open one of this name with the new text. */
  async open(name: string, text: string, extension = 'txt'): Promise<void> {
    const uri = vscode.Uri.from({
      scheme: PAGE_SCHEME,
      path: `/${name.replace(/[/\\]/g, '-')}.${extension}`,
    });
    this.texts.delete(uri.path);
    this.texts.set(uri.path, text);
    const [oldest] = this.texts.keys();
    if (this.texts.size > MAX_PAGES && oldest !== undefined) this.texts.delete(oldest);
    this.changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
