import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { runCli } from '../support/cli';
import { DeployedWorkspace } from '../support/deployedWorkspace';
import { chooseInMenu } from '../support/menus';
import { pageFrame } from '../support/pageFrame';
import { lookInEachTheme } from '../support/accessibility';
import type { PageTestContext } from '../support/pageTest';

export const name = 'an interrupted deploy is put back, and a release of the tree is gone back to';

const LIMIT = 120_000;
const DIES = path.join(__dirname, '../support/shipAndDie.ts');

export default async function (context: PageTestContext): Promise<void> {
  const { page, workspace, screenshotsDir, evaluate } = context;
  const stack = new DeployedWorkspace(workspace);
  const deploy = async (version: string): Promise<void> => {
    stack.serve(version);
    const { status, stderr } = await runCli(['deploy', 'run', '--yes', '--workspace', workspace]);
    if (status !== 0) throw new Error(stderr);
  };
  const answers = async (version: string): Promise<void> => {
    const answer = await stack.answer();
    if (answer !== version) throw new Error(`it answers ${answer}, not ${version}`);
  };
  const picture = (file: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `deployments-${file}.png`) });
  try {
    await stack.writeStack();
    stack.writeConfig({ confirm: 'click' });
    await deploy('one');
    await deploy('two');
    stack.serve('three');
    const child = spawn(process.execPath, ['--import=tsx', DIES, workspace, 'health', ''], {
      stdio: 'ignore',
    });
    await once(child, 'exit');
    await answers('three');
    await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
    await page.getByRole('tab', { name: 'Seaworthy' }).click();
    await evaluate((vscode) => void vscode.commands.executeCommand('seaworthy.showDeployments'));
    const frame = await pageFrame(page, '#runTitle');
    await frame.getByRole('button', { name: 'Put Back' }).waitFor({ timeout: LIMIT });
    await page.getByRole('treeitem', { name: 'Deployments, interrupted' }).waitFor({ timeout: LIMIT });
    await picture('interrupted');
    await lookInEachTheme(context, frame, 'deployments');
    await frame.getByRole('button', { name: 'Put Back' }).press('Enter');
    await frame
      .getByText(/What was there before serves again, which was verified/)
      .first()
      .waitFor({ timeout: LIMIT });
    await answers('two');
    await picture('back');
    await page.getByRole('treeitem', { name: 'Deployments', exact: true }).click();
    const kept = page.getByRole('treeitem', { name: /deployed/ }).nth(1);
    await kept.waitFor({ timeout: LIMIT });
    await picture('tree');
    await chooseInMenu(page, kept, 'Roll Back...');
    await frame.locator('#agree').waitFor({ timeout: LIMIT });
    await picture('plan');
    await frame.locator('#agree').press('Enter');
    await frame.getByText('The new release serves.').waitFor({ timeout: LIMIT });
    await answers('one');
    await picture('rolled-back');
  } finally {
    await stack.remove();
  }
}
