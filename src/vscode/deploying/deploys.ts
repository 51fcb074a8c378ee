import * as vscode from 'vscode';
import type { ProjectConfigs } from '../projectConfigs';
import { EnvironmentDeploys } from './environmentDeploys';
import type { DeployTools } from './environmentDeploys';
import { keyOf, targetsOf } from './targets';
import type { DeployTarget } from './targets';

/** What is known of the deploys of every environment that was looked at. */
export class Deploys implements vscode.Disposable {
  private readonly known = new Map<string, EnvironmentDeploys>();
  private readonly changed = new vscode.EventEmitter<EnvironmentDeploys>();
  private readonly subscription: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly tools: DeployTools,
    configs: ProjectConfigs,
  ) {
    this.subscription = configs.onDidChange(() => {
      for (const target of configs.folders().flatMap(targetsOf)) {
        const known = this.known.get(keyOf(target));
        if (known) known.target = target;
      }
    });
  }

  of(target: DeployTarget): EnvironmentDeploys {
    const key = keyOf(target);
    const known = this.known.get(key);
    if (known) {
      known.target = target;
      return known;
    }
    const made = new EnvironmentDeploys(target, this.tools);
    made.onDidChange(() => this.changed.fire(made));
    this.known.set(key, made);
    return made;
  }

  all(): EnvironmentDeploys[] {
    return [...this.known.values()];
  }

  dispose(): void {
    this.subscription.dispose();
    for (const each of this.known.values()) each.dispose();
    this.changed.dispose();
  }
}
