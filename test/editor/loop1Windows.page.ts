import assert from 'node:assert/strict';
import * as path from 'node:path';
import { writeFaultyProject, writeParts } from '../support/loop1Workspace';
import { pageFrame } from '../support/pageFrame';
import type { PageTestContext } from '../support/pageTest';
import { openSecondWindow } from '../support/secondWindow';

export const name =
  'a second window follows the Loop 1 of the first, and goes on with it when the first is killed';

const LIMIT = 90_000;

export default async function ({
  page,
  workspace,
  screenshotsDir,
  evaluate,
}: PageTestContext): Promise<void> {
  writeFaultyProject(workspace);
  writeParts(workspace, 'first');
  await evaluate((vscode) => void vscode.commands.executeCommand('seaworthy.startLoop1'));
  await page.getByRole('option', { name: /What the workspace says/ }).click({ timeout: LIMIT });
  await page.getByRole('option', { name: /Keep Off/ }).click({ timeout: LIMIT });
  const own = await pageFrame(page, '#goal');
  await own.locator('#state', { hasText: 'waiting for you' }).waitFor({ timeout: LIMIT });

  const second = await openSecondWindow(page, 'Show Loop 1');
  const frame = await pageFrame(second, '#goal');
  const state = frame.locator('#state');
  await state.filter({ hasText: 'waiting for you' }).waitFor({ timeout: LIMIT });
  // What was read once is known; an iteration has to last until the window is killed.
  writeParts(workspace, 'second');
  await evaluate((vscode) => void vscode.commands.executeCommand('seaworthy.nextIteration'));
  await state.filter({ hasText: 'running in another window' }).waitFor({ timeout: LIMIT });
  assert.equal(await frame.getByRole('button', { name: 'Next Iteration' }).count(), 0);
  // As when a window crashes: nothing of it gets to say a word.
  await evaluate(() => void setTimeout(() => process.kill(process.pid, 'SIGKILL'), 0));
  await page.close();

  await second.bringToFront();
  await state.filter({ hasText: 'interrupted' }).waitFor({ timeout: LIMIT });
  await second.screenshot({ path: path.join(screenshotsDir, 'loop1-windows-interrupted.png') });
  await frame.getByRole('button', { name: 'Resume' }).press('Enter');
  await frame.getByRole('tab', { name: 'Iterations' }).click();
  await frame.getByRole('row', { name: /^2 / }).waitFor({ timeout: LIMIT });
  await state.filter({ hasText: 'waiting for you' }).waitFor({ timeout: LIMIT });
}
