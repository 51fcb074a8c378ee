import * as vscode from 'vscode';
import type { App, AppOptions } from '../app';
import type { AuditReport } from '../audit/report';
import { describeError, messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import { speak } from '../base/texts';
import type { Model } from '../loops/model';
import type { ProjectState } from '../repositories/projectState';
import { registerAgentTools } from './agentTools';
import { auditFiles, NEXT_STEPS } from './auditCommand';
import { AuditModel } from './auditModel';
import { AuditOnSave } from './auditOnSave';
import { createAuditsView } from './auditsView';
import { registerCommand } from './commands';
import { SettingsReader } from './configuration';
import { showConfigProblems } from './configDiagnostics';
import { createContainers } from './containerFeatures';
import { pruneDependencyImages, removeDependencyImages } from './dependencyCommands';
import type { AuditFiles } from './deploying/autoDeploy';
import { DeployContributions } from './deploying/deployContributions';
import { shipper } from './deploying/shipper';
import type { DependencyInstaller } from './dependencyInstaller';
import { EngineStatus } from './engineStatus';
import { firstSteps } from './firstSteps';
import { followFiles } from './followFiles';
import { COMMANDS, SETTINGS_SECTION } from './ids';
import { languageModels } from './languageModels';
import { channelLogger } from './log';
import { ProjectConfigs } from './projectConfigs';
import { createReportFeatures } from './reportFeatures';
import { LoopContributions } from './loops/loopContributions';
import { OnDemand } from './onDemand';
import { stateCommands } from './stateCommands';
import { SandboxDocument } from './sandboxDocument';
import { TestExplorer } from './testing/testExplorer';
import { selectImage } from './selectImage';

const SWEEP_DELAY_MS = 5000;
/** Of one window, and only after its first audit. */
const SANDBOXES_KEPT_READY = 1;

export type ExtensionContext = vscode.ExtensionContext;

/** The editor as the app needs it. */
export interface Host {
  appOptions: AppOptions;
  channel: vscode.LogOutputChannel;
  logger: Logger;
  /** For tasks of a Loop 2. */
  taskModel: (signal: AbortSignal) => Promise<Model>;
}

export function createHost(context: ExtensionContext): Host {
  speak(vscode.env.language, vscode.l10n.bundle);
  const channel = vscode.window.createOutputChannel('Seaworthy', { log: true });
  context.subscriptions.push(channel);
  const logger = channelLogger(channel);
  const settings = new SettingsReader(logger);
  const { scenarios, tasks } = languageModels(context.languageModelAccessInformation);
  const taskModel: Host['taskModel'] = (signal) => tasks.needed(signal);
  const appOptions: AppOptions = {
    distDirectory: vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath,
    storageDirectory: context.globalStorageUri.fsPath,
    settings: () => settings.read(),
    operationsFolder: () => vscode.workspace.workspaceFolders?.[0]?.uri.toString(),
    logger,
    languageModel: (signal) => scenarios.choose(signal),
    taskModel,
    sandboxesKeptReady: SANDBOXES_KEPT_READY,
    onStateMessage: (message) => void vscode.window.showWarningMessage(`Seaworthy: ${message}`),
  };
  return { appOptions, channel, logger, taskModel };
}

/** Registers all that is contributed. Synchronous; what takes time is started and not waited for. */
export function activateFeatures(context: ExtensionContext, host: Host, app: App): void {
  const { logger, channel } = host;
  const stateOf = (folder: vscode.WorkspaceFolder): ProjectState => app.states.of(folder.uri.toString());
  const model = new AuditModel((folder) => stateOf(folder).audits, logger);
  const status = new EngineStatus(async (signal) => app.describeEngine(signal), logger);
  const auditAll: AuditFiles = (...asked) => reports.auditFiles(...asked);
  const { view: containers, ...fleet } = createFleet(app, host, status, context, auditAll);
  const sandboxDocument = new SandboxDocument((signal) => app.checkSandbox(signal));
  const installer = installerOf(app, context, logger);
  const auditing = {
    beforeAudit: async (...about: Parameters<DependencyInstaller['installAgreed']>) =>
      (await installer.get()).installAgreed(...about),
    auditor: () => app.auditor,
    model,
    onSettingsProblem: settingsProblems(logger),
    onReport: (report: AuditReport) => containers.afterAudit(report),
  };
  const reports = createReportFeatures(app, auditing, context, { logger, reportIdOf });
  const loops = new LoopContributions({ app, context, logger, model: host.taskModel });
  const commands: [string, (...parameters: unknown[]) => Promise<unknown>][] = [
    [COMMANDS.auditFile, (uri, selected) => auditFiles(auditing, resourceOf(model, uri), selected)],
    [
      COMMANDS.proveWithMutants,
      (uri, selected) => auditFiles(auditing, resourceOf(model, uri), selected, true),
    ],
    [COMMANDS.cancelAudit, async (node) => cancelAudit(model, node)],
    [COMMANDS.installDependencies, async (uri) => (await installer.get()).install(resourceOf(model, uri))],
    [COMMANDS.revokeInstallConsent, async () => (await installer.get()).revoke()],
    [COMMANDS.removeDependencyImages, () => removeDependencyImages(app)],
    [COMMANDS.selectImage, () => selectImage(app, host.appOptions.settings)],
    [COMMANDS.checkEngine, () => status.check()],
    [COMMANDS.checkSandbox, () => sandboxDocument.show()],
    ...firstSteps(context),
    ...reports.commands,
    ...fleet.commands,
    ...loops.commands,
    ...stateCommands(stateOf),
    [COMMANDS.showLog, async () => channel.show()],
  ];
  context.subscriptions.push(
    model,
    sandboxDocument,
    reports.disposable,
    createAuditsView(model),
    new AuditOnSave(auditing, logger),
    new TestExplorer({ app, logger, nextSteps: NEXT_STEPS, ...auditing }),
    fleet.disposable,
    loops,
    registerAgentTools({ app, logger, context, loops, wide: reports.wide }),
    ...commands.map(([id, handler]) => registerCommand(logger, id, handler)),
  );
  // Findings of earlier sessions come back by themselves; nothing waits for them.
  void model.load().catch((error: unknown) => logger.error(describeError(error)));
  context.subscriptions.push(
    sweepLater(app, logger),
    followFiles(app.workspaceFacts, model),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SETTINGS_SECTION)) app.settingsChanged();
    }),
  );
}

