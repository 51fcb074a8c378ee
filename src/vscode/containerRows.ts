import * as vscode from 'vscode';
import { oneLine } from '../base/text';
import { portText, uptimeSeconds } from '../fleet/containers';
import type { FleetContainer } from '../fleet/containers';
import { stateWords, uptimeWords } from '../fleet/words';
import type { ContainerDetails } from '../engine/inspect';

/** How a container looks in the tree. */
export function containerItem(container: FleetContainer, id: string, usage: string): vscode.TreeItem {
  const name = oneLine(container.name, 200);
  const item = new vscode.TreeItem(name);
  item.id = id;
  item.iconPath = iconOf(container);
  const description = describe(container, usage);
  item.description = description;
  item.contextValue = contextOf(container);
  item.accessibilityInformation = { label: `${name}, ${stateWords(container)}, ${description}` };
  return item;
}

/** Short facts first: a side bar is narrow. */
function describe(container: FleetContainer, usage: string): string {
  const seconds = uptimeSeconds(container, Date.now());
  const ports = container.ports.flatMap(({ published }) => (published ? [`:${published.port}`] : []));
  const isPlain = container.state === 'running' && container.health === 'none';
  const state = seconds !== undefined && isPlain ? '' : stateWords(container);
  return [
    container.isPrimary ? vscode.l10n.t('primary') : '',
    state,
    seconds === undefined ? '' : vscode.l10n.t('up {0}', uptimeWords(seconds)),
    usage,
    [...new Set(ports)].slice(0, 4).join(' '),
    container.isSandbox ? '' : oneLine(container.image, 60),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What the menus look at: the state, then what can be done with it. */
function contextOf(container: FleetContainer): string {
  if (container.isSandbox) return 'sandbox';
  const hasPort = container.ports.some(({ published, protocol }) => published && protocol === 'tcp');
  return `container-${container.state}${hasPort ? '-port' : ''}`;
}

function iconOf(container: FleetContainer): vscode.ThemeIcon {
  const icon = (name: string, colour?: string): vscode.ThemeIcon =>
    new vscode.ThemeIcon(name, colour === undefined ? undefined : new vscode.ThemeColor(colour));
  if (container.isSandbox) return icon('shield');
  switch (container.state) {
    case 'running':
      if (container.health === 'unhealthy') return icon('warning', 'problemsWarningIcon.foreground');
      if (container.health === 'starting') return icon('sync', 'charts.blue');
      if (container.health === 'healthy') return icon('pass-filled', 'testing.iconPassed');
      return icon('debug-start', 'testing.iconPassed');
    case 'paused':
      return icon('debug-pause', 'charts.yellow');
    case 'restarting':
      return icon('debug-restart', 'problemsWarningIcon.foreground');
    case 'exited':
      return (container.exitCode ?? 0) === 0 ? icon('debug-stop') : icon('debug-stop', 'testing.iconFailed');
    case 'dead':
      return icon('error', 'testing.iconFailed');
    default:
      return icon('circle-outline');
  }
}

/** Plain text: what a container says of itself must not become markup. */
export function tooltipOf(container: FleetContainer, details: ContainerDetails | undefined): string {
  const lines = [
    oneLine(container.name, 200),
    vscode.l10n.t('state: {0}', stateWords(container)),
    vscode.l10n.t('image: {0}', oneLine(container.image, 200)),
    ...(container.project ? [vscode.l10n.t('project: {0}', oneLine(container.project, 200))] : []),
    ...(container.ports.length > 0
      ? [vscode.l10n.t('ports: {0}', container.ports.slice(0, 20).map(portText).join(', '))]
      : []),
  ];
  if (details) {
    const { mounts, networks, probes, restartCount } = details;
    if (restartCount > 0) lines.push(vscode.l10n.t('restarted by the engine: {0} times', restartCount));
    if (mounts.length > 0)
      lines.push(vscode.l10n.t('mounts:'), ...mounts.slice(0, 10).map((mount) => `  ${oneLine(mount, 200)}`));
    if (networks.length > 0) lines.push(vscode.l10n.t('networks: {0}', oneLine(networks.join(', '), 300)));
    if (probes.length > 0) lines.push(vscode.l10n.t('health checks, newest last:'));
    for (const { exitCode, output } of probes)
      lines.push(
        vscode.l10n.t('  exit code {0}: {1}', exitCode, oneLine(output, 200) || vscode.l10n.t('(no output)')),
      );
  }
  return lines.join('\n');
}
