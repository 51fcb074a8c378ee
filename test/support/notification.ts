import type { Locator } from 'playwright-core';
import type { PageTestContext } from './pageTest';
import { pollFor } from './timeLimit';

const LIMIT = 120_000;

/** The message with a text, which hides itself after a while. */
export async function notification(
  { page, evaluate }: Pick<PageTestContext, 'page' | 'evaluate'>,
  text: string,
): Promise<Locator> {
  const message = page.locator('.notification-list-item', { hasText: text }).first();
  await pollFor(`the message "${text}"`, LIMIT, async () => {
    if (!(await message.isVisible()))
      await evaluate((vscode) => vscode.commands.executeCommand('notifications.showList'));
    return message.isVisible();
  });
  return message;
}
