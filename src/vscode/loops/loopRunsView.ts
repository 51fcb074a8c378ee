import * as vscode from 'vscode';
import { oneLine } from '../../base/text';
import { grouped, locale, plural, t } from '../../base/texts';
import type { IterationRecord } from '../../loops/loop1/run';
import type { CardView } from '../../loops/loop1/view';
import { viewOf } from '../../loops/loop1/view';
import { cardStateWords, statusWords, stepWords } from '../../loops/words';
import { COMMANDS } from '../ids';
import type { Loop1Runs, RunEntry } from './loop1Runs';
import { childrenOfLoop2, itemOfLoop2 } from './loop2Rows';
import type { Loop2Node } from './loop2Rows';
import type { Loop2Runs } from './loop2Runs';
import { RUN_ICONS } from './runIcons';

/** Of one folder; older ones are still kept. */
const MAX_RUNS = 20;
const MAX_CARDS = 30;
/** In milliseconds. */
const STEPS_PAUSE = 2000;

type Loop1Node =
  | { kind: 'run'; entry: RunEntry }
  | { kind: 'card'; entry: RunEntry; card: CardView }
  | { kind: 'iteration'; entry: RunEntry; record: IterationRecord };

export type LoopNode = Loop1Node | Loop2Node;
type RootNode = Extract<LoopNode, { kind: 'run' | 'loop2' }>;

const color = (name: string): vscode.ThemeColor => new vscode.ThemeColor(name);
const PRIORITY_ICONS = {
  P0: new vscode.ThemeIcon('flame', color('charts.red')),
  P1: new vscode.ThemeIcon('warning', color('charts.orange')),
};

/**
 * The rows of the *Loop Runs* view: one per run; beneath those of Loop 1 the scenarios that weigh most and the iterations, beneath the
 * newest of Loop 2 its phases with their tasks, and its princesses.
 */
