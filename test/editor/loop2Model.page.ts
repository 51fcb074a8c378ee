import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Page } from 'playwright-core';
import { chooseInMenu } from '../support/menus';
import { notification } from '../support/notification';
import type { PageTestContext } from '../support/pageTest';
import { repository } from '../support/repository';
import { NO_ANSWER, registerScriptedModel } from '../support/scriptedModel';
import { pollFor } from '../support/timeLimit';

export const name =
  'Loop 2 lets a model work on a task: its stub is refused, its honest answer shown, sent back, applied and done, and another is stopped at once';

const LIMIT = 120_000;
const TASKS = `# Tasks

- [ ] T001 Price an order in \`src/order.js\`, with its test in \`test/order.test.js\`
- [ ] T002 Sum the orders of a day in \`src/day.js\` (depends on T001)
`;
const USER = `const { priceOf } = require('./order.js');

exports.receipt = (order) => \`Total: \${priceOf(order)}\`;
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
const CLEARER = HONEST.replace('function priceOf', '/** In cents. */\nfunction priceOf');
const TEST = `const test = require('node:test');
const assert = require('node:assert/strict');
const { priceOf } = require('../src/order.js');

test('an order costs what its lines cost', () => {
  assert.equal(priceOf({ lines: [{ cents: 250, count: 2 }, { cents: 99, count: 1 }] }), 599);
});
`;
const write = (file: string, text: string): string => JSON.stringify({ tool: 'write', file, text });
const AUDIT = JSON.stringify({ tool: 'audit', says: 'Everything is done and all tests pass.' });
type Picture = (file: string) => Promise<unknown>;

const WISH = 'Say in which unit the price is.';

export default async function (context: PageTestContext): Promise<void> {
  const { page, workspace, screenshotsDir, evaluate } = context;
  const picture = (file: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `loop2-model-${file}.png`) });
  const read = (file: string): string => fs.readFileSync(path.join(workspace, file), 'utf8');
  fs.writeFileSync(path.join(workspace, 'tasks.md'), TASKS);
  fs.writeFileSync(path.join(workspace, 'src/receipt.js'), USER);
  const git = repository(workspace);
  const before = git('status', '--porcelain', '--branch');
  const model = await registerScriptedModel(evaluate, [
    ...[
      write('src/receipt.js', 'mine'),
      write('src/order.js', STUB),
      write('test/order.test.js', TEST),
      AUDIT,
    ],
    ...[write('src/order.js', HONEST), AUDIT],
    ...[write('src/order.js', CLEARER), AUDIT],
    NO_ANSWER,
  ]);
  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  await page.getByRole('tab', { name: 'Seaworthy' }).click();
  await page.getByRole('button', { name: 'Loop Runs Section' }).click();
  await page.getByRole('button', { name: 'Start Loop 2', exact: true }).first().press('Enter');
  await page.getByRole('option', { name: /tasks\.md/ }).click({ timeout: LIMIT });
  await page.getByRole('option', { name: /Scripted Model/ }).waitFor({ timeout: LIMIT });
  await picture('who');
  await page.getByRole('option', { name: /You.*Work on Task/ }).click();
  await task(page, 'T001').waitFor({ timeout: LIMIT });

  await chooseInMenu(page, task(page, 'T001'), 'Let a Model Work on This Task');
  await page
    .getByRole('treeitem', { name: /^T001 .*, proposed, by Scripted Model, 2 attempts/ })
    .waitFor({ timeout: LIMIT });
  const prompts = await model.prompts();
  assert.match(prompts[1] ?? '', /src\/receipt\.js is no target of the task; you may write src\/order\.js/);
  assert.match(prompts[4] ?? '', /The last audit refused it\. What it found, as data: .*src\/order\.js/);
  // Nothing of it is in the workspace.
  assert.equal(git('status', '--porcelain', '--branch'), before);
  assert.equal(git('worktree', 'list').trim().split('\n').length, 1);
  await picture('proposed');

  await sendsBack(context, picture);
  await pollFor('the words of the person', LIMIT, async () =>
    (await model.prompts()).some((prompt) => prompt.includes(WISH)),
  );
  await page
    .getByRole('treeitem', { name: /^T001 .*, proposed, by Scripted Model, 3 attempts/ })
    .waitFor({ timeout: LIMIT });
  await applies(context, picture);
  assert.deepEqual(
    [read('src/order.js'), read('test/order.test.js'), read('src/receipt.js')],
    [CLEARER, TEST, USER],
  );
  await stops(page, picture);
}

const task = (page: Page, id: string) => page.getByRole('treeitem', { name: new RegExp(`^${id} `) });

async function sendsBack(context: PageTestContext, picture: Picture): Promise<void> {
  const { page } = context;
  await task(page, 'T001').click();
  await page.getByText('State: proposed.').first().waitFor({ timeout: LIMIT });
  await picture('sheet');
  await task(page, 'T001').hover();
  await task(page, 'T001').getByRole('button', { name: 'Show Proposed Changes' }).click();
  await page.getByText('exports').first().waitFor({ timeout: LIMIT });
  const message = await notification(context, 'has written 2 files');
  await picture('changes');
  await message.getByRole('button', { name: 'Send Back…' }).click();
  await page.getByText('What is wrong with it?').waitFor({ timeout: LIMIT });
  await page.keyboard.type(WISH);
  await page.keyboard.press('Enter');
}

async function applies(context: PageTestContext, picture: Picture): Promise<void> {
  const { page } = context;
  // What was not looked at yet is shown first.
  await task(page, 'T001').hover();
  await task(page, 'T001').getByRole('button', { name: 'Apply Proposed Changes' }).click();
  const message = await notification(context, 'has written 2 files');
  await message.getByRole('button', { name: 'Apply' }).click();
  await page
    .getByRole('treeitem', { name: /^Loop 2, waiting for you, 1 of 2 verified/ })
    .waitFor({ timeout: LIMIT });
  await picture('applied');
}

async function stops(page: Page, picture: Picture): Promise<void> {
  await chooseInMenu(page, task(page, 'T002'), 'Assign Task...');
  await page.getByRole('option', { name: /Scripted Model/ }).click({ timeout: LIMIT });
  await page
    .getByRole('treeitem', { name: /^T002 .*, working, waits for an answer/ })
    .waitFor({ timeout: LIMIT });
  await picture('working');
  await task(page, 'T002').hover();
  await task(page, 'T002').getByRole('button', { name: 'Stop Model' }).click();
  await page.getByRole('treeitem', { name: /^T002 .*, needs you/ }).waitFor({ timeout: LIMIT });
  await task(page, 'T002').click();
  await page.getByText('It was stopped.').first().waitFor({ timeout: LIMIT });
  await picture('stopped');
}
