import * as vscode from 'vscode';

/** Pages kept so that a tab can be looked at again; older ones are dropped. */
const MAX_PAGES = 50;

/** Read-only documents of one scheme, under names of ours. */
export class KeptPages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  constructor(private readonly scheme: string) {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? `${vscode.l10n.t('This page is no longer kept. Ask for it again.')}\n`;
  }

  /** Opens a page as text, which no markup in it can change, or shows the open one of this name with the new text. */
  async openText(name: string, text: string, extension = 'txt'): Promise<void> {
    const uri = this.keep(name, text, extension);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  /** Opens a page as the editor shows Markdown, beside what is open, or shows the open one with the new text. */
  async showMarkdown(name: string, markdown: string): Promise<void> {
    await vscode.commands.executeCommand('markdown.showPreviewToSide', this.keep(name, markdown, 'md'));
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }

  private keep(name: string, text: string, extension: string): vscode.Uri {
    const uri = vscode.Uri.from({
      scheme: this.scheme,
      path: `/${name.replace(/[/\\\p{C}]/gu, '-')}.${extension}`,
    });
    this.texts.delete(uri.path);
    this.texts.set(uri.path, text);
    const [oldest] = this.texts.keys();
    if (this.texts.size > MAX_PAGES && oldest !== undefined) this.texts.delete(oldest);
    this.changed.fire(uri);
    return uri;
  }
}
