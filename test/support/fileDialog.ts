import type { Locator, Page } from 'playwright-core';
import { comesTo } from './comesTo';
import { pollFor } from './timeLimit';

const LIMIT = 60_000;

export const paletteInput = (page: Page): Locator =>
  page.locator('.quick-input-widget input[type=text]').first();

/** The dialog reads a folder of its own first, and then puts its name over what was typed meanwhile. */
export async function answerFileDialog(
  page: Page,
  file: string,
  { button, listed }: { button: string; listed: string },
): Promise<void> {
  const input = paletteInput(page);
  const entries = page.locator('.quick-input-list').getByRole('option');
  await input.waitFor({ timeout: LIMIT });
  await pollFor('the dialog', LIMIT, async () => {
    if ((await entries.count()) === 0) return false;
    await input.fill(file);
    if (
      !(await comesTo(page.getByRole('option', { name: listed }), 'visible')) ||
      (await input.inputValue()) !== file
    )
      return false;
    await page.getByRole('button', { name: button, exact: true }).click();
    return comesTo(input, 'hidden');
  });
}
