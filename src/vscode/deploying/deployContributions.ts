import * as vscode from 'vscode';
import { messageOf } from '../../base/errors';
import type { Handler } from '../commands';
import { DEPLOY_COMMANDS, DEPLOY_VIEW } from '../ids';
import { OnDemand } from '../onDemand';
import type { DeployFeatureParts, DeployFeatures } from './deployFeatures';
import type { DeploymentNode, DeploymentRows } from './deploymentRows';

/** Rows about deploys in the tree of the containers; there are none before an environment is known. */
export type LateRows = Pick<DeploymentRows, 'of' | 'children' | 'item' | 'onDidChange'>;

/** What deploys contribute to the editor. The rest is loaded once a file writes down an environment, or a command is called. */
export class DeployContributions implements vscode.Disposable {
  readonly commands: [string, Handler][];
  readonly rows: LateRows;
  private readonly features: OnDemand<DeployFeatures>;
  private readonly changed = new vscode.EventEmitter<unknown>();
  private readonly subscriptions: vscode.Disposable;
  /** Once they are loaded. */
  private loaded: DeploymentRows | undefined;

  constructor(private readonly parts: DeployFeatureParts) {
    this.features = new OnDemand(async () => {
      const { DeployFeatures } = await import('./deployFeatures');
      const features = new DeployFeatures(parts);
      this.loaded = features.rows;
      features.rows.onDidChange((each) => this.changed.fire(each));
      this.changed.fire(undefined);
      return features;
    });
    this.rows = {
      onDidChange: this.changed.event,
      of: (project) => this.loaded?.of(project) ?? [],
      children: (node: DeploymentNode & { kind: 'deployments' }) => this.loaded?.children(node) ?? [],
      item: (node) => this.loaded?.item(node) ?? new vscode.TreeItem(''),
    };
    this.commands = Object.values(DEPLOY_COMMANDS).map((id) => [
      id,
      async (...parameters) => (await this.features.get()).commands[id](...parameters),
    ]);
    const look = (): void => this.look();
    this.subscriptions = vscode.Disposable.from(
      parts.configs.onDidChange(look),
      vscode.workspace.onDidGrantWorkspaceTrust(look),
      vscode.window.registerWebviewPanelSerializer(DEPLOY_VIEW, {
        deserializeWebviewPanel: async (tab, state) =>
          (await this.features.get()).pages.deserializeWebviewPanel(tab, state),
      }),
    );
    look();
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.features.dispose();
    this.changed.dispose();
  }

  /** An environment may have been left in the middle of a deploy, or wants to be deployed by itself. */
  private look(): void {
    const { configs, logger } = this.parts;
    if (!configs.folders().some(({ projects }) => projects.length > 0)) return;
    this.features.get().catch((error: unknown) => logger.warn(`Deploys: ${messageOf(error)}`));
  }
}
