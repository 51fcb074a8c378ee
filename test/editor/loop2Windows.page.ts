import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Page } from 'playwright-core';
import { pageFrame } from '../support/pageFrame';
import type { PageTestContext } from '../support/pageTest';
import { pollFor } from '../support/timeLimit';

export const name =
  'a run of Loop 2 is followed in a second window, told of when the first is killed, undone, gone on with and cancelled there';

const LIMIT = 90_000;
const OLD = 'exports.priceOf = () => 1;\n';
const TASKS = `# Tasks

- [ ] AB-1 Price an order in \`src/order.js\`
- [ ] AB-2 Count visitors in \`src/visits.js\`
  Verify: \`sleep 25\`
`;

export default async function ({
  page,
  workspace,
  screenshotsDir,
  evaluate,
}: PageTestContext): Promise<void> {
  const picture = (of: Page, file: string): Promise<unknown> =>
    of.screenshot({ path: path.join(screenshotsDir, `loop2-windows-${file}.png`) });
  const file = path.join(workspace, 'src/order.js');
  fs.writeFileSync(path.join(workspace, 'tasks.md'), TASKS);
  fs.writeFileSync(path.join(workspace, 'src/visits.js'), 'exports.visitors = (hits) => hits.length;\n');
  fs.writeFileSync(file, OLD);
  execFileSync('git', ['init', '--quiet'], { cwd: workspace });
  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  await opensRuns(page);
  await page.getByRole('button', { name: 'Start Loop 2', exact: true }).first().press('Enter');
  await page.getByRole('option', { name: /tasks\.md/ }).click({ timeout: LIMIT });
  await clicksOn(page, 'AB-1', 'Work on Task');
  await page.getByRole('treeitem', { name: /^AB-1 .*, working/ }).waitFor({ timeout: LIMIT });
  fs.writeFileSync(file, 'exports.priceOf = () => 42;\n');
  await clicksOn(page, 'AB-2', 'Ready for Audit');
  await page.getByRole('treeitem', { name: /^AB-2 .*, auditing/ }).waitFor({ timeout: LIMIT });

  // Without the tests' payload: an editor under test shows no dialogs, and opens nothing of what was open.
  const plain = new URL(page.url());
  plain.searchParams.delete('payload');
  const other = await page.context().newPage();
  await other.goto(plain.href);
  await other.getByText('is at work in another window or command').first().waitFor({ timeout: LIMIT });
  await other.getByRole('button', { name: 'Show', exact: true }).click();
  const frame = await pageFrame(other, '#source');
  await frame.locator('#state', { hasText: 'running in another window' }).waitFor({ timeout: LIMIT });
  assert.equal(await frame.getByRole('button', { name: 'Pause' }).count(), 0, 'it is not to be paused here');
  await picture(other, 'followed');

  const host = await evaluate(() => process.pid);
  process.kill(host, 'SIGKILL');
  await other.reload();
  await other.getByText('was interrupted while AB-2 was audited').first().waitFor({ timeout: LIMIT });
  const again = await pageFrame(other, '#source');
  await again.locator('#state', { hasText: 'interrupted' }).waitFor({ timeout: LIMIT });
  await picture(other, 'interrupted');
  await undoes(other, file);
  await picture(other, 'undone');
  await again.getByRole('button', { name: 'Resume' }).press('Enter');
  await again.locator('#state', { hasText: 'running' }).waitFor({ timeout: LIMIT });
  await again.getByRole('button', { name: 'Cancel Run…' }).press('Enter');
  await other.getByText('What was verified stays as it is.').waitFor({ timeout: LIMIT });
  await other.getByRole('button', { name: 'Cancel Loop 2', exact: true }).click();
  await again.locator('#state', { hasText: 'cancelled' }).waitFor({ timeout: LIMIT });
  await picture(other, 'cancelled');
  await other.close();
}

async function opensRuns(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Seaworthy' }).click({ timeout: LIMIT });
  await page.getByRole('button', { name: 'Loop Runs Section' }).click();
}

async function clicksOn(page: Page, id: string, action: string): Promise<void> {
  const row = page.getByRole('treeitem', { name: new RegExp(`^${id} `) });
  await row.waitFor({ timeout: LIMIT });
  await row.hover();
  await row.getByRole('button', { name: action }).click();
}

/** From the page, after a question that names the file. */
async function undoes(page: Page, file: string): Promise<void> {
  const frame = await pageFrame(page, '#source');
  await frame.getByRole('button', { name: /^AB-1 / }).click();
  await frame.getByRole('button', { name: 'Undo Task…' }).press('Enter');
  await page.getByText('Undo the task AB-1?').waitFor({ timeout: LIMIT });
  await page
    .getByText(/src\/order\.js/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Undo Task', exact: true }).click();
  await pollFor('what was before', LIMIT, () => fs.readFileSync(file, 'utf8') === OLD);
  await frame.getByRole('button', { name: /^AB-1 .*, open/ }).waitFor({ timeout: LIMIT });
  await page
    .getByText(/What was taken away is in the commit [0-9a-f]{12}/)
    .first()
    .waitFor();
}
