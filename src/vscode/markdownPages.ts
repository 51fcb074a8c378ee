import * as vscode from 'vscode';
import { EXPLAIN_SCHEME } from './ids';

/** Pages kept so that a tab can be looked at again; older ones are dropped. */
const MAX_PAGES = 50;

/** Read-only pages shown as the editor shows Markdown. */
export class MarkdownPages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(EXPLAIN_SCHEME, this);
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? 'This page is no longer kept. Ask for it again.\n';
  }

  /** Opens a page beside what is open, or shows the open one of this name with the new text. */
  async show(name: string, markdown: string): Promise<void> {
    const path = `/${name.replace(/[^\w .-]/g, '_')}.md`;
    this.texts.delete(path);
    this.texts.set(path, markdown);
    const [oldest] = this.texts.keys();
    if (this.texts.size > MAX_PAGES && oldest !== undefined) this.texts.delete(oldest);
    const uri = vscode.Uri.from({ scheme: EXPLAIN_SCHEME, path });
    this.changed.fire(uri);
    await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
