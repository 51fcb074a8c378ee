import * as vscode from 'vscode';
import { messageWithNextStep } from '../base/errors';
import { LogModel } from '../fleet/logs/logModel';
import type { LogRow } from '../fleet/logs/logModel';
import type { LogSource } from '../fleet/logs/logSession';
import { readLogSettings } from '../protocol';
import type { FromLogPage, LinkedRow, LogPageSettings, ToLogPage } from '../protocol';
import { FrameLinks, openFrame } from './frameLinks';

/** How often a page is told of new lines, in milliseconds: no more often than one can read. */
const INTERVAL = 100;
/** Rows a page may ask for at once. */
const MAX_ROWS = 500;

/** A tab with the log of containers. The lines are kept here; its page has only those in sight. */
export class LogPanel {
  private readonly model: LogModel;
  private readonly links = new FrameLinks();
  private settings: LogPageSettings | undefined;
  private window: { from: number | undefined; number: number } = { from: undefined, number: 100 };
  private timer: NodeJS.Timeout | undefined;
  private isDisposed = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    sources: readonly LogSource[],
  ) {
    this.model = new LogModel(sources, () => this.showSoon());
    const { webview } = panel;
    webview.onDidReceiveMessage((message: FromLogPage) => this.hear(message));
    panel.onDidChangeViewState(() => this.showSoon());
    panel.onDidDispose(() => this.dispose());
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.timer);
    this.model.stop();
  }

  private hear(message: FromLogPage): void {
    switch (message.type) {
      case 'ready':
      case 'settings':
        return this.apply(readLogSettings(message.settings));
      case 'look':
        this.window = { from: message.from, number: Math.min(MAX_ROWS, Number(message.number) || 0) };
        return void this.show();
      case 'find':
        return this.find(Number(message.row) || 0, message.direction === -1 ? -1 : 1);
      case 'pause':
        return this.model.setPaused(message.isPaused === true);
      case 'clear':
        return this.model.clear();
      case 'export':
        return void this.export();
      case 'open':
        return void this.open(Number(message.row), Number(message.index));
    }
  }

  /** What has not changed is left alone: the past is read again only when another past is wanted. */
  private apply(next: LogPageSettings): void {
    const before = this.settings;
    this.settings = next;
    const { query: text, isExpression, isCaseSensitive, isFiltering } = next;
    this.tried(() => {
      const wanted = { text, isExpression, isCaseSensitive };
      if (!before || queryKey(before) !== queryKey(next)) this.model.look(wanted, isFiltering);
    });
    if (before?.tail !== next.tail || before.minutes !== next.minutes) {
      const since = next.minutes === 0 ? undefined : Date.now() - next.minutes * 60_000;
      this.model.start({ tail: next.tail === 0 ? undefined : next.tail, since });
    }
    this.showSoon();
  }

  private showSoon(): void {
    if (this.isDisposed || !this.panel.visible) return;
    this.timer ??= setTimeout(() => void this.show(), INTERVAL);
  }

  private async show(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isDisposed || !this.panel.visible) return;
    this.tried(() => this.model.update());
    const counts = this.model.counts();
    const { from, number } = this.window;
    const rows = this.model.view(from ?? counts.end - number, number);
    this.post({ type: 'view', counts, rows: await Promise.all(rows.map((row) => this.linked(row))) });
    if (counts.isSearching) this.showSoon();
  }

  /** Shows in the page what could not be done, or takes what it said away. */
  private tried(work: () => void): void {
    try {
      work();
      if (this.problem !== '') this.say('');
    } catch (error) {
      this.say(messageWithNextStep(error));
    }
  }

  private problem = '';

  private say(text: string): void {
    this.problem = text;
    this.post({ type: 'problem', text });
  }

  private find(row: number, direction: 1 | -1): void {
    const found = this.model.find(row, direction);
    if (found !== undefined) this.post({ type: 'goTo', row: found });
  }

  private async linked(row: LogRow): Promise<LinkedRow> {
    const paths = this.model.pathsOf(row.source);
    if (row.frames.length === 0 || !paths) return { ...row, links: [] };
    const links = row.frames.map(async (frame, index) => {
      const uri = await this.links.resolve(row.source, frame, paths);
      return uri ? [{ start: frame.start, end: frame.end, index }] : [];
    });
    return { ...row, links: (await Promise.all(links)).flat() };
  }

  private async open(row: number, index: number): Promise<void> {
    const [found] = this.model.view(row, 1);
    const frame = found?.row === row ? found.frames[index] : undefined;
    const paths = found && this.model.pathsOf(found.source);
    const uri = frame && paths && (await this.links.resolve(found.source, frame, paths));
    if (uri) await openFrame(uri, frame);
  }

  private async export(): Promise<void> {
    const text = [...this.model.text()];
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    const name = `${this.panel.title.replace(/[^\w.-]+/g, '-')}.log`;
    const target = await vscode.window.showSaveDialog({
      ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, name) }),
      title: vscode.l10n.t('Save the Log'),
      saveLabel: vscode.l10n.t('Save'),
      filters: { Log: ['log', 'txt'] },
    });
    if (!target) return;
    try {
      await vscode.workspace.fs.writeFile(target, Buffer.from(text.join('')));
      vscode.window.setStatusBarMessage(vscode.l10n.t('Seaworthy: {0} lines saved', text.length), 5000);
    } catch (error) {
      this.say(vscode.l10n.t('The log could not be saved: {0}', messageWithNextStep(error)));
    }
  }

  private post(message: ToLogPage): void {
    if (!this.isDisposed) void this.panel.webview.postMessage(message);
  }
}

function queryKey({ query, isExpression, isCaseSensitive, isFiltering }: LogPageSettings): string {
  return JSON.stringify([query, isExpression, isCaseSensitive, isFiltering]);
}
