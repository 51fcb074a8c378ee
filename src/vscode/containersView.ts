import * as vscode from 'vscode';
import type { FleetEngine } from '../appFleet';
import type { AuditReport } from '../audit/report';
import { messageOf } from '../base/errors';
import { oneLine } from '../base/text';
import { countOf } from '../base/texts';
import type { ContainersState } from '../fleet/containerList';
import type { ProjectConfig } from '../fleet/projects';
import { containerItem, tooltipOf } from './containerRows';
import type { LateRows } from './deploying/deployContributions';
import { ContainersModel, engineName, summaryOf, unhealthyIn } from './containersModel';
import type { EngineNode, FleetNode, ProjectNode } from './containersModel';
import type { EngineStatus } from './engineStatus';
import { VIEWS } from './ids';
import { UsageColumn } from './usageColumn';

/** Uptime is shown in minutes. In milliseconds. */
const TICK = 60_000;
/** How long the first rows wait for the engine's answer instead of saying that it is looked for. In milliseconds. */
const FIRST_LOOK = 400;
/** A tooltip is no reason to wait for long. In milliseconds. */
const TOOLTIP_LIMIT = 3000;

export interface ContainersSource {
  engines: () => FleetEngine[];
  groupBy: () => 'project' | 'engine' | 'flat';
  configs: () => readonly ProjectConfig[];
  deployments: LateRows;
}

/** The *Containers* view. Its engines are followed only while it is visible, its open rows measured. */
export class ContainersView implements vscode.TreeDataProvider<FleetNode>, vscode.Disposable {
  readonly model: ContainersModel;
  private readonly changed = new vscode.EventEmitter<FleetNode | undefined>();
  private readonly view: vscode.TreeView<FleetNode>;
  private readonly subscriptions: vscode.Disposable[] = [];
  private readonly watched = new Map<FleetEngine, () => void>();
  private readonly usage: UsageColumn;
  private ticking: NodeJS.Timeout | undefined;
  /** Ends the wait for the first answers of engines. */
  private readonly waiting = new Set<() => void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly source: ContainersSource,
    private readonly status: EngineStatus,
  ) {
    this.model = new ContainersModel(source.engines, source.groupBy, source.configs, source.deployments);
    this.view = vscode.window.createTreeView(VIEWS.containers, {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.usage = new UsageColumn(this.model, this.view, (node) => this.changed.fire(node));
    this.subscriptions.push(
      this.view,
      this.changed,
      this.usage,
      this.view.onDidChangeVisibility(() => this.follow()),
      source.deployments.onDidChange(() => this.changed.fire(undefined)),
    );
    this.follow();
  }

  async getChildren(node?: FleetNode): Promise<FleetNode[]> {
    if (node) {
      this.usage.opened(node);
      return this.model.children(node);
    }
    await this.firstLook();
    return this.model.roots();
  }

  /**
   * Until each engine that is followed has answered, or is known not to. The editor takes changes of a tree that come within 200 ms as one,
   * which would hold the first rows back for that long.
   */
  private firstLook(): Promise<void> {
    if (!this.isLooking()) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, FIRST_LOOK);
      this.waiting.add(end);
    });
  }

  private isLooking(): boolean {
    return [...this.watched.keys()].some((engine) => this.model.stateOf(engine).kind === 'looking');
  }

  getTreeItem(node: FleetNode): vscode.TreeItem {
    switch (node.kind) {
      case 'container':
        return containerItem(node.container, node.key, this.usage.textOf(node));
      case 'project':
        return projectItem(node, this.model.deploymentsOf(node).length > 0);
      case 'engine':
        return engineItem(node);
      case 'deployments':
      case 'release':
      case 'note': {
        const item = this.source.deployments.item(node);
        item.id = node.key;
        return item;
      }
      case 'sandboxes': {
        const item = new vscode.TreeItem(
          vscode.l10n.t('Sandboxes of audits'),
          vscode.TreeItemCollapsibleState.Expanded,
        );
        item.id = node.key;
        item.description = countOf(node.count, 'sandbox');
        item.iconPath = new vscode.ThemeIcon('shield');
        item.contextValue = 'sandboxes';
        return item;
      }
    }
  }

  async resolveTreeItem(
    item: vscode.TreeItem,
    node: FleetNode,
    token: vscode.CancellationToken,
  ): Promise<vscode.TreeItem> {
    if (node.kind !== 'container') return item;
    const cancel = new AbortController();
    const subscription = token.onCancellationRequested(() => cancel.abort());
    const signal = AbortSignal.any([cancel.signal, AbortSignal.timeout(TOOLTIP_LIMIT)]);
    try {
      const engine = await node.engine.engine.connect(signal);
      item.tooltip = tooltipOf(node.container, await engine.inspectContainer(node.container.id, signal));
    } catch {
      item.tooltip = tooltipOf(node.container, undefined);
    } finally {
      subscription.dispose();
    }
    return item;
  }

  /** Looks at once instead of at the next try. */
  refresh(): void {
    for (const engine of this.watched.keys()) engine.list.refresh();
  }

  /** The settings have changed: other engines may be shown, or in another way. */
  reconfigure(): void {
    this.follow();
    this.changed.fire(undefined);
  }

  setFilter(text: string): void {
    this.model.setFilter(text);
    this.view.message = text.trim() === '' ? '' : vscode.l10n.t('Filter: {0}', oneLine(text, 100));
    this.changed.fire(undefined);
  }

  /** An audit has just used the engine, or missed it: no need to ask it again. */
  afterAudit(report: AuditReport): void {
    const production = report.stages.find((stage) => stage.stage === 'production');
    if (production?.nextStep === 'start-engine') this.status.set('unavailable');
    else if (production?.tests) this.status.set('available');
  }

  dispose(): void {
    for (const stop of this.watched.values()) stop();
    clearInterval(this.ticking);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private follow(): void {
    const wanted = this.view.visible ? this.source.engines() : [];
    for (const [engine, stop] of this.watched) {
      if (wanted.includes(engine)) continue;
      stop();
      this.watched.delete(engine);
      if (this.view.visible) this.model.forget(engine);
    }
    for (const engine of wanted) {
      if (this.watched.has(engine)) continue;
      const stops = [
        engine.list.watch((state, changed) => this.show(engine, state, changed)),
        this.usage.follow(engine),
      ];
      this.watched.set(engine, () => stops.forEach((each) => each()));
    }
    clearInterval(this.ticking);
    this.ticking = this.view.visible ? setInterval(() => this.changed.fire(undefined), TICK) : undefined;
    // What the rows say of a time when nobody looked is old.
    if (this.view.visible) this.changed.fire(undefined);
  }

  private show(engine: FleetEngine, state: ContainersState, changed?: ReadonlySet<string>): void {
    this.model.setState(engine, state);
    // Nothing that is shown has changed, and who has just begun to follow tells of that.
    if (state.kind === 'looking') return;
    if (engine.setting === '') this.status.set(state.kind === 'ready' ? 'available' : 'unavailable');
    if (this.waiting.size === 0) this.tell(engine, changed);
    else if (!this.isLooking()) for (const end of this.waiting) end();
    this.showBadge();
  }

  private tell(engine: FleetEngine, changed: ReadonlySet<string> | undefined): void {
    const nodes = changed && this.model.changedNodes(engine, changed);
    if (nodes) for (const node of nodes) this.changed.fire(node);
    else {
      this.model.prune();
      this.changed.fire(undefined);
    }
  }

  private showBadge(): void {
    const unhealthy = unhealthyIn(this.model.all());
    this.view.badge =
      unhealthy === 0
        ? undefined
        : { value: unhealthy, tooltip: vscode.l10n.t('{0} unhealthy', countOf(unhealthy, 'container')) };
  }
}

