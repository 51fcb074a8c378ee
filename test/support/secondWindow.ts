import type { Page } from 'playwright-core';
import { closeChat } from './editorPage';

const LIMIT = 90_000;

/** Opens the workspace of a window in another one, with the editor's dialogs, and shows a page of ours by its command. */
export async function openSecondWindow(first: Page, command: string): Promise<Page> {
  // Without the tests' payload: an editor under test shows no dialogs.
  const plain = new URL(first.url());
  plain.searchParams.delete('payload');
  const page = await first.context().newPage();
  await page.goto(plain.href);
  await page.getByRole('tab', { name: 'Seaworthy' }).click({ timeout: LIMIT });
  await page.getByText('No audits yet.').first().waitFor({ timeout: LIMIT });
  await closeChat(page);
  await page.keyboard.press('F1');
  await page.keyboard.type(`Seaworthy: ${command}`);
  await page
    .getByRole('option', { name: new RegExp(command) })
    .first()
    .click({ timeout: LIMIT });
  return page;
}
