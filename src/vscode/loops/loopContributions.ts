import * as vscode from 'vscode';
import { messageWithNextStep } from '../../base/errors';
import type { Loop2 } from '../../loops/loop2/loop2';
import type { ProjectState } from '../../repositories/projectState';
import type { Handler } from '../commands';
import {
  KEPT_SCHEME,
  LOOP1_COMMANDS,
  LOOP1_VIEW,
  LOOP2_COMMANDS,
  LOOP2_VIEW,
  PROPOSAL_SCHEME,
  REMEDY_SCHEME,
  TASK_SCHEME,
  VERIFIED_SCHEME,
  VIEWS,
} from '../ids';
import { OnDemand } from '../onDemand';
import { FolderChanges, foldersOnDisk } from './folderLoops';
import type { LoopFeatureParts, LoopFeatures } from './loopFeatures';
import type { LoopNode } from './loopRunsView';

const SCHEMES = [KEPT_SCHEME, PROPOSAL_SCHEME, REMEDY_SCHEME, TASK_SCHEME, VERIFIED_SCHEME];

/** What loops contribute to the editor. The rest is loaded once there is a run, a tab of one, or a command is called. */
export class LoopContributions implements vscode.Disposable {
  readonly commands: [string, Handler][];
  private readonly features: OnDemand<LoopFeatures>;
  private readonly changed = new vscode.EventEmitter<undefined>();
  /** Of folders without a run, where another window may begin one. */
  private readonly begun = new FolderChanges();
  private readonly view: vscode.TreeView<LoopNode>;
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly parts: Omit<LoopFeatureParts, 'onProblem'>) {
    const onProblem = (error: unknown): void => parts.logger.warn(`Loops: ${messageWithNextStep(error)}`);
    this.features = new OnDemand(async () => {
      const { LoopFeatures } = await import('./loopFeatures');
      const features = new LoopFeatures({ ...parts, onProblem });
      features.rows.onDidChangeTreeData(() => this.changed.fire(undefined));
      features.rows.onWaiting = (badge) => {
        this.view.badge = badge;
      };
      return features;
    });
    // What is loaded tells of its changes itself.
    const look = (): void => {
      if (!this.features.isMade) this.changed.fire(undefined);
    };
    this.view = vscode.window.createTreeView<LoopNode>(VIEWS.loopRuns, {
      treeDataProvider: {
        onDidChangeTreeData: this.changed.event,
        getChildren: (node) => this.children(node),
        getTreeItem: async (node) => (await this.features.get()).rows.getTreeItem(node),
      },
    });
    this.subscriptions = vscode.Disposable.from(
      this.begun.onDidChange(look),
      vscode.workspace.onDidChangeWorkspaceFolders(look),
      this.pagesOf(LOOP1_VIEW, (features) => features.pages),
      this.pagesOf(LOOP2_VIEW, (features) => features.building.pages),
    );
    const ids = Object.values({ ...LOOP1_COMMANDS, ...LOOP2_COMMANDS });
    this.commands = ids.map((id) => [
      id,
      async (...parameters) => (await this.features.get()).commands[id](...parameters),
    ]);
    this.lookBack().catch(onProblem);
  }

  /** The one for all who ask in this window, so that its rows show what is done through it. */
  async loop2Of(folder: vscode.WorkspaceFolder): Promise<Loop2> {
    return (await this.features.get()).loop2Of(folder);
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.features.dispose();
    this.view.dispose();
    this.begun.dispose();
    this.changed.dispose();
  }

  private async children(node: LoopNode | undefined): Promise<LoopNode[]> {
    if (!this.features.isMade) {
      for (const folder of foldersOnDisk()) {
        const { loop1Runs, loop2Runs } = this.stateOf(folder);
        this.begun.watch(folder, (tell) => [loop1Runs.onDidChange(tell), loop2Runs.onDidChange(tell)]);
      }
      if (!(await this.hasRuns())) return [];
    }
    return (await this.features.get()).rows.getChildren(node);
  }

  private pagesOf(
    view: string,
    pages: (features: LoopFeatures) => vscode.WebviewPanelSerializer,
  ): vscode.Disposable {
    return vscode.window.registerWebviewPanelSerializer(view, {
      deserializeWebviewPanel: async (tab, state) =>
        pages(await this.features.get()).deserializeWebviewPanel(tab, state),
    });
  }

  /** What happened while no window was open; where no loop was ever begun, nothing is loaded for it. */
  private async lookBack(): Promise<void> {
    if (hasTabOf(SCHEMES)) await this.features.get();
    if (await this.hasRuns()) await (await this.features.get()).lookBack();
  }

  private async hasRuns(): Promise<boolean> {
    const newest = foldersOnDisk().map(async (folder) => {
      const state = this.stateOf(folder);
      // A folder that nothing is kept of stays that way.
      if (!(await state.exists())) return [];
      return (await Promise.all([state.loop1Runs.list(1), state.loop2Runs.list(1)])).flat();
    });
    return (await Promise.all(newest)).flat().length > 0;
  }

  private stateOf(folder: vscode.WorkspaceFolder): ProjectState {
    return this.parts.app.states.of(folder.uri.toString());
  }
}

/** A document that is open from before the window was loaded. */
function hasTabOf(schemes: readonly string[]): boolean {
  const inputs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ input }) => input));
  return inputs.some((input) => {
    const { uri, original, modified } = (input ?? {}) as Record<string, vscode.Uri | undefined>;
    return [uri, original, modified].some((each) => each !== undefined && schemes.includes(each.scheme));
  });
}
