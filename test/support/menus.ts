import type { Locator, Page } from 'playwright-core';
import { comesTo } from './comesTo';
import { pollFor } from './timeLimit';

const LIMIT = 60_000;
/** How long a menu that heard a click takes to go, in milliseconds. */
const TO_CLOSE = 1000;

/** Opens the context menu of a row, and gives the entry of this name. */
export async function openMenu(page: Page, row: Locator, entry: string): Promise<Locator> {
  await row.click({ button: 'right' });
  const item = page.getByRole('menuitem', { name: entry });
  await item.waitFor({ timeout: LIMIT });
  return item;
}

/** Clicks an entry of the open menu. The editor's menus hear no mouse in their first 100 ms, so that a click can go unheard. */
export async function clickEntry(item: Locator): Promise<void> {
  await pollFor('the menu, to close after a click,', LIMIT, async () => {
    await item.click({ timeout: LIMIT });
    return comesTo(item, 'hidden', TO_CLOSE);
  });
}

export async function chooseInMenu(page: Page, row: Locator, entry: string): Promise<void> {
  await clickEntry(await openMenu(page, row, entry));
}
