import * as vscode from 'vscode';
import type { StageName } from '../audit/finding';
import type { AuditReport, NextStep, Outcome } from '../audit/report';
import { verdictLabel, verdictWords } from '../audit/verdict';
import type { Auditor } from '../audit/audit';
import { isCancelled, throwIfCancelled } from '../base/errors';
import { oneLine, withoutLinks } from '../base/text';
import { countOf } from '../base/texts';
import type { AuditModel } from './auditModel';
import { FolderFacts } from './auditRequest';
import { resolveTarget, targetUris } from './auditTarget';
import type { AuditTarget } from './auditTarget';
import { readMutantBudget } from './configuration';
import { COMMANDS } from './ids';

export interface AuditServices {
  auditor: () => Auditor;
  model: AuditModel;
  /** Rejects with `CancelledError` alone. */
  beforeAudit: (
    target: AuditTarget,
    options: { signal: AbortSignal; onProgress: (message: string) => void },
  ) => Promise<void>;
  /** Told after each audit, so that the views need not ask whether an engine is there. */
  onReport: (report: AuditReport) => void;
  /** Told what of the settings could not be understood. */
  onSettingsProblem: (problem: string) => void;
}

/**
 * Handler of "Audit This File". Called with a resource by the explorer, the editor's menus and the tree, with nothing
 * by the palette. Resolves to the reports, for callers that run it by id. With `proves`, of "Prove with Mutants".
 */
export async function auditFiles(
  services: AuditServices,
  uri?: unknown,
  selected?: unknown,
  proves = false,
): Promise<AuditReport[]> {
  const targets = targetUris(uri, selected).map(resolveTarget);
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: 'Seaworthy' };
  try {
    const reports = await vscode.window.withProgress(options, async (progress, token) => {
      const cancel = new AbortController();
      const subscription = token.onCancellationRequested(() => cancel.abort());
      try {
        return await auditEach({ ...services, proves }, targets, cancel, (message) =>
          progress.report({ message }),
        );
      } finally {
        subscription.dispose();
      }
    });
    // Not awaited: a message stays until it is dismissed, and the command is done before that.
    void tellResult(reports);
    return reports;
  } catch (error) {
    if (!isCancelled(error)) throw error;
    vscode.window.setStatusBarMessage(
      vscode.l10n.t('$(circle-slash) Audit cancelled; its sandbox was removed'),
      5000,
    );
    return [];
  }
}

async function auditEach(
  services: AuditServices & { proves: boolean },
  targets: readonly AuditTarget[],
  cancel: AbortController,
  report: (message: string) => void,
): Promise<AuditReport[]> {
  const reports: AuditReport[] = [];
  const facts = new FolderFacts(services.onSettingsProblem);
  for (const [index, target] of targets.entries()) {
    throwIfCancelled(cancel.signal);
    const prefix = targets.length > 1 ? `${index + 1}/${targets.length} ${target.file}` : target.file;
    report(vscode.l10n.t('auditing {0}', prefix));
    const onProgress = (message: string): void => report(`${prefix}: ${withoutLinks(oneLine(message, 120))}`);
    reports.push(await auditOne(services, target, facts, cancel, onProgress));
  }
  return reports;
}

/** Audits a file without a word; what comes of it stands in the views. */
export async function auditQuietly(
  services: AuditServices,
  target: AuditTarget,
  cancel: AbortController,
  stages: readonly StageName[] | undefined,
): Promise<void> {
  const facts = new FolderFacts(services.onSettingsProblem);
  await auditOne({ ...services, proves: false, stages }, target, facts, cancel, () => undefined);
}

async function auditOne(
  services: AuditServices & { proves: boolean; stages?: readonly StageName[] | undefined },
  target: AuditTarget,
  facts: FolderFacts,
  cancel: AbortController,
  onProgress: (message: string) => void,
): Promise<AuditReport> {
  const running = services.model.begin(target.uri, () => cancel.abort());
  try {
    const request = {
      ...(await facts.requestFor(target, services.stages)),
      ...(services.proves && { mutants: readMutantBudget() }),
    };
    const options = { signal: cancel.signal, onProgress };
    if (services.stages?.includes('production') ?? true) await services.beforeAudit(target, options);
    const report = await services.auditor().audit(request, options);
    services.onReport(report);
    await services.model.add(target.folder, target.uri, report);
    return report;
  } finally {
    running.dispose();
  }
}

export type NextSteps = Partial<Record<NextStep, { title: string; command: string }>>;

/** What helps, as a button of a message offers it. */
export const NEXT_STEPS: NextSteps = {
  'start-engine': { title: vscode.l10n.t('Check Engine'), command: COMMANDS.checkEngine },
  'install-dependencies': {
    title: vscode.l10n.t('Install Dependencies'),
    command: COMMANDS.installDependencies,
  },
  'trust-workspace': { title: vscode.l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' },
};

async function tellResult(reports: readonly AuditReport[]): Promise<void> {
  const [report] = reports;
  if (!report) return;
  if (reports.length > 1) {
    const by = (outcome: Outcome): number => reports.filter((one) => one.verdict === outcome).length;
    const text = vscode.l10n.t(
      '{0} audited: {1} pass, {2} fail, {3} not run.',
      countOf(reports.length, 'file'),
      by('pass'),
      by('fail'),
      by('not run'),
    );
    await offer(by('fail') + by('not run') === 0, text, vscode.l10n.t('Show Audits'), () =>
      vscode.commands.executeCommand('seaworthy.audits.focus'),
    );
    return;
  }
  const label = verdictLabel(report);
  const text = [`${report.file}: ${verdictWords(label)}`, withoutLinks(oneLine(report.reason, 240))]
    .filter(Boolean)
    .join('. ');
  const step = report.stages.map((stage) => stage.nextStep && NEXT_STEPS[stage.nextStep]).find(Boolean);
  const buttons = [vscode.l10n.t('Open Report'), ...(step ? [step.title] : [])];
  const chosen = await show(report.verdict === 'pass', text, buttons);
  if (chosen === vscode.l10n.t('Open Report'))
    await vscode.commands.executeCommand(COMMANDS.openReport, report.id);
  else if (chosen !== undefined && step) await vscode.commands.executeCommand(step.command, report.id);
}

async function offer(
  good: boolean,
  text: string,
  button: string,
  action: () => Thenable<unknown>,
): Promise<void> {
  if ((await show(good, text, [button])) === button) await action();
}

function show(good: boolean, text: string, buttons: readonly string[]): Thenable<string | undefined> {
  return good
    ? vscode.window.showInformationMessage(text, ...buttons)
    : vscode.window.showWarningMessage(text, ...buttons);
}
