import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { assertAccessible, lookInEachTheme } from '../support/accessibility';
import { pageFrame } from '../support/pageFrame';
import type { PageTestContext } from '../support/pageTest';
import { pollFor } from '../support/timeLimit';

export const name =
  'the page of Loop 2 is read and worked with by keyboard, shows what an audit found, and pauses and resumes';

const LIMIT = 90_000;
const HOSTILE = '<img src=x onerror="document.title=1">';
const TASKS = `# Tasks

- [ ] AB-1 Price an order in \`src/order.js\`, with its test in \`test/order.test.js\`
- [ ] AB-2 Sum the orders of a day in \`src/day.js\` (depends on AB-1)
- [ ] AB-3 Sum those of a week ${HOSTILE} (depends on AB-1)
- [ ] AB-4 Describe prices in \`docs/prices.md\` (depends on AB-1)
- [ ] AB-5 Count visitors in \`src/visits.js\`
  Verify: \`sleep 20\`
`;
const STUB = `// Placeholder until the real prices come from the service.
function priceOf(order) {
  return 42;
}

module.exports = { priceOf };
`;
/** What a screen reader is told. */
const TOOLBAR = `- toolbar "Run":
  - button "Add Task…"
  - button "Cancel Run…"`;

type Picture = (file: string) => Promise<unknown>;

const task = (frame: Frame, id: string, rest = '') =>
  frame.getByRole('button', { name: new RegExp(`^${id} .*${rest}`) });

export default async function (context: PageTestContext): Promise<void> {
  const { page, workspace, screenshotsDir, evaluate } = context;
  const picture: Picture = (file) =>
    page.screenshot({ path: path.join(screenshotsDir, `loop2-page-${file}.png`) });
  const write = (file: string, text: string): void => fs.writeFileSync(path.join(workspace, file), text);
  write('tasks.md', TASKS);
  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  await page.getByRole('tab', { name: 'Seaworthy' }).click();
  await page.getByRole('button', { name: 'Loop Runs Section' }).click();
  await evaluate((vscode) => vscode.commands.executeCommand('seaworthy.openLoop2'));
  const frame = await pageFrame(page, '#source');
  await frame.getByRole('heading', { name: 'Is it done?' }).waitFor({ timeout: LIMIT });
  await assertAccessible(frame, 'the page before the first run');
  await frame.getByRole('button', { name: 'Start Loop 2…' }).press('Enter');
  await page.getByRole('option', { name: /tasks\.md/ }).click({ timeout: LIMIT });
  await frame.getByRole('heading', { name: 'Loop 2 of tasks.md' }).waitFor({ timeout: LIMIT });
  await reads(context, frame);
  await works(page, frame, picture);
  write('src/order.js', STUB);
  const again = await isSentBack(page, frame, picture);
  await pausesAndGoesOn(page, again, write, picture);
}

/** In every theme; arrows go over the tasks, Enter to the details. */
async function reads(context: PageTestContext, frame: Frame): Promise<void> {
  const { page } = context;
  await task(frame, 'AB-1', 'bottleneck: 3 need it').waitFor();
  await frame.getByText('0 of 5').first().waitFor();
  await frame.getByText('Princess of development', { exact: true }).waitFor();
  await task(frame, 'AB-3', 'waits for AB-1').waitFor();
  assert.equal(await frame.locator('img').count(), 0, 'a description is text');
  assert.equal(await frame.getByRole('toolbar').ariaSnapshot(), TOOLBAR);
  await task(frame, 'AB-1').focus();
  await page.keyboard.press('ArrowDown');
  await task(frame, 'AB-5').and(frame.locator(':focus')).waitFor();
  await page.keyboard.press('ArrowRight');
  await task(frame, 'AB-2').and(frame.locator(':focus')).waitFor();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await frame.locator('#detailTitle:focus', { hasText: 'AB-1' }).waitFor();
  await frame.getByText('It was not audited yet.').waitFor();
  await lookInEachTheme(context, frame, 'loop2-page');
}

