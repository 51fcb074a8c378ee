import * as vscode from 'vscode';
import type { AuditReport } from '../audit/report';
import { oneLine } from '../base/text';
import type { ContainerList, ContainersState, FleetContainer } from '../fleet/containers';
import type { EngineStatus } from './engineStatus';
import { VIEWS } from './ids';

/** The *Containers* view: name, state and image of each container, followed only while it is visible. */
export class ContainersView implements vscode.TreeDataProvider<FleetContainer>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly view: vscode.TreeView<FleetContainer>;
  private readonly subscriptions: vscode.Disposable[] = [];
  private containers: readonly FleetContainer[] = [];
  private stopWatching: (() => void) | undefined;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly list: ContainerList,
    private readonly status: EngineStatus,
  ) {
    this.view = vscode.window.createTreeView(VIEWS.containers, { treeDataProvider: this });
    this.subscriptions.push(
      this.view,
      this.changed,
      this.view.onDidChangeVisibility(() => this.follow()),
    );
    this.follow();
  }

  getChildren(container?: FleetContainer): FleetContainer[] {
    return container ? [] : [...this.containers];
  }

  getTreeItem(container: FleetContainer): vscode.TreeItem {
    const item = new vscode.TreeItem(oneLine(container.name, 200));
    item.id = container.id;
    item.description = `${container.state} · ${oneLine(container.image, 120)}`;
    item.iconPath = iconOf(container);
    const kind = container.isSandbox ? 'sandbox of a running audit' : (container.project ?? '');
    item.tooltip = [
      oneLine(container.name, 200),
      oneLine(container.status, 200),
      oneLine(container.image, 200),
      kind,
    ]
      .filter(Boolean)
      .join('\n');
    item.accessibilityInformation = { label: `${container.name}, ${container.state}, ${container.image}` };
    return item;
  }

  /** Looks at once instead of at the next try. */
  refresh(): void {
    this.list.refresh();
  }

  /** An audit has just used the engine, or missed it: no need to ask it again. */
  afterAudit(report: AuditReport): void {
    const production = report.stages.find((stage) => stage.stage === 'production');
    if (production?.nextStep === 'start-engine') this.status.set('unavailable');
    else if (production?.tests) this.status.set('available');
  }

  dispose(): void {
    this.stopWatching?.();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private follow(): void {
    if (!this.view.visible) {
      this.stopWatching?.();
      this.stopWatching = undefined;
    } else {
      this.stopWatching ??= this.list.watch((state) => this.show(state));
    }
  }

  private show(state: ContainersState): void {
    // While it looks again, what was last seen stays.
    if (state.kind === 'looking') return;
    this.containers = state.kind === 'ready' ? state.containers : [];
    this.status.set(state.kind === 'ready' ? 'available' : 'unavailable');
    this.changed.fire(undefined);
  }
}

function iconOf(container: FleetContainer): vscode.ThemeIcon {
  const colour = (name: string): vscode.ThemeColor => new vscode.ThemeColor(name);
  if (container.isSandbox) return new vscode.ThemeIcon('shield');
  if (/\(unhealthy\)/.test(container.status)) {
    return new vscode.ThemeIcon('warning', colour('problemsWarningIcon.foreground'));
  }
  switch (container.state) {
    case 'running':
      return new vscode.ThemeIcon('debug-start', colour('testing.iconPassed'));
    case 'paused':
      return new vscode.ThemeIcon('debug-pause');
    case 'restarting':
      return new vscode.ThemeIcon('debug-restart');
    case 'dead':
      return new vscode.ThemeIcon('error', colour('testing.iconFailed'));
    default:
      return new vscode.ThemeIcon('debug-stop');
  }
}
