import * as vscode from 'vscode';
import type { App, AppOptions } from '../app';
import type { AuditReport } from '../audit/report';
import { describeError, messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type { ProjectState } from '../repositories/projectState';
import { auditFiles } from './auditCommand';
import { AuditModel } from './auditModel';
import { createAuditsView } from './auditsView';
import { registerCommand } from './commands';
import { SettingsReader } from './configuration';
import { ContainersView } from './containersView';
import { installDependencies, pruneDependencyImages, removeDependencyImages } from './dependencyCommands';
import { EngineStatus } from './engineStatus';
import { showFindings } from './findings';
import { COMMANDS, SETTINGS_SECTION } from './ids';
import { channelLogger } from './log';
import { createLoopRunsView } from './loopRunsView';
import { selectEngine } from './selectEngine';
import { clearHistory, exportState, showStateFolder } from './stateCommands';
import { openReport, provideReports } from './reportDocument';
import { SandboxDocument } from './sandboxDocument';

const SWEEP_DELAY_MS = 5000;
/** Of one window, and only after its first audit. */
const SANDBOXES_KEPT_READY = 1;

export type ExtensionContext = vscode.ExtensionContext;

/** The editor as the app needs it. */
export interface Host {
  appOptions: AppOptions;
  channel: vscode.LogOutputChannel;
  logger: Logger;
}

export function createHost(context: ExtensionContext): Host {
  const channel = vscode.window.createOutputChannel('Seaworthy', { log: true });
  context.subscriptions.push(channel);
  const logger = channelLogger(channel);
  const settings = new SettingsReader(logger);
  const appOptions: AppOptions = {
    distDirectory: vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath,
    storageDirectory: context.globalStorageUri.fsPath,
    settings: () => settings.read(),
    logger,
    sandboxesKeptReady: SANDBOXES_KEPT_READY,
    onStateMessage: (message) => void vscode.window.showWarningMessage(`Seaworthy: ${message}`),
  };
  return { appOptions, channel, logger };
}

/** Registers all that is contributed. Synchronous; what takes time is started and not waited for. */
export function activateFeatures(context: ExtensionContext, host: Host, app: App): void {
  const { logger, channel } = host;
  const stateOf = (folder: vscode.WorkspaceFolder): ProjectState => app.stateOf(folder.uri.toString());
  const model = new AuditModel((folder) => stateOf(folder).audits, logger);
  const status = new EngineStatus(async (signal) => app.describeEngine(signal), logger);
  const containers = new ContainersView(app.containers, status);
  const sandboxDocument = new SandboxDocument((signal) => app.checkSandbox(signal));
  const auditing = {
    auditor: () => app.auditor,
    model,
    onReport: (report: AuditReport) => containers.afterAudit(report),
  };
  const commands: [string, (...parameters: unknown[]) => Promise<unknown>][] = [
    [COMMANDS.auditFile, (uri, selected) => auditFiles(auditing, resourceOf(model, uri), selected)],
    [COMMANDS.cancelAudit, async (node) => cancelAudit(model, node)],
    [COMMANDS.openReport, (id) => openReport(model, reportIdOf(id))],
    [COMMANDS.installDependencies, (uri) => installDependencies(app, resourceOf(model, uri))],
    [COMMANDS.removeDependencyImages, () => removeDependencyImages(app)],
    [COMMANDS.checkEngine, () => status.check()],
    [COMMANDS.checkSandbox, () => sandboxDocument.show()],
    [COMMANDS.selectEngine, () => selectEngine((signal) => app.findEngines(signal))],
    [COMMANDS.refreshContainers, async () => containers.refresh()],
    [COMMANDS.exportState, (target) => exportState(stateOf, target)],
    [COMMANDS.clearHistory, () => clearHistory(stateOf)],
    [COMMANDS.showStateFolder, () => showStateFolder(stateOf)],
    [COMMANDS.showLog, async () => channel.show()],
  ];
  context.subscriptions.push(
    model,
    sandboxDocument,
    showFindings(model, context.extensionUri),
    provideReports(model),
    createAuditsView(model),
    containers,
    createLoopRunsView(),
    ...commands.map(([id, handler]) => registerCommand(logger, id, handler)),
  );
  // Findings of earlier sessions come back by themselves; nothing waits for them.
  void model.load().catch((error: unknown) => logger.error(describeError(error)));
  context.subscriptions.push(sweepLater(app, logger));
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SETTINGS_SECTION)) app.settingsChanged();
    }),
  );
}

/** What a killed window left on the engine goes, but only once this one has finished starting. */
function sweepLater(app: App, logger: Logger): vscode.Disposable {
  const timer = setTimeout(() => {
    const swept = app.sweep().then(() => pruneDependencyImages(app, logger));
    swept.catch((error: unknown) => logger.debug(`Nothing was swept: ${messageOf(error)}`));
  }, SWEEP_DELAY_MS);
  return new vscode.Disposable(() => clearTimeout(timer));
}

/** From a row of the tree that one, from the palette all that run. */
function cancelAudit(model: AuditModel, node: unknown): void {
  const uri = (node as { uri?: unknown } | undefined)?.uri;
  if (model.cancel(uri instanceof vscode.Uri ? uri : undefined)) return;
  void vscode.window.showInformationMessage('No audit is running.');
}

/** Tree rows carry a report; menus give a resource. */
function resourceOf(model: AuditModel, argument: unknown): unknown {
  const id = reportIdOf(argument);
  return (id && model.find(id)?.uri) || argument;
}

function reportIdOf(argument: unknown): string {
  if (typeof argument === 'string') return argument;
  const entry = (argument as { entry?: { report?: { id?: unknown } } } | undefined)?.entry;
  return typeof entry?.report?.id === 'string' ? entry.report.id : '';
}
