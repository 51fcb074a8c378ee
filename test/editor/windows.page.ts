import * as path from 'node:path';
import type { Page } from 'playwright-core';
import type { PageTestContext } from '../support/pageTest';

export const name = 'two windows see one another’s audits, and a cleared history is gone in both';

const verdict = (page: Page) => page.getByRole('treeitem', { name: /^cart\.js, pass/ });

async function openAudits(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Seaworthy' }).click({ timeout: 60_000 });
  await page.getByText('No audits yet.').first().waitFor({ timeout: 60_000 });
}

export default async function ({ page, screenshotsDir, evaluate }: PageTestContext): Promise<void> {
  await openAudits(page);
  // Without the tests' payload: an editor under test shows no dialogs.
  const plain = new URL(page.url());
  plain.searchParams.delete('payload');
  const other = await page.context().newPage();
  await other.goto(plain.href);
  await openAudits(other);
  await evaluate((vscode) => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (!folder) throw new Error('no folder is open');
    const cart = vscode.Uri.joinPath(folder.uri, 'src/cart.js');
    void vscode.commands.executeCommand('seaworthy.auditFile', cart);
  });
  await verdict(page).waitFor({ timeout: 60_000 });
  await verdict(other).waitFor();
  await other.screenshot({ path: path.join(screenshotsDir, 'other-window.png') });
  await other.keyboard.press('F1');
  await other.keyboard.type('Seaworthy: Clear History');
  await other
    .getByRole('option', { name: /Clear History/ })
    .first()
    .click();
  await other.getByText('This cannot be undone.').waitFor();
  await other.screenshot({ path: path.join(screenshotsDir, 'clear-history.png') });
  await other.getByRole('button', { name: 'Clear', exact: true }).click();
  await verdict(page).waitFor({ state: 'detached' });
  await verdict(other).waitFor({ state: 'detached' });
  await other.close();
}
