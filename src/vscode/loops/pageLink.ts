import * as vscode from 'vscode';
import { isCancelled, messageWithNextStep } from '../../base/errors';
import { Renewal } from '../../base/renewal';
import { oneLine } from '../../base/text';
import type { PageReply } from '../../protocol';

/** A page is not told more often than this. In milliseconds. */
const PAUSE = 100;

interface LinkParts<Asked> {
  /** Reads what a page has sent; undefined for anything that makes no sense. */
  read: (message: unknown) => Asked | { type: 'ready' } | undefined;
  /** Resolves to what the page says of it, empty for nothing. */
  act: (asked: Asked) => Promise<string>;
  /** Tells the page all that it shows. Called only while it is looked at. */
  show: () => Promise<void>;
}

/** How a tab talks with its page: it is told everything anew after changes, many of them at once, and nothing while it is hidden. */
export class PageLink<Asked extends { id: number }, Told> {
  private readonly subscriptions: vscode.Disposable[];
  private readonly views = new Renewal(() => this.show(), PAUSE);
  private isReady = false;
  private isDisposed = false;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly parts: LinkParts<Asked>,
    changes: readonly vscode.Event<unknown>[],
  ) {
    this.subscriptions = [
      ...changes.map((listen) => listen(() => this.showSoon())),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.showSoon()),
      panel.webview.onDidReceiveMessage((message: unknown) => this.hear(message)),
      panel.onDidChangeViewState(() => {
        if (panel.visible) this.showSoon();
      }),
    ];
    panel.onDidDispose(() => {
      this.isDisposed = true;
      this.views.stop();
      for (const subscription of this.subscriptions) subscription.dispose();
    });
  }

  /** Ended with the tab. */
  own(...subscriptions: vscode.Disposable[]): void {
    this.subscriptions.push(...subscriptions);
  }

  showSoon(): void {
    this.views.changed();
  }

  private async show(): Promise<void> {
    if (!this.panel.visible || !this.isReady) return;
    try {
      await this.parts.show();
    } catch (error) {
      this.tell(0, error);
    }
  }

  post(message: Told): void {
    void this.panel.webview.postMessage(message);
  }

  /** Says on the page why something could not be done; `id` is that of the request, 0 for none. */
  tell(id: number, error: unknown): void {
    if (this.isDisposed) return;
    const text = isCancelled(error) ? '' : oneLine(messageWithNextStep(error), 500);
    this.reply({ type: 'reply', id, isDone: false, text });
  }

  private hear(given: unknown): void {
    const message = this.parts.read(given);
    if (!message) return;
    if (!('id' in message)) {
      this.isReady = true;
      this.showSoon();
      return;
    }
    const { id } = message;
    this.parts.act(message).then(
      (text) => this.reply({ type: 'reply', id, isDone: true, text }),
      (error: unknown) => this.tell(id, error),
    );
  }

  private reply(reply: PageReply): void {
    void this.panel.webview.postMessage(reply);
  }
}
