import * as vscode from 'vscode';
import type { FleetEngine } from '../appFleet';
import { UserError } from '../base/errors';
import { oneLine } from '../base/text';
import type { LogSource } from '../fleet/logs/logSession';
import { readTarget, targetKey, targetOf } from '../fleet/logs/logTarget';
import type { LogTarget } from '../fleet/logs/logTarget';
import { DEFAULT_LOG_SETTINGS } from '../protocol';
import { chooseContainers } from './containerCommands';
import { isContainerNode, isProjectNode } from './containersModel';
import type { ContainerNode, ContainersModel } from './containersModel';
import { LOG_VIEW } from './ids';
import type { LogPanel } from './logPanel';
import { pagesFolder, showPage } from './webviewPage';

/** What a tab follows, as it is kept over a reload of the window: targets by the setting of their engine. */
type Kept = { engine: string; targets: LogTarget[] }[];

const MAX_TARGETS = 200;

/** The tabs with logs: one for each choice of containers. */
export class LogPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly open = new Map<string, LogPanel>();
  private readonly registration = vscode.window.registerWebviewPanelSerializer(LOG_VIEW, this);

  constructor(
    private readonly engines: () => FleetEngine[],
    private readonly extensionUri: vscode.Uri,
  ) {}

  /** Shows the log of the selected rows: of containers, and of all containers of projects. */
  async show(model: ContainersModel, row: unknown, selected: unknown): Promise<void> {
    const nodes = await chosen(model, row, selected);
    if (nodes.length === 0) return;
    const kept: Kept = [];
    for (const { engine, container } of nodes.slice(0, MAX_TARGETS)) {
      const group = kept.find((each) => each.engine === engine.setting);
      const target = targetOf(container);
      if (!group) kept.push({ engine: engine.setting, targets: [target] });
      else if (!group.targets.some((each) => targetKey(each) === targetKey(target)))
        group.targets.push(target);
    }
    // Before it is looked for, or two calls at a time would open two of it.
    const { LogPanel } = await import('./logPanel');
    const known = this.open.get(keyOf(kept));
    if (known) {
      known.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(LOG_VIEW, titleOf(kept), vscode.ViewColumn.Active, {
      enableFindWidget: false,
    });
    await this.fill(panel, kept, LogPanel);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = readKept((state as { kept?: unknown } | undefined)?.kept);
    if (kept.length === 0) {
      panel.dispose();
      return;
    }
    await this.fill(panel, kept, (await import('./logPanel')).LogPanel);
  }

  dispose(): void {
    this.registration.dispose();
    for (const panel of this.open.values()) panel.dispose();
  }

  private async fill(panel: vscode.WebviewPanel, kept: Kept, Panel: typeof LogPanel): Promise<void> {
    const sources = kept.flatMap(({ engine, targets }): LogSource[] => {
      const found = this.engines().find(({ setting }) => setting === engine);
      return found ? [{ list: found.list, targets }] : [];
    });
    panel.title = titleOf(kept);
    panel.iconPath = new vscode.ThemeIcon('output');
    const key = keyOf(kept);
    this.open.set(key, new Panel(panel, sources));
    panel.onDidDispose(() => this.open.delete(key));
    await showPage(panel.webview, pagesFolder(this.extensionUri), 'logs', {
      settings: DEFAULT_LOG_SETTINGS,
      kept,
    });
  }
}

async function chosen(model: ContainersModel, row: unknown, selected: unknown): Promise<ContainerNode[]> {
  const rows: unknown[] = Array.isArray(selected) && selected.includes(row) ? selected : [row];
  const nodes = rows.flatMap((each) => {
    if (isProjectNode(each)) return model.containersIn(each);
    return isContainerNode(each) ? [each] : [];
  });
  if (nodes.length > 0) return nodes;
  if (rows.some(isProjectNode))
    throw new UserError(vscode.l10n.t('The project has no container'), vscode.l10n.t('Start it first.'));
  return chooseContainers(model, vscode.l10n.t('Show Logs'), undefined, undefined);
}

function keyOf(kept: Kept): string {
  return kept
    .map(({ engine, targets }) => `${engine}\n${targets.map(targetKey).sort().join('\n')}`)
    .join('\n\n');
}

function titleOf(kept: Kept): string {
  const targets = kept.flatMap((each) => each.targets);
  const [first] = targets;
  const projects = new Set(targets.map(({ project }) => project));
  const [project] = projects;
  if (targets.length === 1 && first) return vscode.l10n.t('Log: {0}', oneLine(first.name, 60));
  return projects.size === 1 && project
    ? vscode.l10n.t('Log: {0}', oneLine(project, 60))
    : vscode.l10n.t('Log: {0} +{1}', oneLine(first?.name ?? '', 40), targets.length - 1);
}

/** What a page kept was ours once, and may be anything now. */
function readKept(value: unknown): Kept {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 20).flatMap((group: unknown) => {
    const { engine, targets } = (group ?? {}) as { engine?: unknown; targets?: unknown };
    if (typeof engine !== 'string' || !Array.isArray(targets)) return [];
    return [{ engine, targets: targets.slice(0, MAX_TARGETS).flatMap((each) => readTarget(each) ?? []) }];
  });
}
