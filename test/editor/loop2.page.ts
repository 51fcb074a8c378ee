import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Page } from 'playwright-core';
import type { PageTestContext } from '../support/pageTest';
import { pollFor } from '../support/timeLimit';

export const name =
  'Loop 2 takes a task list, sends a stub back with the reason, and calls the honest task done';

const LIMIT = 120_000;
const TASKS = `# Tasks

- [ ] T001 Price an order in \`src/order.js\`, with its test in \`test/order.test.js\`
- [ ] T002 Sum the orders of a day in \`src/day.js\` (depends on T001)
`;
const STUB = `// Placeholder until the real prices come from the service.
function priceOf(order) {
  return 42;
}

module.exports = { priceOf };
`;
const HONEST = `function priceOf(order) {
  return order.lines.reduce((sum, { cents, count }) => sum + cents * count, 0);
}

module.exports = { priceOf };
`;
const TEST = `const test = require('node:test');
const assert = require('node:assert/strict');
const { priceOf } = require('../src/order.js');

test('an order costs what its lines cost', () => {
  assert.equal(priceOf({ lines: [{ cents: 250, count: 2 }, { cents: 99, count: 1 }] }), 599);
});
`;
const USER = `const { priceOf } = require('./order.js');

exports.receipt = (order) => \`Total: \${priceOf(order)}\`;
`;

export default async function ({
  page,
  workspace,
  screenshotsDir,
  evaluate,
}: PageTestContext): Promise<void> {
  const picture = (file: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `loop2-${file}.png`) });
  const write = (file: string, text: string): void => fs.writeFileSync(path.join(workspace, file), text);
  write('tasks.md', TASKS);
  write('src/receipt.js', USER);
  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  await page.getByRole('tab', { name: 'Seaworthy' }).click();
  await page.getByRole('button', { name: 'Loop Runs Section' }).click();
  await page.getByRole('button', { name: 'Start Loop 2', exact: true }).first().press('Enter');
  await page.getByRole('option', { name: /tasks\.md/ }).waitFor({ timeout: LIMIT });
  await picture('start');
  await page.getByRole('option', { name: /tasks\.md/ }).click();
  await page
    .getByRole('treeitem', { name: /^Loop 2, waiting for you, 0 of 2 verified/ })
    .waitFor({ timeout: LIMIT });
  await page.getByRole('treeitem', { name: /^Phase 1, now, 0 of 1 task verified/ }).waitFor();
  await picture('plan');
  await worksOnIt(page);
  write('src/order.js', STUB);
  write('test/order.test.js', TEST);
  await saysReady(page);
  await page.getByRole('treeitem', { name: /^T001 .*, sent back, 1 attempt/ }).waitFor({ timeout: LIMIT });
  await task(page).click();
  await page.getByRole('tab', { name: /^T001\.txt/ }).waitFor({ timeout: LIMIT });
  await page.getByText('State: sent back.').first().waitFor();
  await picture('sent-back');
  // Without a change there is nothing to audit again.
  await saysReady(page);
  await page
    .getByText(/Nothing of T001 has changed since it failed/)
    .first()
    .waitFor({ timeout: LIMIT });
  write('src/order.js', HONEST);
  await saysReady(page);
  // Its phase is closed then; its page stays open, and follows.
  await page.getByText('State: done.').first().waitFor({ timeout: LIMIT });
  await page.getByRole('treeitem', { name: /^Loop 2, waiting for you, 1 of 2 verified/ }).waitFor();
  await page.getByRole('treeitem', { name: /^Phase 2, now/ }).waitFor();
  await picture('done');
}

const task = (page: Page) => page.getByRole('treeitem', { name: /^T001 / });

/** What is not there yet is opened as what is saved there. */
async function worksOnIt(page: Page): Promise<void> {
  await task(page).hover();
  await task(page).getByRole('button', { name: 'Work on Task' }).click();
  await page.getByRole('tab', { name: /^order\.js/ }).waitFor({ timeout: LIMIT });
  await page.getByRole('treeitem', { name: /^T001 .*, working/ }).waitFor();
}

async function saysReady(page: Page): Promise<void> {
  await pollFor('the row of the task', LIMIT, () => task(page).isVisible());
  await task(page).hover();
  await task(page).getByRole('button', { name: 'Ready for Audit' }).click();
}
