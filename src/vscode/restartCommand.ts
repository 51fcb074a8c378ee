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

/** Handler of "Restart Project": asks with the plan, restarts in order, waits for health, reports. */
export async function restartProject(
  { model, operator, pages }: { model: ContainersModel; operator: Operator; pages: KeptPages },
  row: unknown,
): Promise<void> {
  const node = isProjectNode(row) ? row : await chooseProject(model);
  if (!node) return;
  const plan = planRestart(node.project);
  const name = oneLine(node.project.name, 100);
  if (plan.steps.length === 0)
    throw new UserError(`Nothing of ${name} is to be restarted.\n${planText(plan)}`);
  const question = `Restart ${name}?`;
  const { isProduction } = plan;
  if (!(await askBefore({ question, detail: planText(plan), action: 'Restart', isProduction }))) return;
  const results = await withCancel(`Seaworthy: restarting ${name}`, async (signal, progress) => {
    const engine = await node.engine.engine.connect(signal);
    return runRestart(engine, plan, operator, {
      signal,
      onStep: (container, index, total) =>
        progress.report({
          message: `${oneLine(container.name, 100)} (${index} of ${total})`,
          increment: index === 1 ? 0 : 100 / total,
        }),
    });
  });
  const summary = restartSummary(node.project.name, results);
  const report = restartReport(node.project.name, results);
  void showOutcome(summary, allRestarted(results), () => pages.openText(`restart of ${name}`, report));
}

async function showOutcome(summary: string, isGood: boolean, open: () => Promise<void>): Promise<void> {
  const show = isGood ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  if ((await show(`${summary}.`, 'Show Report')) === 'Show Report') await open();
}

async function chooseProject(model: ContainersModel): Promise<ProjectNode | undefined> {
  const items = model
    .allProjects()
    .filter(({ project }) => project.name !== '')
    .map((node) => ({ label: oneLine(node.project.name, 200), node }));
  if (items.length === 0) throw new UserError('No project to restart', 'Open the Containers view first.');
  return (await vscode.window.showQuickPick(items, { title: 'Restart Project' }))?.node;
}
