import * as path from 'node:path';
import type { PageTestContext } from '../support/pageTest';

export const name = 'without an engine the views say what to do, and an audit is not run instead of passed';

export default async function ({ page, screenshotsDir, evaluate }: PageTestContext): Promise<void> {
  await evaluate(async (vscode) => {
    await vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar');
    const configuration = vscode.workspace.getConfiguration('seaworthy');
    await configuration.update(
      'engine.host',
      'unix:///nonexistent/docker.sock',
      vscode.ConfigurationTarget.Global,
    );
  });
  await page.getByRole('tab', { name: 'Seaworthy' }).click();
  await page.getByText('No container engine answers.').first().waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Check Again' }).waitFor();
  await evaluate((vscode) => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (!folder) throw new Error('no folder is open');
    void vscode.commands.executeCommand(
      'seaworthy.auditFile',
      vscode.Uri.joinPath(folder.uri, 'src/cart.js'),
    );
  });
  await page.getByRole('treeitem', { name: /^cart\.js, not run/ }).waitFor();
  await page
    .getByRole('button', { name: /Notifications|notification/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Check Engine' }).waitFor();
  await page.screenshot({ path: path.join(screenshotsDir, 'no-engine.png') });
}