function projectItem({ key, project }: ProjectNode, isDeployed: boolean): vscode.TreeItem {
  const name = oneLine(project.name, 200);
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = key;
  const summary = summaryOf(project);
  item.description = summary;
  item.iconPath = new vscode.ThemeIcon(project.isProduction ? 'globe' : 'layers');
  item.contextValue = isDeployed ? 'project-deployed' : 'project';
  item.tooltip = [
    name,
    project.workspacePath ? vscode.l10n.t('workspace: {0}', oneLine(project.workspacePath, 300)) : '',
    project.productionPath ? vscode.l10n.t('production: {0}', oneLine(project.productionPath, 300)) : '',
    project.missing.length > 0 ? vscode.l10n.t('missing: {0}', oneLine(project.missing.join(', '), 300)) : '',
  ]
    .filter(Boolean)
    .join('\n');
  item.accessibilityInformation = { label: vscode.l10n.t('Project {0}, {1}', name, summary) };
  return item;
}

function engineItem({ key, engine, state }: EngineNode): vscode.TreeItem {
  const item = new vscode.TreeItem(engineName(engine), vscode.TreeItemCollapsibleState.Expanded);
  item.id = key;
  item.contextValue = 'engine';
  item.iconPath = new vscode.ThemeIcon(state.kind === 'unavailable' ? 'debug-disconnect' : 'server');
  item.description =
    state.kind === 'ready'
      ? countOf(state.containers.length, 'container')
      : state.kind === 'looking'
        ? vscode.l10n.t('looking…')
        : oneLine(messageOf(state.error), 200);
  item.tooltip = item.description;
  return item;
}