/** The row in the tree, the page and the editor are of one mind. */
async function works(page: Page, frame: Frame, picture: Picture): Promise<void> {
  await frame.getByRole('button', { name: 'Work on Task' }).press('Enter');
  await page.getByRole('tab', { name: /^order\.js/ }).waitFor({ timeout: LIMIT });
  await page.getByRole('treeitem', { name: /^AB-1 .*, working/ }).waitFor({ timeout: LIMIT });
  // The page stays in sight beside them.
  await task(frame, 'AB-1', 'working').waitFor();
  await picture('working');
}

async function isSentBack(page: Page, frame: Frame, picture: Picture): Promise<Frame> {
  await task(frame, 'AB-1').focus();
  await page.keyboard.press('r');
  await task(frame, 'AB-1', 'auditing').waitFor({ timeout: LIMIT });
  await task(frame, 'AB-1', 'sent back, .*1 attempt').waitFor({ timeout: LIMIT });
  const verdict = frame.locator('.verdict').first();
  await verdict.getByText('✗ audit: fail').waitFor({ timeout: LIMIT });
  await picture('sent-back');
  await assertAccessible(frame, 'a task that was sent back');
  await verdict
    .getByRole('button', { name: /^src\/order\.js:\d+/ })
    .first()
    .press('Enter');
  await page
    .getByRole('tab', { name: /^order\.js/ })
    .first()
    .waitFor();
  await page.getByText(/^Ln [2-9], Col 1/).waitFor({ timeout: LIMIT });
  await frame.getByRole('button', { name: 'Report of src/order.js (fail)' }).press('Enter');
  await page.getByRole('tab', { name: 'order.js (audit)' }).waitFor({ timeout: LIMIT });
  await picture('report');
  // It has taken the place of the page, which comes back as it was.
  await page.getByRole('tab', { name: /^Loop 2/ }).click();
  const again = await pageFrame(page, '#source');
  await again.locator('#detailTitle', { hasText: 'AB-1' }).waitFor({ timeout: LIMIT });
  await again.locator('.verdict').first().waitFor({ timeout: LIMIT });
  return again;
}

/** An audit ends at once and loses nothing: its task is ready still. */
async function pausesAndGoesOn(
  page: Page,
  frame: Frame,
  write: (file: string, text: string) => void,
  picture: Picture,
): Promise<void> {
  write('src/visits.js', 'exports.visitors = (hits) => new Set(hits.map(({ ip }) => ip)).size;\n');
  await task(frame, 'AB-5').focus();
  await page.keyboard.press('r');
  await frame.locator('#state', { hasText: 'running' }).waitFor({ timeout: LIMIT });
  await task(frame, 'AB-5', 'auditing').waitFor({ timeout: LIMIT });
  await frame.getByRole('button', { name: 'Pause' }).press('Enter');
  await frame.locator('#state', { hasText: 'paused' }).waitFor({ timeout: LIMIT });
  await task(frame, 'AB-5', 'ready').waitFor();
  await picture('paused');
  await frame.getByRole('button', { name: 'Resume' }).press('Enter');
  await task(frame, 'AB-5', 'auditing').waitFor({ timeout: LIMIT });
  await frame.getByRole('button', { name: 'Pause' }).press('Enter');
  await frame.getByRole('button', { name: 'Add Task…' }).press('Enter');
  await page.getByPlaceholder('Round totals to cents').waitFor({ timeout: LIMIT });
  await page.keyboard.type(`Greet ${HOSTILE}`);
  await page.keyboard.press('Enter');
  await frame.getByRole('button', { name: /^added-6 Greet/ }).waitFor({ timeout: LIMIT });
  assert.equal(await frame.locator('img').count(), 0);
  await pollFor('the row of the new task', LIMIT, () =>
    page.getByRole('treeitem', { name: /^added-6 Greet/ }).isVisible(),
  );
}
