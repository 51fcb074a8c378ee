import * as path from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../app';
import type { Logger } from '../base/logger';
import { oneLine } from '../base/text';
import type { ContainerVerb } from '../engine/connection';
import { statusText } from '../fleet/status';
import type { Settings } from '../settings';
import { AlertMessages } from './alertMessages';
import { AlertWebhook } from './alertWebhook';
import { chooseContainers, copyIds, openPort, operateContainers, pruneSandboxes } from './containerCommands';
import { ContainersView } from './containersView';
import type { LateRows } from './deploying/deployContributions';
import { DetailsPanels } from './detailsPanels';
import type { EngineStatus } from './engineStatus';
import { COMMANDS, PAGE_SCHEME, SETTINGS, SETTINGS_SECTION } from './ids';
import { LogPanels } from './logPanels';
import type { ProjectConfigs } from './projectConfigs';
import type { RestartParts } from './restartCommand';
import { selectEngine } from './selectEngine';
import { openShell } from './shellTerminal';
import { loadProjects } from './statusCommand';
import { KeptPages } from './keptPages';

type Handler = (...parameters: unknown[]) => Promise<unknown>;

const OPERATIONS: [string, ContainerVerb][] = [
  [COMMANDS.startContainer, 'start'],
  [COMMANDS.stopContainer, 'stop'],
  [COMMANDS.restartContainer, 'restart'],
  [COMMANDS.pauseContainer, 'pause'],
  [COMMANDS.unpauseContainer, 'unpause'],
  [COMMANDS.killContainer, 'kill'],
  [COMMANDS.removeContainer, 'remove'],
];

interface ContainerParts {
  settings: () => Settings;
  status: EngineStatus;
  context: vscode.ExtensionContext;
  logger: Logger;
  configs: ProjectConfigs;
  deployments: LateRows;
}

/** Loaded when a project is restarted for the first time. */
const restartWith = (parts: RestartParts): Handler => {
  return async (row) => (await import('./restartCommand')).restartProject(parts, row);
};

/** The *Containers* view with all that can be done in it. */
export function createContainers(
  app: App,
  { settings, status, context, logger, configs, deployments }: ContainerParts,
): { view: ContainersView; commands: [string, Handler][]; disposable: vscode.Disposable } {
  const { extensionUri } = context;
  const pages = new KeptPages(PAGE_SCHEME);
  const logs = new LogPanels(() => app.engines(), extensionUri);
  const details = new DetailsPanels(
    () => app.engines(),
    () => view.model,
    extensionUri,
  );
  const view: ContainersView = new ContainersView(
    {
      engines: () => app.engines(),
      groupBy: () => settings().groupBy,
      configs: () => configs.get(),
      deployments,
    },
    status,
  );
  const { model } = view;
  const { operator } = app;
  configs.onDidChange(() => view.reconfigure());
  const webhook = new AlertWebhook(context.secrets, logger);
  const claims = path.join(context.globalStorageUri.fsPath, 'alerts');
  const alerts = new AlertMessages(
    { app, model, settings, logger, webhook, claims },
    {
      'Show Logs': (nodes) => logs.show(model, nodes[0], nodes),
      Restart: (nodes) => operateContainers('restart', { model, operator }, nodes[0], nodes),
    },
  );
  const operate = (verb: ContainerVerb): Handler => {
    return (row, selected) => operateContainers(verb, { model, operator }, row, selected);
  };
  const commands: [string, Handler][] = [
    [COMMANDS.refreshContainers, async () => view.refresh()],
    [COMMANDS.selectEngine, () => selectEngine((signal) => app.findEngines(signal))],
    [COMMANDS.filterContainers, () => askFilter(view)],
    [COMMANDS.containersStatus, async () => showStatus(app, configs, pages)],
    ...OPERATIONS.map(([id, verb]): [string, Handler] => [id, operate(verb)]),
    [COMMANDS.restartProject, restartWith({ model, operator, pages })],
    [COMMANDS.showLogs, (row, selected) => logs.show(model, row, selected)],
    [COMMANDS.setAlertWebhook, () => webhook.ask()],
    [COMMANDS.showDetails, (row) => details.show(row)],
    [COMMANDS.openShell, (row) => openShell(model, row)],
    [COMMANDS.openPort, (row) => openPort(model, row)],
    [COMMANDS.inspectContainer, (row) => inspect(view, pages, row)],
    [COMMANDS.copyContainerId, (row, selected) => copyIds(model, row, selected)],
    [COMMANDS.pruneSandboxes, () => pruneSandboxes(() => app.sweep())],
  ];
  const changes = onSettings(app, view, alerts);
  return {
    view,
    commands,
    disposable: vscode.Disposable.from(view, pages, logs, details, alerts, changes),
  };
}

function onSettings(app: App, view: ContainersView, alerts: AlertMessages): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    const changed = (key: string): boolean => change.affectsConfiguration(`${SETTINGS_SECTION}.${key}`);
    if (changed(SETTINGS.engineHost)) app.switchEngine();
    if (changed(SETTINGS.otherEngines) || changed(SETTINGS.alerts)) alerts.follow();
    if (changed(SETTINGS.otherEngines) || changed(SETTINGS.groupBy)) view.reconfigure();
  });
}

async function askFilter(view: ContainersView): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Filter Containers'),
    prompt: vscode.l10n.t('Text in the name, image, project, state or health. Empty shows all.'),
    placeHolder: vscode.l10n.t('unhealthy'),
  });
  if (text !== undefined) view.setFilter(text);
}

async function showStatus(app: App, configs: ProjectConfigs, pages: KeptPages): Promise<void> {
  const projects = await loadProjects(app, configs.get());
  await pages.openText('containers status', statusText(projects, Date.now()));
}

async function inspect({ model }: ContainersView, pages: KeptPages, row: unknown): Promise<void> {
  const [node] = await chooseContainers(model, vscode.l10n.t('Inspect'), row, undefined);
  if (!node) return;
  const { id, name } = node.container;
  const described = await (await node.engine.engine.connect()).describeContainer(id);
  await pages.openText(oneLine(name, 100), `${JSON.stringify(described, undefined, 2)}\n`, 'json');
}
