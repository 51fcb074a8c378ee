import * as vscode from 'vscode';
import type { App } from '../app';
import type { Logger } from '../base/logger';
import type { AuditServices } from './auditCommand';
import { addToBaseline, updateBaseline } from './baselineCommands';
import { ignoreFinding, offerCodeActions } from './codeActions';
import { commitHookCommands } from './commitHookCommands';
import { Explanations, findingOfCommand } from './explain';
import { showFindings } from './findings';
import { COMMANDS, EXPLAIN_SCHEME } from './ids';
import { KeptPages } from './keptPages';
import { openReport, provideReports } from './reportDocument';
import { ReportPanel } from './reportPanel';
import { auditChanged, auditFiles, auditFolder, auditWorkspace } from './wideAudit';
import type { WideAuditServices } from './wideAudit';
import type { AuditFiles } from './deploying/autoDeploy';

type Command = [id: string, handler: (...parameters: unknown[]) => Promise<unknown>];

/** All that is done with audits of many files, and with what audits found. */
export function createReportFeatures(
  app: App,
  auditing: AuditServices,
  context: vscode.ExtensionContext,
  parts: { logger: Logger; reportIdOf: (argument: unknown) => string },
): { commands: Command[]; disposable: vscode.Disposable; auditFiles: AuditFiles; wide: WideAuditServices } {
  const { model } = auditing;
  const { extensionUri, extension } = context;
  const { logger, reportIdOf } = parts;
  const pages = new KeptPages(EXPLAIN_SCHEME);
  const explanations = new Explanations(pages, app.rulePages);
  const wide = { ...auditing, pages, keepAnalyses: () => app.keepAnalyses() };
  const version = String((extension.packageJSON as { version?: unknown }).version);
  const panel = new ReportPanel({ model, extensionUri, explanations, logger, rules: app.rulePages, version });
  const commands: Command[] = [
    [COMMANDS.auditFolder, async (uri, selected, stages) => auditFolder(wide, uri, selected, stages)],
    [COMMANDS.auditChanged, async (stages) => auditChanged(wide, stages)],
    [COMMANDS.auditWorkspace, async (stages) => auditWorkspace(wide, stages)],
    [COMMANDS.openReport, (id) => panel.open(reportIdOf(id))],
    [COMMANDS.openReportText, (id) => openReport(model, reportIdOf(id))],
    [COMMANDS.ignoreFinding, (...about) => ignoreFinding(about)],
    [COMMANDS.explainFinding, async (...about) => explanations.show(findingOfCommand(model, about))],
    [COMMANDS.addToBaseline, async (...about) => addToBaseline(model, about)],
    [COMMANDS.updateBaseline, () => updateBaseline(model)],
    ...commitHookCommands(extensionUri),
  ];
  const disposable = vscode.Disposable.from(
    pages,
    panel,
    showFindings(model, extensionUri),
    offerCodeActions(model),
    provideReports(model),
  );
  return { commands, disposable, wide, auditFiles: (...what) => auditFiles(wide, ...what) };
}
