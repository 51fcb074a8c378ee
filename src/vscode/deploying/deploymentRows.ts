import * as vscode from 'vscode';
import { locale } from '../../base/texts';
import type { HistoryView } from '../../deploy/view/runView';
import { releaseLine } from '../../deploy/view/releaseView';
import type { Mood, ReleaseView } from '../../deploy/view/releaseView';
import { COMMANDS } from '../ids';
import type { ProjectConfigs } from '../projectConfigs';
import type { Deploys } from './deploys';
import { keyOf, targetsOfProject } from './targets';
import type { DeployTarget } from './targets';

/** Under a project that is deployed: what was, each time. */
export type DeploymentNode =
  | { kind: 'deployments'; key: string; target: DeployTarget }
  | { kind: 'release'; key: string; target: DeployTarget; release: ReleaseView }
  | { kind: 'note'; key: string; text: string };

/** The last ones; the page has all. */
const MAX_RELEASES = 5;

/** The rows about deploys in the tree of the containers. */
export class DeploymentRows {
  readonly onDidChange: vscode.Event<unknown>;

  constructor(
    private readonly deploys: Deploys,
    private readonly configs: ProjectConfigs,
  ) {
    this.onDidChange = deploys.onDidChange;
  }

  /** Rows for the project of this name: one, or none where no environment is written down. */
  of(project: string): DeploymentNode[] {
    const targets = targetsOfProject(this.configs.folders(), project);
    return targets.map((target) => ({ kind: 'deployments', key: `deployments:${keyOf(target)}`, target }));
  }

  /** Begins to look at what is kept where nobody has. */
  children({ target, key }: DeploymentNode & { kind: 'deployments' }): DeploymentNode[] {
    const deploys = this.deploys.of(target);
    const { history } = deploys.view();
    if (history.kind === 'looking') void deploys.look();
    const text = noteOf(history);
    if (text !== '') return [{ kind: 'note', key: `${key}:note`, text }];
    const releases = history.kind === 'ready' ? history.releases : [];
    return releases.slice(0, MAX_RELEASES).map((release) => ({
      kind: 'release',
      key: `release:${keyOf(target)}:${release.id}`,
      target,
      release,
    }));
  }

  item(node: DeploymentNode): vscode.TreeItem {
    switch (node.kind) {
      case 'note':
        return new vscode.TreeItem(node.text);
      case 'release':
        return releaseItem(node);
      case 'deployments': {
        const item = new vscode.TreeItem(
          vscode.l10n.t('Deployments'),
          vscode.TreeItemCollapsibleState.Collapsed,
        );
        const { run, interrupted } = this.deploys.of(node.target).view();
        const isBusy = run !== null && run.end === null && run.phase !== 'stopped';
        item.description =
          interrupted !== '' ? vscode.l10n.t('interrupted') : isBusy ? vscode.l10n.t('going on') : '';
        item.tooltip = interrupted || undefined;
        item.iconPath = new vscode.ThemeIcon(interrupted !== '' ? 'warning' : isBusy ? 'sync' : 'history');
        item.contextValue = 'deployments';
        // A row is read out by its tooltip otherwise.
        const state = item.description === '' ? '' : `, ${item.description}`;
        item.accessibilityInformation = { label: vscode.l10n.t('Deployments') + state };
        return item;
      }
    }
  }
}

function noteOf(history: HistoryView): string {
  if (history.kind === 'looking') return vscode.l10n.t('looking…');
  if (history.kind === 'failed') return history.text;
  return history.releases.length === 0 ? vscode.l10n.t('nothing deployed yet') : '';
}

const ICONS: Record<Mood, [icon: string, colour: string | undefined]> = {
  good: ['pass', 'testing.iconPassed'],
  bad: ['error', 'testing.iconFailed'],
  neutral: ['circle-outline', undefined],
};

function releaseItem(node: DeploymentNode & { kind: 'release' }): vscode.TreeItem {
  const { release } = node;
  const time = new Date(release.startedAt);
  const label = Number.isNaN(time.getTime()) ? release.startedAt : time.toLocaleString(locale());
  const item = new vscode.TreeItem(label);
  const [icon, colour] = ICONS[release.mood];
  item.description = releaseLine(release);
  item.iconPath = new vscode.ThemeIcon(
    icon,
    colour === undefined ? undefined : new vscode.ThemeColor(colour),
  );
  item.contextValue = release.canRollBack ? 'release-kept' : 'release';
  item.tooltip = [
    release.id,
    vscode.l10n.t('by {0}, took {1}, files {2}', release.by, release.duration, release.files),
    release.reason,
  ]
    .filter(Boolean)
    .join('\n');
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  item.command = {
    command: COMMANDS.showDeployments,
    title: vscode.l10n.t('Show Deployments'),
    arguments: [node],
  };
  return item;
}
