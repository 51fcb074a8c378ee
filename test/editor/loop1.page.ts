import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { assertAccessible, lookInEachTheme } from '../support/accessibility';
import { writeFaultyProject } from '../support/loop1Workspace';
import { pageFrame } from '../support/pageFrame';
import type { PageTestContext } from '../support/pageTest';
import { pollFor } from '../support/timeLimit';

export const name =
  'Loop 1 is started, read, decided on and mended by keyboard, and the next iteration sees it';

const LIMIT = 60_000;
/** What a screen reader is told. */
const TOOLBAR = `- toolbar "Run":
  - button "Next Iteration"
  - button "Inject…"
  - button "Export…"
  - button "New Run…"`;
const TABS = `- tablist "Parts of the run":
  - tab "Cards" [selected]
  - tab "Research"
  - tab "Iterations"`;
const CARD = /^- list "P0":\n {2}- listitem:\n {4}- button "A secret that stands in the code/;
const GOAL = 'A shop whose orders survive a broken disk';
const HOSTILE = '<img src=x onerror="document.title=1"> The partner leaves';

/** A card by the beginning of its title. */
const card = (frame: Frame, title: string) =>
  frame.getByRole('button', { name: new RegExp(`^${title}`) }).first();
const column = (frame: Frame, label: string) => frame.getByRole('list', { name: label });
const rate = async (frame: Frame): Promise<number> =>
  Number.parseFloat((await frame.locator('.big strong').textContent()) ?? '');

export default async function (context: PageTestContext): Promise<void> {
  const { page, workspace, screenshotsDir, evaluate } = context;
  const picture = (file: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `loop1-${file}.png`) });
  writeFaultyProject(workspace);
  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  const frame = await starts(page, picture);
  await lookInEachTheme(context, frame, 'loop1-board');
  assert.equal(await frame.getByRole('toolbar').ariaSnapshot(), TOOLBAR);
  assert.equal(await frame.getByRole('tablist').ariaSnapshot(), TABS);
  assert.match(await frame.getByRole('list', { name: 'P0' }).ariaSnapshot(), CARD);
  await reads(page, frame, picture);
  await decides(page, frame, picture);
  await mends(context, frame, picture);
  await putsIn(frame, picture);
  await looksAgain(page, frame, picture);
  await exportsMarkdown(page, frame, workspace);
}

type Picture = (file: string) => Promise<unknown>;

/** From the welcome text of the view; the goal in words; the network is asked about once, and off. */
async function starts(page: Page, picture: Picture): Promise<Frame> {
  await page.getByRole('tab', { name: 'Seaworthy' }).click();
  await page.getByRole('button', { name: 'Loop Runs Section' }).click();
  await page.getByText('How will this project fail?').first().waitFor({ timeout: LIMIT });
  await picture('welcome');
  await page.getByRole('button', { name: 'Start Loop 1', exact: true }).first().press('Enter');
  await page
    .getByRole('option', { name: /PLAN\.md/ })
    .first()
    .waitFor({ timeout: LIMIT });
  await picture('start');
  await page.keyboard.type('in words');
  await page.keyboard.press('Enter');
  await page.getByText('No promise in it lowers a risk.').first().waitFor();
  await page.keyboard.type(GOAL);
  await page.keyboard.press('Enter');
  await page.getByText('May Loop 1 ask the network as well?').waitFor();
  await picture('network');
  await page.keyboard.press('Enter');
  const frame = await pageFrame(page, '#goal');
  await frame.getByRole('heading', { name: GOAL }).waitFor({ timeout: LIMIT });
  await frame.locator('#state', { hasText: 'waiting for you' }).waitFor({ timeout: LIMIT });
  await page
    .getByRole('treeitem', { name: new RegExp(`^Loop 1, waiting for you, .* now, .*${GOAL}`) })
    .waitFor();
  return frame;
}

/** Arrows go over the board, Enter to the details, E to the place that speaks for it. */
async function reads(page: Page, frame: Frame, picture: Picture): Promise<void> {
  const first = column(frame, 'P0').locator('.title').first();
  await first.focus();
  await page.keyboard.press('ArrowDown');
  await column(frame, 'P0').locator('.title').nth(1).and(frame.locator(':focus')).waitFor();
  await page.keyboard.press('ArrowRight');
  await column(frame, 'P1').locator('.title:focus').waitFor();
  await page.keyboard.press('ArrowLeft');
  await card(frame, 'A secret that stands in the code').focus();
  await page.keyboard.press('Enter');
  await frame.locator('#detailTitle:focus', { hasText: 'A secret that stands in the code' }).waitFor();
  await frame.getByRole('heading', { name: 'Who is hurt' }).waitFor();
  await picture('detail');
  await assertAccessible(frame, 'a card with its details');
  await page.keyboard.press('Escape');
  await frame.locator('#detail').waitFor({ state: 'hidden' });
  await frame.locator('.title:focus', { hasText: 'A secret that stands in the code' }).waitFor();
  await page.keyboard.press('e');
  await page.getByRole('tab', { name: /^mail\.js/ }).waitFor({ timeout: LIMIT });
  await page.getByText('Ln 1, Col 1').waitFor();
  await picture('evidence');
}

