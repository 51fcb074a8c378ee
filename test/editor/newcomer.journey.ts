import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { runCompose } from '../support/compose';
import { comesTo } from '../support/comesTo';
import { closeChat } from '../support/editorPage';
import { answerFileDialog, paletteInput } from '../support/fileDialog';
import { chooseInMenu } from '../support/menus';
import { pageFrame } from '../support/pageFrame';
import type { JourneyContext } from '../support/pageTest';
import { pollFor } from '../support/timeLimit';

export const name =
  'a newcomer installs the VSIX, audits the sample, mends a finding, looks at containers, runs a pre-mortem, and finds it again after a reload';

const LIMIT = 60_000;
/** How long the palette may look for a command that is there. */
const COMMAND_LIMIT = 3_000;
const GOAL = 'A shop whose orders never get lost';

const row = (page: Page, text: string | RegExp): Locator => page.getByRole('treeitem', { name: text });

export default async function ({ page: first, vsix, home, screenshotsDir }: JourneyContext): Promise<void> {
  let step = 0;
  const pictured = (page: Page, what: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `newcomer-${++step}-${what}.png`) });
  await install(first, home, vsix);
  await pictured(first, 'installed');
  const page = await openSample(first, home, pictured);
  await audits(page, pictured);
  await mends(page, path.join(home, 'seaworthy-sample'), pictured);
  const shop = await startShop(home);
  try {
    await looksAtContainers(page, shop.name, pictured);
  } finally {
    await shop.remove();
  }
  const frame = await runsPremortem(page);
  const rate = await frame.locator('.big strong').textContent();
  await pictured(page, 'premortem');
  await page.reload();
  await comesBack(page, rate);
  await pictured(page, 'again');
}

type Picture = (page: Page, what: string) => Promise<unknown>;

/** The palette does not know of commands that come while it is open. */
async function runCommand(page: Page, title: string): Promise<void> {
  const option = page.getByRole('option', { name: new RegExp(`^${title.replaceAll('.', '\\.')}`) }).first();
  await pollFor(`the command ${title}`, LIMIT, async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    try {
      await paletteInput(page).fill(`>${title}`, { timeout: COMMAND_LIMIT });
      await option.waitFor({ timeout: COMMAND_LIMIT });
      return true;
    } catch {
      return false;
    }
  });
  await page.keyboard.press('Enter');
}

async function install(page: Page, home: string, vsix: string): Promise<void> {
  await page.getByRole('tab', { name: /^Explorer/ }).waitFor({ timeout: LIMIT });
  await closeChat(page);
  await runCommand(page, 'Extensions: Install from VSIX...');
  const downloads = path.join(home, 'downloads');
  fs.mkdirSync(downloads);
  fs.copyFileSync(vsix, path.join(downloads, 'seaworthy.vsix'));
  const listed = 'seaworthy.vsix';
  await answerFileDialog(page, path.join(downloads, 'seaworthy.vsix'), { button: 'Install', listed });
  await page
    .getByText(/Completed installing extension/)
    .first()
    .waitFor({ timeout: LIMIT });
  await page.getByRole('tab', { name: 'Seaworthy' }).waitFor({ timeout: LIMIT });
}

/** The first step of the walkthrough; the copy opens in this window, for no folder is open. */
async function openSample(page: Page, home: string, pictured: Picture): Promise<Page> {
  await runCommand(page, 'Seaworthy: Open Walkthrough');
  const button = page.getByRole('button', { name: 'Open the Sample' }).first();
  await button.waitFor({ timeout: LIMIT });
  await pictured(page, 'walkthrough');
  await button.click();
  await answerFileDialog(page, `${home}/`, { button: 'Copy Here', listed: 'downloads' });
  await row(page, 'src').first().waitFor({ timeout: LIMIT });
  await closeChat(page);
  await pictured(page, 'sample');
  await trustFolder(page);
  return page;
}

/** The walkthrough, which goes on by itself, may open over the page that asks. */
async function trustFolder(page: Page): Promise<void> {
  const restricted = page.getByRole('button', { name: /^Restricted Mode/ }).first();
  await restricted.waitFor({ timeout: LIMIT });
  const trust = page.getByRole('button', { name: 'Trust', exact: true });
  await pollFor('the trust in the folder', LIMIT, async () => {
    const next = (await trust.isVisible()) ? trust : restricted;
    await next.click({ timeout: COMMAND_LIMIT }).catch(() => undefined);
    return comesTo(restricted, 'hidden');
  });
  // The key is for what has the focus, and the page of trust may not have it.
  const shown = page.getByText('You trust this folder');
  await pollFor('the end of the page of trust', LIMIT, async () => {
    await shown.click({ timeout: COMMAND_LIMIT }).catch(() => undefined);
    await page.keyboard.press('Escape');
    return comesTo(shown, 'hidden');
  });
}

