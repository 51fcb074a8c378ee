import * as vscode from 'vscode';
import { isCancelled, messageWithNextStep } from '../../base/errors';
import { oneLine } from '../../base/text';
import { viewOf } from '../../loops/loop1/view';
import type { FromLoop1Page, Loop1PageView, ToLoop1Page } from '../../protocol';
import type { Loop1Actions } from './loop1Actions';
import type { Loop1Runs, RunEntry } from './loop1Runs';
import { readLoop1Message } from './readMessage';
import type { RemedyEdits } from './remedyEdits';

/** A page is not told more often than this. In milliseconds. */
const PAUSE = 100;
/** After the last save of a file. In milliseconds. */
const BEFORE_COMPARING = 1500;

interface Parts {
  runs: Loop1Runs;
  edits: RemedyEdits;
  actions: Loop1Actions;
}

/** One tab about Loop 1. It is told everything anew after each change, and nothing while it is hidden. */
export class Loop1Panel {
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private comparing: { timer: NodeJS.Timeout | undefined; abort: AbortController } | undefined;
  private hasDrifted = false;
  private entry: RunEntry | undefined;
  private shown: Loop1PageView | undefined;
  private isReady = false;
  private toSelect: string | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly about: { folder: vscode.WorkspaceFolder; runId: string },
    private readonly parts: Parts,
  ) {
    const { runs, edits } = parts;
    this.subscriptions = [
      runs.onDidChange(() => this.showSoon()),
      edits.onDidDo(() => this.showSoon()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.showSoon()),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.path.startsWith(`${about.folder.uri.path}/`)) this.compareSoon(BEFORE_COMPARING);
      }),
      panel.webview.onDidReceiveMessage((message: unknown) => this.hear(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) return;
        this.showSoon();
        this.compareSoon(0);
      }),
    ];
    panel.onDidDispose(() => this.stop());
  }

  /** Brings a card to the front, once the page can. */
  select(scenarioId: string): void {
    this.toSelect = scenarioId;
    this.showSoon();
  }

  private stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.comparing?.timer);
    this.comparing?.abort.abort();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private showSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.show().catch((error: unknown) => this.tell(0, error));
    }, PAUSE);
  }

  private async show(): Promise<void> {
    if (!this.panel.visible || !this.isReady) return;
    const before = this.entry;
    const entries = await this.parts.runs.of(this.about.folder);
    const { runId } = this.about;
    this.entry = entries.find(({ run, isNewest }) => (runId === '' ? isNewest : run.id === runId));
    const { entry } = this;
    const edits = this.parts.edits.stateOf(entry?.run.id ?? '');
    this.shown = {
      folder: oneLine(this.about.folder.name, 100),
      run: entry ? viewOf(entry.run, new Date()) : null,
      isPast: entry !== undefined && !entry.isNewest,
      isElsewhere: entry?.isElsewhere ?? false,
      isTrusted: vscode.workspace.isTrusted,
      hasDrifted: this.hasDrifted && entry?.run.status !== 'running',
      ...edits,
    };
    this.post({ type: 'view', view: this.shown });
    if (this.toSelect !== undefined) this.post({ type: 'select', scenarioId: this.toSelect });
    this.toSelect = undefined;
    if (before?.run.status !== entry?.run.status) this.compareSoon(0);
  }

  /** Whether the files are still those that the run has looked at: asked when one was saved or the page is looked at again. */
  private compareSoon(pause: number): void {
    clearTimeout(this.comparing?.timer);
    this.comparing?.abort.abort();
    const abort = new AbortController();
    const timer = setTimeout(() => {
      this.compare(abort.signal).catch((error: unknown) => {
        if (!isCancelled(error)) this.tell(0, error);
      });
    }, pause);
    this.comparing = { timer, abort };
  }

  private async compare(signal: AbortSignal): Promise<void> {
    const { entry } = this;
    if (!this.panel.visible || !entry?.isNewest || entry.run.status === 'running') return;
    const hasDrifted = await (await this.parts.runs.loopOf(this.about.folder)).hasDrifted(signal);
    if (signal.aborted || hasDrifted === this.hasDrifted) return;
    this.hasDrifted = hasDrifted;
    this.showSoon();
  }

  private hear(given: unknown): void {
    const message = readLoop1Message(given);
    if (!message) return;
    if (message.type === 'ready') {
      this.isReady = true;
      this.showSoon();
      return;
    }
    const { id } = message;
    this.act(message).then(
      (text) => this.post({ type: 'reply', id, isDone: true, text }),
      (error: unknown) => this.tell(id, error),
    );
  }

  /** Resolves to what the page says of it. */
  private act(message: Exclude<FromLoop1Page, { type: 'ready' }>): Promise<string> {
    const { folder } = this.about;
    const { entry, shown } = this;
    const onFailure = (error: unknown): void => this.tell(0, error);
    return this.parts.actions.act(message, { folder, entry, view: shown?.run ?? undefined, onFailure });
  }

  private tell(id: number, error: unknown): void {
    const text = isCancelled(error) ? '' : oneLine(messageWithNextStep(error), 500);
    this.post({ type: 'reply', id, isDone: false, text });
  }

  private post(message: ToLoop1Page): void {
    void this.panel.webview.postMessage(message);
  }
}