/** A decision wants a reason, is shown apart, lowers the rate, and can be taken back. */
async function decides(page: Page, frame: Frame, picture: Picture): Promise<void> {
  const before = await rate(frame);
  const chosen = card(frame, 'The database answers to the whole network');
  await chosen.focus();
  await page.keyboard.press('a');
  const dialog = frame.getByRole('dialog', { name: 'Accept this risk' });
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'Accept', exact: true }).press('Enter');
  await dialog.getByText('A decision needs a reason.').waitFor();
  await dialog.locator('#reasonText').fill('It is thrown away in a week');
  await dialog.getByLabel('Holds').selectOption('30');
  await picture('decision');
  await assertAccessible(frame, 'the dialog of a decision');
  await dialog.getByRole('button', { name: 'Accept', exact: true }).press('Enter');
  await column(frame, 'Set aside')
    .getByRole('button', { name: /^The database answers to the whole network.*accepted/ })
    .waitFor();
  assert.ok((await rate(frame)) < before, 'the rate falls');
  await frame.getByText('without 1 set aside').waitFor();
  await chosen.focus();
  await page.keyboard.press('u');
  await column(frame, 'P0')
    .getByRole('button', { name: /^The database answers to the whole network/ })
    .waitFor();
  assert.equal(await rate(frame), before);
  // The same with the mouse.
  await column(frame, 'P1').locator('.card').first().dragTo(frame.locator('.column.aside'));
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
}

/** A change is looked at before it is made, and can be undone. */
async function mends({ page, workspace }: PageTestContext, frame: Frame, picture: Picture): Promise<void> {
  const file = path.join(workspace, '.gitignore');
  const before = fs.readFileSync(file, 'utf8');
  const isNow = (what: string, fits: (text: string) => boolean): Promise<unknown> =>
    pollFor(what, LIMIT, () => fits(fs.readFileSync(file, 'utf8')));
  const chosen = card(frame, 'A file with passwords is committed');
  await chosen.focus();
  await page.keyboard.press('Enter');
  assert.ok(await frame.getByRole('button', { name: 'Apply' }).isDisabled(), 'it was not looked at yet');
  await frame.getByRole('button', { name: 'Preview Change' }).press('Enter');
  await page
    .getByRole('tab', { name: /^\.gitignore \(Name it in \.gitignore\)/ })
    .waitFor({ timeout: LIMIT });
  await picture('preview');
  assert.equal(fs.readFileSync(file, 'utf8'), before, 'a look changes nothing');
  await frame.getByRole('button', { name: 'Apply' }).and(frame.locator(':enabled')).press('Enter');
  await isNow('the edit', (text) => /^\.env$/m.test(text));
  await frame.getByRole('button', { name: 'Undo Edit' }).press('Enter');
  await isNow('what was before', (text) => text === before);
  await frame.getByRole('button', { name: 'Apply' }).press('Enter');
  await isNow('the edit again', (text) => /^\.env$/m.test(text));
  await frame.locator('#drift', { hasText: 'The files have changed' }).waitFor({ timeout: LIMIT });
  await picture('applied');
  await frame.getByRole('button', { name: 'Close details' }).press('Enter');
}

/** Text of a person counts at once, and is text. */
async function putsIn(frame: Frame, picture: Picture): Promise<void> {
  await frame.getByRole('button', { name: 'Inject…' }).press('Enter');
  await frame.locator('#injectText').fill('No cloud services');
  await frame.getByRole('button', { name: 'Inject', exact: true }).press('Enter');
  await frame.locator('#injectDialog').waitFor({ state: 'hidden' });
  await frame.getByRole('button', { name: 'Add Card…' }).press('Enter');
  await frame.locator('#ownTitle').fill(HOSTILE);
  await frame.locator('#ownLikelihood').fill('80');
  await frame.locator('#ownImpact').fill('90');
  await frame.getByText('This makes it P0').waitFor();
  await picture('own-card');
  await frame.getByRole('button', { name: 'Add Card', exact: true }).press('Enter');
  await column(frame, 'P0').getByText(HOSTILE).waitFor();
  assert.equal(await frame.locator('img').count(), 0, 'a title is text');
}

async function looksAgain(page: Page, frame: Frame, picture: Picture): Promise<void> {
  await frame.getByRole('button', { name: 'Next Iteration' }).press('Enter');
  await frame.getByText('Iteration 2 of at most 10').waitFor({ timeout: LIMIT });
  await frame.locator('#state', { hasText: 'waiting for you' }).waitFor({ timeout: LIMIT });
  await card(frame, 'A file with passwords is committed').waitFor({ state: 'detached' });
  await frame.locator('#drift').waitFor({ state: 'hidden' });
  await frame.getByRole('img', { name: /^Failure rate: iteration 1: .*iteration 2: .*Target 5 %/ }).waitFor();
  await frame.getByRole('tab', { name: 'Iterations' }).press('Enter');
  await frame.getByRole('heading', { name: /^Since iteration 1: \d+ gone/ }).waitFor();
  await frame.getByText('− A file with passwords is committed').waitFor();
  await frame.getByRole('row', { name: /^constraint No cloud services iteration 1/ }).waitFor();
  await picture('iterations');
  await assertAccessible(frame, 'the iterations');
  await frame.getByRole('tab', { name: 'Iterations' }).press('ArrowLeft');
  await frame.getByRole('row', { name: /^Advisories \(OSV\) off/ }).waitFor();
  await picture('research');
  await assertAccessible(frame, 'the research');
  await frame.getByRole('button', { name: 'package.json' }).first().press('Enter');
  await page.getByRole('tab', { name: /^package\.json/ }).waitFor({ timeout: LIMIT });
}

async function exportsMarkdown(page: Page, frame: Frame, workspace: string): Promise<void> {
  await frame.getByRole('button', { name: 'Export…' }).click();
  await frame.getByRole('button', { name: 'Markdown' }).press('Enter');
  await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
  const file = path.join(workspace, 'loop1.md');
  const text = await pollFor('the export', LIMIT, () =>
    fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined,
  );
  assert.match(text, /## P0 \(\d+, [\d.]+ points\)/);
  assert.match(text, /\\<img src=x/);
}
