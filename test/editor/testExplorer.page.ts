import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { localEnvironment } from '../../src/engine/localEnvironment';
import { LABEL } from '../../src/sandbox/owner';
import { isIdleName } from '../../src/sandbox/poolMember';
import { chooseInMenu } from '../support/menus';
import type { PageTestContext } from '../support/pageTest';
import { pollFor } from '../support/timeLimit';

export const name =
  'a user runs tests in the sandbox from the test explorer, sees which pass, which fail and why, and what was reached, and cancels';

const LIMIT = 60_000;
/** How long a cancelled run may still be seen, in milliseconds: its test would take 25 s. */
const CANCEL_LIMIT = 5000;
const engine = new Engine({ environment: localEnvironment(), logger: silentLogger });

/** The Explorer, which is hidden then, has rows as well. */
const row = (page: Page, text: string | RegExp): Locator =>
  page.getByRole('treeitem', { name: text }).filter({ visible: true }).first();

export default async function test(context: PageTestContext): Promise<void> {
  const { evaluate } = context;
  await evaluate(async (vscode) => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (!folder) throw new Error('no folder');
    await vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar');
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, 'test/payment.test.js'));
    await vscode.commands.executeCommand('workbench.view.testing.focus');
  });
  await runsWithCoverage(context);
  await peeksAtTheDifference(context);
  await seesWhatWasReached(context);
  await seesWhatOneTestReached(context);
  await cancels(context);
}

async function picture({ page, screenshotsDir }: PageTestContext, file: string): Promise<void> {
  await page.screenshot({ path: path.join(screenshotsDir, file) });
}

/** Presses a button of a row; the tree may draw the row anew between the two moves of the mouse. */
async function press(line: Locator, button: string): Promise<void> {
  await pollFor(`pressing ${button}`, LIMIT, async () => {
    await line.hover();
    return line
      .getByRole('button', { name: button, exact: true })
      .click({ timeout: 2000 })
      .then(
        () => true,
        () => false,
      );
  });
}

async function runsWithCoverage(context: PageTestContext): Promise<void> {
  const { page } = context;
  const file = row(page, /^test\/payment\.test\.js/);
  await file.waitFor({ timeout: LIMIT });
  // Its tests are read, since it is on the screen: they can be run from its margin.
  await page.locator('.testing-run-glyph').nth(1).waitFor({ timeout: LIMIT });
  await picture(context, 'tests-found.png');
  await press(file, 'Run Test with Coverage');
  await row(page, /^test\/payment\.test\.js \(Failed\)/).waitFor({ timeout: LIMIT });
  await row(page, /^test\/payment\.test\.js/).click();
  await page.keyboard.press('ArrowRight');
  await row(page, /^charges the card \(Passed\)/).waitFor({ timeout: LIMIT });
  await row(page, /^counts the charges that went through \(Failed\)/).waitFor({ timeout: LIMIT });
  await page.getByText('57.14%').first().waitFor({ timeout: LIMIT });
  await picture(context, 'tests-results.png');
}

/** The message stands at the line of the assertion, and the peek view there compares the two values. */
async function peeksAtTheDifference(context: PageTestContext): Promise<void> {
  const { page } = context;
  await chooseInMenu(page, page.locator('.testing-run-glyph').nth(1), 'Peek Error');
  const peek = page.locator('.test-output-peek');
  const sides = await pollFor('two values in the peek view', LIMIT, async () => {
    const texts = await peek
      .locator('.diff-editor .view-lines, .monaco-diff-editor .view-lines')
      .allInnerTexts();
    return texts.length === 2 && texts.every((text) => text.trim() !== '') ? texts : undefined;
  });
  await picture(context, 'tests-difference.png');
  await page.getByRole('button', { name: 'Ln 13, Col 1' }).waitFor({ timeout: LIMIT });
  assert.equal(sides[0]?.trim(), '50', 'what was expected');
  assert.match(sides[1] ?? '', /^\s*(?:9[5-9]\.\d+|100)\s*$/, 'what was there');
  await page.keyboard.press('Escape');
  await peek.waitFor({ state: 'detached', timeout: LIMIT });
}

/** Lines whose numbers are marked as run, and as not run, in the editor that is shown. */
async function markedLines(page: Page, mark: 'hit' | 'miss'): Promise<number[]> {
  const numbers = await page.locator(`.line-numbers.coverage-deco-${mark}`).allInnerTexts();
  return numbers.map(Number).sort((a, b) => a - b);
}

async function seesWhatWasReached(context: PageTestContext): Promise<void> {
  const { page } = context;
  await row(page, /^payment\.js/).click();
  await page.locator('.line-numbers.coverage-deco-hit').first().waitFor({ timeout: LIMIT });
  await picture(context, 'tests-coverage.png');
  // By hand: nothing calls recordReceipt, whose statements are in lines 17 to 20; the last line is out of sight.
  assert.deepEqual(
    { hit: await markedLines(page, 'hit'), miss: await markedLines(page, 'miss') },
    { hit: [6, 11, 12], miss: [17, 18, 19, 20] },
  );
}

/** What one test reached is told as that test's. */
async function seesWhatOneTestReached(context: PageTestContext): Promise<void> {
  const { page } = context;
  await press(row(page, /^charges the card/), 'Run Test with Coverage');
  // The one statement of chargeCard and the last line, of seven.
  await page.getByText('28.57%').first().waitFor({ timeout: LIMIT });
  await page.getByRole('button', { name: 'Filter Coverage by Test' }).first().click();
  await page.getByRole('option', { name: /charges the card/ }).click({ timeout: LIMIT });
  await pollFor(
    'the lines that the test left',
    LIMIT,
    async () => (await markedLines(page, 'hit')).join() === '6',
  );
  await picture(context, 'tests-coverage-of-one.png');
}

/** Containers in which something of this window is run. */
async function sandboxesAtWork({ evaluate }: PageTestContext): Promise<string[]> {
  const pid = await evaluate(() => process.pid);
  const all = await (await engine.connect()).listContainers({ labels: [`${LABEL.pid}=${pid}`] });
  return all.filter(({ name: given }) => !isIdleName(given)).map(({ id }) => id);
}

async function cancels(context: PageTestContext): Promise<void> {
  const { page } = context;
  const file = row(page, /^test\/slow\.test\.js/);
  await file.click();
  await page.keyboard.press('ArrowRight');
  const slow = row(page, /^is not done for a long while/);
  await slow.waitFor({ timeout: LIMIT });
  await press(file, 'Run Test');
  await row(page, /^is not done for a long while \(Running\)/).waitFor({ timeout: LIMIT });
  await pollFor('a sandbox of the run', LIMIT, async () => (await sandboxesAtWork(context)).length > 0);
  const spinning = page.getByRole('treeitem').locator('.codicon-modifier-spin').filter({ visible: true });
  assert.notEqual(await spinning.count(), 0);
  await picture(context, 'tests-running.png');
  await page.getByRole('button', { name: 'Cancel Test Run' }).first().click();
  await spinning.first().waitFor({ state: 'detached', timeout: CANCEL_LIMIT });
  await pollFor(
    'removing the sandbox',
    CANCEL_LIMIT,
    async () => (await sandboxesAtWork(context)).length === 0,
  );
  await picture(context, 'tests-cancelled.png');
  await row(page, /^is not done for a long while \(Skipped\)/).waitFor({ timeout: LIMIT });
}
