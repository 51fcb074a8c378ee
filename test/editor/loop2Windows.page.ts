import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { comesTo } from '../support/comesTo';
import { isKept } from '../support/keptState';
import { pageFrame } from '../support/pageFrame';
import type { PageTestContext } from '../support/pageTest';
import { repository } from '../support/repository';
import { registerScriptedModel } from '../support/scriptedModel';
import { openSecondWindow } from '../support/secondWindow';
import { pollFor } from '../support/timeLimit';

export const name =
  'a second window asks before it undoes, discards or cancels, follows the run of the first, and goes on with it when the first is killed';

const LIMIT = 90_000;
const TASKS = `# Tasks

- [ ] AB-1 Price an order in \`src/order.js\`, with its test in \`test/order.test.js\`
- [ ] AB-2 Sum the orders of a day in \`src/day.js\`, with its test in \`test/day.test.js\`
- [ ] AB-3 Count visitors in \`src/visits.js\`, with its test in \`test/visits.test.js\`
  Verify: \`sleep 15\`
`;
const tested = (file: string, name: string, code: string, call: string, result: number) => ({
  [`src/${file}.js`]: `const ${name} = ${code};\n\nmodule.exports = { ${name} };\n`,
  [`test/${file}.test.js`]: `const test = require('node:test');
const assert = require('node:assert/strict');
const { ${name} } = require('../src/${file}.js');

test('${name} of the example', () => assert.equal(${name}(${call}), ${result}));
`,
});
const ORDER = tested(
  'order',
  'priceOf',
  '({ cents, count }) => cents * count',
  '{ cents: 250, count: 2 }',
  500,
);
const VISITS = tested('visits', 'visitors', '(hits) => new Set(hits).size', "['a', 'b', 'a']", 2);
const DAY = tested('day', 'sumOf', '(orders) => orders.reduce((sum, each) => sum + each, 0)', '[3, 4]', 7);
const ANSWERS = [
  ...Object.entries(DAY).map(([file, text]) => ({ tool: 'write', file, text })),
  { tool: 'audit', says: 'The orders of a day are summed.' },
];

const USER = ['order', 'day', 'visits'].map((file) => `require('./${file}.js');\n`).join('');

const task = (frame: Frame, id: string, rest: string) =>
  frame.getByRole('button', { name: new RegExp(`^${id} .*${rest}`) });

/** A window with the editor's dialogs, and the page of Loop 2 in it. */
interface Window {
  page: Page;
  frame: Frame;
  picture: (file: string) => Promise<unknown>;
}

export default async function (context: PageTestContext): Promise<void> {
  const { page, workspace, screenshotsDir, evaluate } = context;
  const write = (files: Record<string, string>): void => {
    for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(workspace, file), text);
  };
  const choose = (option: string): Promise<void> =>
    page.getByRole('option', { name: new RegExp(option) }).click({ timeout: LIMIT });
  const inFirst = async (command: string, option: string): Promise<void> => {
    await evaluate((vscode, what) => void vscode.commands.executeCommand(`seaworthy.${what}`), command);
    await choose(option);
  };
  write({ 'tasks.md': TASKS, 'src/index.js': USER });
  repository(workspace);
  await registerScriptedModel(
    evaluate,
    ANSWERS.map((answer) => JSON.stringify(answer)),
  );
  await inFirst('startLoop2', 'tasks\\.md');
  await choose('You.*Work on Task');
  const own = await loop2Page(page);
  await inFirst('workOnTask', 'AB-1');
  await task(own, 'AB-1', 'working').waitFor({ timeout: LIMIT });
  write(ORDER);

  const other = await openSecondWindow(page, 'Show Loop 2');
  const second: Window = {
    page: other,
    frame: await loop2Page(other),
    picture: (file) => other.screenshot({ path: path.join(screenshotsDir, `loop2-windows-${file}.png`) }),
  };
  await inFirst('letModelWork', 'AB-2');
  await task(second.frame, 'AB-2', 'proposed').waitFor({ timeout: LIMIT });
  await discards(second);
  await inFirst('readyTask', 'AB-1');
  await task(second.frame, 'AB-1', 'done').waitFor({ timeout: LIMIT });
  await task(second.frame, 'AB-1', 'done').press('Enter');
  await second.frame.getByText('✓ audit: pass').first().waitFor({ timeout: LIMIT });
  await second.picture('done');
  await undoes(second, workspace);
  const again = await isThereAfterReload(second);

  write(VISITS);
  await inFirst('readyTask', 'AB-3');
  await follows(again);
  // As when a window crashes: nothing of it gets to say a word.
  await evaluate(() => void setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100));
  await page.close();
  await goesOn(again);
  await cancels(again);
}

