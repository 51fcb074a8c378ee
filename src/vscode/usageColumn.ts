import type * as vscode from 'vscode';
import type { FleetEngine } from '../appFleet';
import { usageText } from '../fleet/metrics';
import type { ContainerNode, ContainersModel, FleetNode } from './containersModel';

/** Processor and memory in the rows that are shown. Only containers under open rows are measured. */
export class UsageColumn implements vscode.Disposable {
  private readonly open = new Set<string>();
  private readonly texts = new Map<string, string>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly model: ContainersModel,
    view: vscode.TreeView<FleetNode>,
    private readonly onChange: (node: FleetNode) => void,
  ) {
    this.subscriptions = [
      view.onDidExpandElement(({ element }) => this.open.add(element.key)),
      view.onDidCollapseElement(({ element }) => this.open.delete(element.key)),
    ];
  }

  /** The editor has asked for what is below: it asks for nothing below a row that it shows closed. */
  opened(node: FleetNode): void {
    this.open.add(node.key);
  }

  /** Measures the rows of an engine until the function returned is called. */
  follow(engine: FleetEngine): () => void {
    const stop = engine.metrics.watch({
      ids: () => this.shown(engine),
      onRound: (ids) => this.show(engine, ids),
    });
    return () => {
      stop();
      this.texts.clear();
    };
  }

  /** Empty while it is not known. */
  textOf({ engine, container, key }: ContainerNode): string {
    const metrics = isMeasured(container) ? engine.metrics.latest(container.id) : undefined;
    const text = metrics ? usageText(metrics) : '';
    this.texts.set(key, text);
    return text;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private shown(engine: FleetEngine): string[] {
    const nodes = this.model.shownIn(this.model.roots(), ({ key }) => this.open.has(key));
    return nodes
      .filter((node) => node.engine === engine && isMeasured(node.container))
      .map(({ container }) => container.id);
  }

  private show(engine: FleetEngine, ids: ReadonlySet<string>): void {
    for (const id of ids) {
      const node = this.model.nodeOf(engine, id);
      if (node?.kind !== 'container') continue;
      const before = this.texts.get(node.key);
      if (this.textOf(node) !== before) this.onChange(node);
    }
  }
}

function isMeasured({ state }: ContainerNode['container']): boolean {
  return state === 'running' || state === 'paused';
}
