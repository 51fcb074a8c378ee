import * as path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { PageTestContext } from '../support/pageTest';

export const name =
  'a user runs tests in the sandbox from the test explorer, and sees which pass, which fail, and what was reached';

const LIMIT = 60_000;
/** The Explorer, which is hidden then, has rows as well. */
const row = (page: Page, text: string | RegExp): Locator =>
  page.getByRole('treeitem', { name: text }).filter({ visible: true }).first();

export default async function test({ page, screenshotsDir, evaluate }: PageTestContext): Promise<void> {
  const picture = (file: string) => page.screenshot({ path: path.join(screenshotsDir, file) });
  await evaluate(async (vscode) => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (!folder) throw new Error('no folder');
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, 'test/payment.test.js'));
    await vscode.commands.executeCommand('workbench.view.testing.focus');
  });
  const file = row(page, /^test\/payment\.test\.js/);
  await file.waitFor({ timeout: LIMIT });
  // Its tests are read, since it is on the screen: they can be run from its margin.
  await page.locator('.testing-run-glyph').nth(1).waitFor({ timeout: LIMIT });
  await picture('tests-found.png');
  await file.hover();
  await file.getByRole('button', { name: 'Run Test with Coverage' }).click();
  await row(page, /^test\/payment\.test\.js \(Failed\)/).waitFor({ timeout: LIMIT });
  await row(page, /^test\/payment\.test\.js/).click();
  await page.keyboard.press('ArrowRight');
  await row(page, /^charges the card \(Passed\)/).waitFor({ timeout: LIMIT });
  await row(page, /^counts the charges that went through \(Failed\)/).waitFor({ timeout: LIMIT });
  await page.getByText('57.14%').first().waitFor({ timeout: LIMIT });
  await picture('tests-results.png');
}