/** What installs dependencies for audits. */
function installerOf(
  app: App,
  { workspaceState }: ExtensionContext,
  logger: Logger,
): OnDemand<DependencyInstaller> {
  return new OnDemand(async () => {
    const { DependencyInstaller } = await import('./dependencyInstaller');
    return new DependencyInstaller(app, workspaceState, logger);
  });
}

/** Containers, and deploys to them. */
function createFleet(
  app: App,
  { appOptions: { settings }, logger }: Host,
  status: EngineStatus,
  context: ExtensionContext,
  auditFiles: AuditFiles,
): ReturnType<typeof createContainers> {
  const configs = new ProjectConfigs();
  const { extensionUri } = context;
  const deploying = new DeployContributions({ app, configs, extensionUri, logger, shipper, auditFiles });
  const deployments = deploying.rows;
  const fleet = createContainers(app, { settings, status, context, logger, configs, deployments });
  const parts = [fleet.disposable, deploying, showConfigProblems(configs), configs];
  return {
    view: fleet.view,
    commands: [...fleet.commands, ...deploying.commands],
    disposable: vscode.Disposable.from(...parts),
  };
}

/** Each problem is shown once, with the way to the settings. */
function settingsProblems(logger: Logger): (problem: string) => void {
  const told = new Set<string>();
  return (problem) => {
    if (told.has(problem)) return;
    told.add(problem);
    logger.warn(`Settings: ${problem}`);
    void vscode.window
      .showWarningMessage(vscode.l10n.t('Seaworthy settings: {0}.', problem), vscode.l10n.t('Open Settings'))
      .then((chosen) => {
        if (chosen)
          void vscode.commands.executeCommand(
            'workbench.action.openSettings',
            '@ext:seaworthy.seaworthy rules',
          );
      });
  };
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
  void vscode.window.showInformationMessage(vscode.l10n.t('No audit is running.'));
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
