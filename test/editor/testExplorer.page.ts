import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { PageTestContext } from '../support/pageTest';

export const name =
  'a user runs tests in the sandbox from the test explorer, and sees a difference and what was reached';

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
  await evaluate((vscode) => vscode.commands.executeCommand('testing.goToNextMessage'));
  const difference = page.locator('.test-output-peek .monaco-diff-editor');
  await difference.waitFor({ timeout: LIMIT });
  await picture('tests-difference.png');
  assert.match((await page.locator('.test-output-peek').textContent()) ?? '', /Expected/);
  await page.keyboard.press('Escape');
  await seeCoverage(page, evaluate);
  await picture('tests-coverage.png');
}

/** The function that no test calls is marked as missed, the others as run. */
async function seeCoverage(page: Page, evaluate: PageTestContext['evaluate']): Promise<void> {
  await evaluate(async (vscode) => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (!folder) throw new Error('no folder');
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, 'src/payment.js'));
  });
  const lines = page.locator('.margin-view-overlays .line-numbers');
  await page.locator('.coverage-deco-gutter.coverage-deco-miss').first().waitFor({ timeout: LIMIT });
  const marked = async (kind: string): Promise<string[]> =>
    (await lines.and(page.locator(`.coverage-deco-${kind}`)).allTextContents()).map((text) => text.trim());
  assert.ok((await marked('hit')).includes('11'), 'what a test called is marked as run');
  const missed = await marked('miss');
  assert.ok(missed.includes('18') && !missed.includes('11'), `missed: ${missed.join(', ')}`);
}