export class LoopRunsTree implements vscode.TreeDataProvider<LoopNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onDidChangeTreeData = this.changed.event;
  /** What is shown now, or was never. */
  private shown = '';
  private timer: NodeJS.Timeout | undefined;
  onWaiting: (badge: vscode.ViewBadge | undefined) => void = () => undefined;

  constructor(
    private readonly runs: Loop1Runs,
    private readonly builds: Loop2Runs,
  ) {
    const tell = (): void => void this.tell();
    this.subscriptions = [
      runs.onDidChange(tell),
      builds.onDidChange(tell),
      builds.onDidProgress(() => this.tellLater()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.changed.fire(undefined)),
    ];
  }

  async getChildren(node?: LoopNode): Promise<LoopNode[]> {
    if (node) return childrenOfNode(node);
    const roots = await this.roots();
    this.shown = printOf(roots);
    const newest = roots.filter((root) => root.kind === 'loop2' || root.entry.isNewest);
    const value = newest.filter(({ entry }) => entry.run.status === 'waiting for you').length;
    const tooltip = plural(value, 'A run waits for you', '{0} runs wait for you');
    this.onWaiting(value > 0 ? { value, tooltip } : undefined);
    return roots;
  }

  private async roots(): Promise<RootNode[]> {
    const folders = this.runs.folders();
    const entries = await Promise.all(folders.map((folder) => this.runs.of(folder)));
    const builds = await Promise.all(folders.map((folder) => this.builds.newest(folder)));
    return folders.flatMap((_folder, at): RootNode[] => {
      const build = builds[at];
      const first = (entries[at] ?? []).slice(0, MAX_RUNS).map((entry): RootNode => ({ kind: 'run', entry }));
      return build ? [...first.slice(0, 1), { kind: 'loop2', entry: build }, ...first.slice(1)] : first;
    });
  }

  /** While rows are made anew nothing can be done with them: only where something has changed. */
  private async tell(): Promise<void> {
    const print = await this.roots().then(printOf, () => undefined);
    if (print !== undefined && print === this.shown) return;
    this.shown = print ?? '';
    this.changed.fire(undefined);
  }

  /** Workers take many steps, and each new row loses the pointer that is on the old one. */
  private tellLater(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.tell();
    }, STEPS_PAUSE);
  }

  getTreeItem(node: LoopNode): vscode.TreeItem {
    switch (node.kind) {
      case 'run':
        return runItem(node.entry);
      case 'card':
        return cardItem(node.entry, node.card);
      case 'iteration':
        return iterationItem(node.entry, node.record);
      case 'loop2':
      case 'phase':
      case 'task':
      case 'princess':
      case 'escalation':
        return itemOfLoop2(node);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}

function printOf(roots: readonly RootNode[]): string {
  return JSON.stringify(
    roots.map(({ kind, entry }) => {
      const { run, isElsewhere } = entry;
      const steps = kind === 'loop2' ? [...entry.progress.values()].map(({ doing }) => doing) : [];
      return [run.id, run.updatedAt, run.status, isElsewhere, steps];
    }),
  );
}

function childrenOfNode(node: LoopNode): LoopNode[] {
  switch (node.kind) {
    case 'run':
      return childrenOf(node.entry);
    case 'card':
    case 'iteration':
      return [];
    case 'loop2':
    case 'phase':
    case 'task':
    case 'princess':
    case 'escalation':
      return childrenOfLoop2(node);
  }
}

function childrenOf(entry: RunEntry): LoopNode[] {
  const worst = viewOf(entry.run, new Date())
    .columns.filter(({ priority }) => priority === 'P0' || priority === 'P1')
    .flatMap(({ cards }) => cards)
    .slice(0, MAX_CARDS);
  const iterations = [...entry.run.history].reverse();
  return [
    ...worst.map((card): LoopNode => ({ kind: 'card', entry, card })),
    ...iterations.map((record): LoopNode => ({ kind: 'iteration', entry, record })),
  ];
}

function runItem(entry: RunEntry): vscode.TreeItem {
  const { run, folder, isNewest } = entry;
  const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
  const hasChildren = run.premortem !== null;
  // What a narrow view cuts off is the end: how it stands comes first.
  const name = isNewest ? t('Loop 1') : new Date(run.createdAt).toLocaleString(locale());
  const hasSeveral = (vscode.workspace.workspaceFolders ?? []).length > 1;
  const goal = [hasSeveral ? oneLine(folder.name, 60) : '', oneLine(run.goal.text, 80)]
    .filter(Boolean)
    .join(': ');
  const item = new vscode.TreeItem(name, hasChildren ? (isNewest ? Expanded : Collapsed) : None);
  item.id = `loop1:${folder.uri.toString()}:${run.id}`;
  const step = run.status === 'running' && run.nextStep !== null ? `, ${stepWords(run.nextStep)}` : '';
  const rates =
    run.premortem === null
      ? ''
      : t('{0} % now, {1} % planned', grouped(run.failureRate), grouped(run.plannedRate));
  const state = entry.isElsewhere ? t('running in another window') : statusWords(run.status);
  const facts = [`${state}${step}`, rates, t('iteration {0}', run.iteration), goal].filter(Boolean);
  item.description = facts.join(' · ');
  item.iconPath = RUN_ICONS[run.status];
  item.tooltip = [name, ...facts, oneLine(run.reason, 500), new Date(run.createdAt).toLocaleString(locale())]
    .filter(Boolean)
    .join('\n');
  item.contextValue = contextOf(entry);
  item.accessibilityInformation = { label: `${name}, ${facts.join(', ')}` };
  item.command = openCommand(entry);
  return item;
}

/** What can be done with a run; `package.json` decides by it which actions a row has. */
function contextOf({ run, isNewest, isElsewhere }: RunEntry): string {
  if (isElsewhere) return 'loop1-elsewhere';
  if (!isNewest) return 'loop1-past';
  if (run.status === 'running') return 'loop1-running';
  if (run.nextStep !== null && run.status !== 'cancelled') return 'loop1-resumable';
  return run.status === 'waiting for you' ? 'loop1-idle-waiting' : 'loop1-idle';
}

function cardItem(entry: RunEntry, card: CardView): vscode.TreeItem {
  const title = oneLine(card.title, 200);
  const item = new vscode.TreeItem(title);
  item.id = `card:${entry.run.id}:${card.id}`;
  const weight = card.state === 'open' ? t('{0} points', grouped(card.share)) : cardStateWords(card.state);
  const [first] = card.evidence;
  item.description = [weight, first && `${oneLine(first.file, 100)}:${first.line}`]
    .filter(Boolean)
    .join(' · ');
  item.iconPath = card.priority === 'P0' ? PRIORITY_ICONS.P0 : PRIORITY_ICONS.P1;
  item.tooltip = `${card.priority}: ${title}\n${oneLine(card.prevention, 300)}`;
  item.accessibilityInformation = { label: `${card.priority}, ${title}, ${item.description}` };
  item.command = openCommand(entry, card.id);
  return item;
}

function iterationItem(
  entry: RunEntry,
  { iteration, now, planned, finishedAt }: IterationRecord,
): vscode.TreeItem {
  const item = new vscode.TreeItem(t('Iteration {0}', iteration));
  item.id = `iteration:${entry.run.id}:${iteration}`;
  item.description = t('{0} % now, {1} % planned', grouped(now), grouped(planned));
  item.iconPath = new vscode.ThemeIcon('history');
  item.tooltip = new Date(finishedAt).toLocaleString(locale());
  item.command = openCommand(entry);
  return item;
}

function openCommand(entry: RunEntry, scenarioId?: string): vscode.Command {
  return { command: COMMANDS.openLoop1, title: t('Show Loop 1'), arguments: [{ entry }, scenarioId] };
}
