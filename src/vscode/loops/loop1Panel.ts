import * as vscode from 'vscode';
import { isCancelled } from '../../base/errors';
import { oneLine } from '../../base/text';
import { viewOf } from '../../loops/loop1/view';
import type { Loop1PageView, Loop1Request, ToLoop1Page } from '../../protocol';
import type { Loop1Actions } from './loop1Actions';
import type { Loop1Runs, RunEntry } from './loop1Runs';
import type { PageAbout } from './loopPages';
import { PageLink } from './pageLink';
import { readLoop1Message } from './readMessage';
import type { RemedyEdits } from './remedyEdits';

/** After the last save of a file. In milliseconds. */
const BEFORE_COMPARING = 1500;

export interface Loop1PanelParts {
  runs: Loop1Runs;
  edits: RemedyEdits;
  actions: Loop1Actions;
}

/** One tab about Loop 1. */
export class Loop1Panel {
  private readonly link: PageLink<{ id: number } & Loop1Request, ToLoop1Page>;
  private comparing: { timer: NodeJS.Timeout | undefined; abort: AbortController } | undefined;
  private hasDrifted = false;
  private entry: RunEntry | undefined;
  private shown: Loop1PageView | undefined;
  private toSelect: string | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly about: PageAbout,
    private readonly parts: Loop1PanelParts,
  ) {
    const { runs, edits } = parts;
    this.link = new PageLink(
      panel,
      { read: readLoop1Message, act: (asked) => this.act(asked), show: () => this.show() },
      [runs.onDidChange, edits.onDidDo],
    );
    this.link.own(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.path.startsWith(`${about.folder.uri.path}/`)) this.compareSoon(BEFORE_COMPARING);
      }),
      panel.onDidChangeViewState(() => {
        if (panel.visible) this.compareSoon(0);
      }),
    );
    panel.onDidDispose(() => this.endComparing());
  }

  /** Brings a card to the front, once the page can. */
  select(scenarioId: string): void {
    this.toSelect = scenarioId;
    this.link.showSoon();
  }

  private async show(): Promise<void> {
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
    this.link.post({ type: 'view', view: this.shown });
    if (this.toSelect !== undefined) this.link.post({ type: 'select', scenarioId: this.toSelect });
    this.toSelect = undefined;
    if (stageOf(before) !== stageOf(entry)) this.compareSoon(0);
  }

  /** Whether the files are still those that the run has looked at: asked when one was saved or the page is looked at again. */
  private compareSoon(pause: number): void {
    this.endComparing();
    const abort = new AbortController();
    const timer = setTimeout(() => {
      this.compare(abort.signal).catch((error: unknown) => {
        if (!isCancelled(error)) this.link.tell(0, error);
      });
    }, pause);
    this.comparing = { timer, abort };
  }

  private endComparing(): void {
    clearTimeout(this.comparing?.timer);
    this.comparing?.abort.abort();
  }

  private async compare(signal: AbortSignal): Promise<void> {
    const { entry } = this;
    if (!this.panel.visible || !entry?.isNewest || entry.run.status === 'running') return;
    const hasDrifted = await (await this.parts.runs.loopOf(this.about.folder)).hasDrifted(signal);
    if (signal.aborted || hasDrifted === this.hasDrifted) return;
    this.hasDrifted = hasDrifted;
    this.link.showSoon();
  }

  /** Resolves to what the page says of it. */
  private act(message: Loop1Request): Promise<string> {
    const { folder } = this.about;
    const { entry, shown } = this;
    const onFailure = (error: unknown): void => this.link.tell(0, error);
    return this.parts.actions.act(message, { folder, entry, view: shown?.run ?? undefined, onFailure });
  }
}

/** What says that a run has looked at the files again; a short iteration begins and ends between two views. */
function stageOf(entry: RunEntry | undefined): string {
  return entry ? `${entry.run.id} ${entry.run.iteration} ${entry.run.status}` : '';
}
