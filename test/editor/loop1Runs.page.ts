import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Frame, Page } from 'playwright-core';
import type { Loop1View } from '../../src/loops/loop1/view';
import { writeFaultyProject } from '../support/loop1Workspace';
import { NO_ANSWER, registerScriptedModel } from '../support/scriptedModel';
import { openMenu } from '../support/menus';
import { pageFrame } from '../support/pageFrame';
import type { PageTestContext } from '../support/pageTest';
import { pollFor } from '../support/timeLimit';

export const name =
  'Loop 1 is started from a listed plan with the network, paused for a constraint, resumed and exported, and stays in the tree beside a new run';

const LIMIT = 90_000;
type Picture = (file: string) => Promise<unknown>;

export default async function (context: PageTestContext): Promise<void> {
  const { page, workspace, screenshotsDir, evaluate } = context;
  const picture: Picture = (file) =>
    page.screenshot({ path: path.join(screenshotsDir, `loop1-runs-${file}.png`) });
  writeFaultyProject(workspace);
  const model = await registerScriptedModel(evaluate, [NO_ANSWER, '{"scenarios":[]}']);
  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  await page.getByRole('tab', { name: 'Seaworthy' }).click();
  await page.getByRole('button', { name: 'Loop Runs Section' }).click();
  await page.getByRole('button', { name: 'Start Loop 1', exact: true }).first().press('Enter');
  await page.getByRole('option', { name: /PLAN\.md/ }).click({ timeout: LIMIT });
  await page.getByRole('option', { name: /Allow/ }).click();
  const frame = await pageFrame(page, '#goal');
  await pollFor('the question to the model', LIMIT, async () => (await model.prompts()).length > 0);
  await pausesToInject(page, frame, picture);
  await frame.getByRole('heading', { name: /^PLAN\.md: Plan/ }).waitFor();
  await frame.getByRole('tab', { name: 'Research' }).click();
  await frame.getByRole('row', { name: /^Advisories \(OSV\) (?!off)/ }).waitFor();
  await picture('network');
  await exports(page, frame, workspace);
  await beginsAnother(page, frame, picture);
}

/** While it waits for its model there is time for a thought. */
async function pausesToInject(page: Page, frame: Frame, picture: Picture): Promise<void> {
  await frame.locator('#state', { hasText: 'running' }).waitFor({ timeout: LIMIT });
  await frame.getByRole('button', { name: 'Inject…' }).click();
  await frame.locator('#injectText').fill('Nobody is on call at night');
  await frame.getByRole('button', { name: 'Pause and Inject' }).click();
  await frame.locator('#state', { hasText: 'paused' }).waitFor({ timeout: LIMIT });
  await picture('paused');
  const row = page.getByRole('treeitem', { name: /^Loop 1, paused/ });
  await row.hover();
  await row.getByRole('button', { name: 'Resume Loop 1' }).click();
  await frame.locator('#state', { hasText: 'waiting for you' }).waitFor({ timeout: LIMIT });
  await frame.getByRole('tab', { name: 'Iterations' }).click();
  await frame.getByRole('row', { name: /^constraint Nobody is on call at night iteration 1/ }).waitFor();
}

async function exports(page: Page, frame: Frame, workspace: string): Promise<void> {
  for (const [button, file] of [
    ['JSON', 'loop1.json'],
    ['HTML, to print', 'loop1.html'],
  ] as const) {
    await frame.getByRole('button', { name: 'Export…' }).click();
    await frame.getByRole('button', { name: button, exact: true }).click();
    const input = page.locator('.quick-input-widget input[type="text"]').first();
    await pollFor('the name that is offered', LIMIT, async () => (await input.inputValue()).endsWith(file));
    await page.keyboard.press('Enter');
    await frame.getByText(`Exported to ${file}.`).waitFor({ timeout: LIMIT });
  }
  const { columns } = JSON.parse(fs.readFileSync(path.join(workspace, 'loop1.json'), 'utf8')) as Loop1View;
  const evidence = columns.flatMap(({ cards }) => cards).flatMap((card) => card.evidence);
  assert.ok(evidence.some(({ file }) => file === 'src/mail.js'));
  const browser = await page.context().newPage();
  try {
    await browser.goto(pathToFileURL(path.join(workspace, 'loop1.html')).href);
    await browser.getByRole('heading', { name: 'Loop 1: how will it fail?' }).waitFor();
    assert.equal(await browser.locator('button, script').count(), 0);
  } finally {
    await browser.close();
  }
}

async function beginsAnother(page: Page, frame: Frame, picture: Picture): Promise<void> {
  await frame.getByRole('button', { name: 'New Run…' }).click();
  await page.getByRole('option', { name: /What the workspace says/ }).click({ timeout: LIMIT });
  await frame.getByRole('heading', { name: /^How will .* fail\?/ }).waitFor({ timeout: LIMIT });
  await frame.locator('#state', { hasText: 'waiting for you' }).waitFor({ timeout: LIMIT });
  await page.getByRole('treeitem', { name: /^Loop 1, waiting for you/ }).waitFor();
  // Its question is not asked here: an editor under test shows no dialogs.
  await openMenu(page, page.getByRole('treeitem', { name: /^\d.*PLAN\.md/ }), 'Delete Run...');
  await picture('old');
}
