import * as vscode from 'vscode';
import { messageWithNextStep } from '../../base/errors';
import type { Loop2 } from '../../loops/loop2/loop2';
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
import { foldersOnDisk } from './folderLoops';
import type { LoopFeatureParts, LoopFeatures } from './loopFeatures';
import type { LoopNode } from './loopRunsView';

const SCHEMES = [KEPT_SCHEME, PROPOSAL_SCHEME, REMEDY_SCHEME, TASK_SCHEME, VERIFIED_SCHEME];

/** What loops contribute to the editor. The rest is loaded once there is a run, a tab of one, or a command is called. */
export class LoopContributions implements vscode.Disposable {
  readonly commands: [string, Handler][];
  private readonly features: OnDemand<LoopFeatures>;
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly view: vscode.TreeView<LoopNode>;
  private readonly pages: vscode.Disposable;

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
    const rows = async (): Promise<LoopFeatures['rows']> => (await this.features.get()).rows;
    this.view = vscode.window.createTreeView<LoopNode>(VIEWS.loopRuns, {
      treeDataProvider: {
        onDidChangeTreeData: this.changed.event,
        getChildren: async (node) => (await rows()).getChildren(node),
        getTreeItem: async (node) => (await rows()).getTreeItem(node),
      },
    });
    this.pages = vscode.Disposable.from(
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
    this.pages.dispose();
    this.features.dispose();
    this.view.dispose();
    this.changed.dispose();
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
    const begun = await Promise.all(foldersOnDisk().map((folder) => this.hasRun(folder)));
    if (begun.includes(true)) await (await this.features.get()).lookBack();
  }

  private async hasRun(folder: vscode.WorkspaceFolder): Promise<boolean> {
    const state = this.parts.app.states.of(folder.uri.toString());
    // A folder that nothing is kept of stays that way.
    if (!(await state.exists())) return false;
    const first = await Promise.all([state.loop1Runs.list(1), state.loop2Runs.list(1)]);
    return first.flat().length > 0;
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