async function loop2Page(page: Page): Promise<Frame> {
  const frame = await pageFrame(page, '#source');
  await frame.getByRole('heading', { name: 'Loop 2 of tasks.md' }).waitFor({ timeout: LIMIT });
  return frame;
}

/** Opens the details of a task and asks for something that hurts; the first time nobody wants it after all. */
async function asks(
  { page, frame }: Window,
  id: string,
  deed: string,
): Promise<(answer: string) => Promise<void>> {
  const button = frame.getByRole('button', { name: deed });
  if (id !== '') {
    await task(frame, id, '').press('Enter');
    await frame.locator('#detailTitle', { hasText: id }).waitFor({ timeout: LIMIT });
  }
  // A message of the editor is a dialog too, and a button can be drawn anew while its key is on the way.
  const dialog = page.locator('.monaco-dialog-box');
  const asked = (): Promise<boolean> =>
    pollFor('the question', LIMIT, async () => {
      if (!(await dialog.isVisible())) await button.press('Enter');
      return comesTo(dialog, 'visible');
    });
  await asked();
  await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await asked();
  return (answer) => dialog.getByRole('button', { name: answer, exact: true }).click();
}

async function discards(window: Window): Promise<void> {
  const say = await asks(window, 'AB-2', 'Discard Proposed Changes…');
  await window.page.getByText('It is nowhere else. The task is yours then.').waitFor();
  await window.picture('discard');
  await task(window.frame, 'AB-2', 'proposed').waitFor();
  await say('Discard');
  await task(window.frame, 'AB-2', 'open').waitFor({ timeout: LIMIT });
}

async function undoes(window: Window, workspace: string): Promise<void> {
  const order = path.join(workspace, 'src/order.js');
  const say = await asks(window, 'AB-1', 'Undo Task…');
  await window.page.getByText(/^src\/order\.js, test\/order\.test\.js/).waitFor();
  await window.picture('undo');
  assert.ok(fs.existsSync(order), 'undone without a word');
  await say('Undo Task');
  await task(window.frame, 'AB-1', 'open').waitFor({ timeout: LIMIT });
  await pollFor('the file to be gone again', LIMIT, () => !fs.existsSync(order));
  await window.page
    .getByText(/What was taken away is in the commit [0-9a-f]{12}/)
    .waitFor({ timeout: LIMIT });
}

async function isThereAfterReload(window: Window): Promise<Window> {
  await pollFor('the editor to keep the state of the page', LIMIT, () => isKept(window.page, 'loop2'));
  await window.page.reload();
  const frame = await loop2Page(window.page);
  await task(frame, 'AB-2', 'open').waitFor({ timeout: LIMIT });
  return { ...window, frame };
}

/** It sees all that the other does, and may do nothing itself. */
async function follows({ frame, picture }: Window): Promise<void> {
  await task(frame, 'AB-3', 'auditing').waitFor({ timeout: LIMIT });
  await frame.locator('#state', { hasText: 'running in another window' }).waitFor({ timeout: LIMIT });
  await picture('elsewhere');
  assert.equal(await frame.getByRole('toolbar').getByRole('button').count(), 0);
}

async function goesOn({ page, frame, picture }: Window): Promise<void> {
  await page.bringToFront();
  await frame.locator('#state', { hasText: 'interrupted' }).waitFor({ timeout: LIMIT });
  await task(frame, 'AB-3', 'ready').waitFor();
  await picture('interrupted');
  await frame.getByRole('button', { name: 'Resume' }).press('Enter');
  await task(frame, 'AB-3', 'auditing').waitFor({ timeout: LIMIT });
  await task(frame, 'AB-3', 'done').waitFor({ timeout: LIMIT });
  await frame.getByText('1 of 3', { exact: true }).waitFor({ timeout: LIMIT });
}

async function cancels(window: Window): Promise<void> {
  const say = await asks(window, '', 'Cancel Run…');
  await window.page.getByText('What was verified stays as it is.').waitFor();
  await window.picture('cancel');
  await window.frame.locator('#state', { hasText: 'waiting for you' }).waitFor();
  await say('Cancel Loop 2');
  await window.frame.locator('#state', { hasText: 'cancelled' }).waitFor({ timeout: LIMIT });
}
