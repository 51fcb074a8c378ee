import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../support/accessibility';
import { speakIn } from '../support/editorPage';
import { pageFrame } from '../support/pageFrame';
import type { PageTestContext } from '../support/pageTest';

export const name =
  'two windows, one of them in German, see one another’s audits, and a cleared history is gone in both';

const verdict = (page: Page, said: string) =>
  page.getByRole('treeitem', { name: new RegExp(`^cart\\.js, ${said}`) });

async function openAudits(page: Page, empty: string): Promise<void> {
  await page.getByRole('tab', { name: 'Seaworthy' }).click({ timeout: 60_000 });
  await page.getByText(empty).first().waitFor({ timeout: 60_000 });
}

export default async function ({ page, screenshotsDir, evaluate }: PageTestContext): Promise<void> {
  await openAudits(page, 'No audits yet.');
  // Without the tests' payload: an editor under test shows no dialogs.
  const plain = new URL(page.url());
  plain.searchParams.delete('payload');
  const other = await page.context().newPage();
  await speakIn(other, 'de');
  await other.goto(plain.href);
  await openAudits(other, 'Noch keine Audits.');
  const picture = (file: string): Promise<unknown> =>
    other.screenshot({ path: path.join(screenshotsDir, `${file}.png`) });
  await evaluate((vscode) => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (!folder) throw new Error('no folder is open');
    const cart = vscode.Uri.joinPath(folder.uri, 'src/cart.js');
    void vscode.commands.executeCommand('seaworthy.auditFile', cart);
  });
  await verdict(page, 'pass').waitFor({ timeout: 60_000 });
  await verdict(other, 'bestanden').waitFor();
  await picture('other-window');
  await readsAPage(other, picture);
  await runs(other, 'Verlauf löschen');
  await other.getByText('Das kann nicht rückgängig gemacht werden.').waitFor();
  await picture('clear-history');
  await other.getByRole('button', { name: 'Löschen', exact: true }).click();
  await verdict(page, 'pass').waitFor({ state: 'detached' });
  await verdict(other, 'bestanden').waitFor({ state: 'detached' });
  await other.close();
}

async function runs(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  await page.keyboard.type(`Seaworthy: ${title}`);
  await page
    .getByRole('option', { name: new RegExp(title) })
    .first()
    .click();
}

/** A page of ours speaks the language of its editor, and says which that is. */
async function readsAPage(page: Page, picture: (file: string) => Promise<unknown>): Promise<void> {
  await runs(page, 'Loop 2 anzeigen');
  const frame = await pageFrame(page, '#startFirst');
  await frame.getByRole('button', { name: 'Loop 2 starten…' }).waitFor();
  assert.equal(await frame.locator('html').getAttribute('lang'), 'de');
  await picture('german-page');
  await assertAccessible(frame, 'a page in German');
}
