import * as vscode from 'vscode';
import { UserError } from '../base/errors';
import { oneLine } from '../base/text';
import type { Operator } from '../fleet/operations';
import { planRestart } from '../fleet/restart';
import { allRestarted, planText, restartReport, restartSummary } from '../fleet/restartText';
import { runRestart } from '../fleet/runRestart';
import { withCancel } from './containerCommands';
import { isProjectNode } from './containersModel';
import type { ContainersModel, ProjectNode } from './containersModel';
import type { KeptPages } from './keptPages';
import { askBefore } from './questions';

export interface RestartParts {
  model: ContainersModel;
  operator: Operator;
  pages: KeptPages;
}

/** Handler of "Restart Project": asks with the plan, restarts in order, waits for health, reports. */
export async function restartProject({ model, operator, pages }: RestartParts, row: unknown): Promise<void> {
  const node = isProjectNode(row) ? row : await chooseProject(model);
  if (!node) return;
  const plan = planRestart(node.project);
  const name = oneLine(node.project.name, 100);
  if (plan.steps.length === 0)
    throw new UserError(`${vscode.l10n.t('Nothing of {0} is to be restarted.', name)}\n${planText(plan)}`);
  const question = vscode.l10n.t('Restart {0}?', name);
  const { isProduction } = plan;
  if (
    !(await askBefore({ question, detail: planText(plan), action: vscode.l10n.t('Restart'), isProduction }))
  )
    return;
  const results = await withCancel(
    vscode.l10n.t('Seaworthy: restarting {0}', name),
    async (signal, progress) => {
      const engine = await node.engine.engine.connect(signal);
      return runRestart(engine, plan, operator, {
        signal,
        onStep: (container, index, total) =>
          progress.report({
            message: vscode.l10n.t('{0} ({1} of {2})', oneLine(container.name, 100), index, total),
            increment: index === 1 ? 0 : 100 / total,
          }),
      });
    },
  );
  const summary = restartSummary(node.project.name, results);
  const report = restartReport(node.project.name, results);
  void showOutcome(summary, allRestarted(results), () =>
    pages.openText(vscode.l10n.t('restart of {0}', name), report),
  );
}

async function showOutcome(summary: string, isGood: boolean, open: () => Promise<void>): Promise<void> {
  const show = isGood ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  if ((await show(`${summary}.`, vscode.l10n.t('Show Report'))) === vscode.l10n.t('Show Report'))
    await open();
}

async function chooseProject(model: ContainersModel): Promise<ProjectNode | undefined> {
  const items = model
    .allProjects()
    .filter(({ project }) => project.name !== '')
    .map((node) => ({ label: oneLine(node.project.name, 200), node }));
  if (items.length === 0)
    throw new UserError(
      vscode.l10n.t('No project to restart'),
      vscode.l10n.t('Open the Containers view first.'),
    );
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Restart Project') }))?.node;
}