async function audits(page: Page, pictured: Picture): Promise<void> {
  await row(page, 'src').first().click();
  await chooseInMenu(page, row(page, 'orders.js').first(), 'Audit This File');
  await page
    .getByText(/src\/orders\.js: fail/)
    .first()
    .waitFor({ timeout: LIMIT });
  await page.getByRole('tab', { name: 'Seaworthy' }).click();
  const verdict = row(page, /^orders\.js, fail/).first();
  await verdict.waitFor({ timeout: LIMIT });
  const theater = row(page, /^theater, fail/).first();
  if ((await verdict.getAttribute('aria-expanded')) !== 'true') await verdict.click();
  await theater.waitFor();
  if ((await theater.getAttribute('aria-expanded')) !== 'true') await theater.click();
  await row(page, /TH09, line 7/)
    .first()
    .click();
  await page.getByText(/Ln 7, Col/).waitFor({ timeout: LIMIT });
  await page.keyboard.press('Control+Shift+M');
  await page
    .getByText(/After logging the error the function goes on/)
    .first()
    .waitFor();
  await pictured(page, 'findings');
}

/** By the light bulb, and then the audit once more. */
async function mends(page: Page, workspace: string, pictured: Picture): Promise<void> {
  await page.keyboard.press('Control+J');
  await row(page, /TH09, line 7/)
    .first()
    .click();
  await page.keyboard.press('Control+1');
  await page.keyboard.press('Control+.');
  const fix = page.getByText('Throw the error again').first();
  await fix.waitFor({ timeout: LIMIT });
  await pictured(page, 'fix');
  await fix.click();
  await page.getByText('throw error;').first().waitFor({ timeout: LIMIT });
  await page.keyboard.press('Control+S');
  await runCommand(page, 'Seaworthy: Audit This File');
  await row(page, /^orders\.js, pass/)
    .first()
    .waitFor({ timeout: LIMIT });
  assert.match(fs.readFileSync(path.join(workspace, 'src/orders.js'), 'utf8'), /throw error;/);
  await pictured(page, 'pass');
}

const HEALTH = `node -e "fetch('http://127.0.0.1:80').then((a) => process.exit(a.ok ? 0 : 1))"`;
const SHOP = `version: "3.8"
services:
  web:
    image: node:24-slim
    init: true
    command: ["node", "-e", "require('http').createServer((_, answer) => answer.end('ahoy')).listen(80)"]
    healthcheck: { test: ${JSON.stringify(HEALTH)}, interval: 1s, retries: 20 }
  ledger:
    image: node:24-slim
    init: true
    command: ["node", "-e", "setInterval(() => console.log('ledger: nothing to write'), 1000)"]
`;

/** A small project of two containers, as the newcomer may have one running. */
async function startShop(home: string): Promise<{ name: string; remove(): Promise<void> }> {
  const project = `harbour-${randomBytes(3).toString('hex')}`;
  const file = path.join(home, 'compose.yaml');
  fs.writeFileSync(file, SHOP);
  const words = ['--project-name', project, '--file', file];
  await runCompose([...words, 'up', '--detach']);
  return { name: project, remove: async () => void (await runCompose([...words, 'down', '--timeout', '1'])) };
}

async function looksAtContainers(page: Page, project: string, pictured: Picture): Promise<void> {
  const shop = row(page, new RegExp(project)).first();
  await shop.waitFor({ timeout: LIMIT });
  if ((await shop.getAttribute('aria-expanded')) !== 'true') await shop.click();
  const web = row(page, /-web-1, healthy/).first();
  await web.waitFor({ timeout: LIMIT });
  await chooseInMenu(page, row(page, /-ledger-1, running/).first(), 'Show Logs');
  const frame = await pageFrame(page, '#rows');
  await frame
    .getByText(/ledger: nothing to write/)
    .first()
    .waitFor({ timeout: LIMIT });
  await pictured(page, 'containers');
}

async function runsPremortem(page: Page): Promise<Frame> {
  await runCommand(page, 'Seaworthy: Start Loop 1...');
  await page
    .getByRole('option', { name: /in words/ })
    .first()
    .click({ timeout: LIMIT });
  await page.getByText('No promise in it lowers a risk.').first().waitFor();
  await paletteInput(page).fill(GOAL);
  await paletteInput(page).press('Enter');
  await page.getByText('May Loop 1 ask the network as well?').waitFor({ timeout: LIMIT });
  await paletteInput(page).press('Enter');
  return readyBoard(page);
}

async function readyBoard(page: Page): Promise<Frame> {
  const frame = await pageFrame(page, '#goal');
  await frame.getByRole('heading', { name: GOAL }).waitFor({ timeout: LIMIT });
  await frame.locator('#state', { hasText: 'waiting for you' }).waitFor({ timeout: LIMIT });
  return frame;
}

/** The audits, and the run with its rate; whether its tab comes back is up to the editor, that it can be opened is not. */
async function comesBack(page: Page, rate: string | null): Promise<void> {
  await row(page, /^orders\.js, pass/)
    .first()
    .waitFor({ timeout: LIMIT });
  await page.getByRole('button', { name: 'Loop Runs Section' }).click();
  const run = row(page, new RegExp(`^Loop 1, waiting for you.*${GOAL}`)).first();
  await run.click({ timeout: LIMIT });
  const frame = await readyBoard(page);
  assert.equal(await frame.locator('.big strong').textContent(), rate);
}
