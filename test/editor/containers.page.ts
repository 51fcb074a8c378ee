import * as path from 'node:path';
import type { PageTestContext } from '../support/pageTest';

export const name = 'the side bar shows a running sandbox and an audit that is cancelled leaves none behind';

export default async function ({ page, screenshotsDir, evaluate }: PageTestContext): Promise<void> {
  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  await page.getByRole('tab', { name: 'Seaworthy' }).click();
  await page.getByText('No audits yet.').first().waitFor({ timeout: 60_000 });
  await page.getByText('The engine answers, and it has no containers.').waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Loop Runs Section' }).click();
  await page.getByText('How will this project fail?').first().waitFor();
  await page.screenshot({ path: path.join(screenshotsDir, 'empty.png') });
  await evaluate((vscode) => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (!folder) throw new Error('no folder is open');
    // Not awaited: the audit is what is cancelled below.
    void vscode.commands.executeCommand(
      'seaworthy.auditFile',
      vscode.Uri.joinPath(folder.uri, 'src/slow.js'),
    );
  });
  const sandbox = page.getByRole('treeitem', { name: /seaworthy.*running/ }).first();
  await sandbox.waitFor({ timeout: 60_000 });
  await page.screenshot({ path: path.join(screenshotsDir, 'running.png') });
  const running = page.getByRole('treeitem', { name: /slow\.js.*auditing/ });
  await running.hover();
  await running.getByRole('button', { name: 'Cancel Audit' }).click();
  await page.getByText('Audit cancelled').first().waitFor();
  await sandbox.waitFor({ state: 'detached' });
  await page.screenshot({ path: path.join(screenshotsDir, 'cancelled.png') });
}
