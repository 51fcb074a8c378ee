import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { clickEntry, openMenu } from '../support/menus';
import type { PageTestContext } from '../support/pageTest';

export const name =
  'a user audits a file from the explorer, reads the verdict and finds it again after a reload';

/** Rows of the side bar; their accessible names are what a screen reader says. */
const row = (page: Page, text: string | RegExp): Locator => page.getByRole('treeitem', { name: text });

async function openFolderInExplorer(page: Page, folder: string): Promise<void> {
  await row(page, folder).first().waitFor();
  if ((await row(page, folder).first().getAttribute('aria-expanded')) !== 'true') {
    await row(page, folder).first().click();
  }
}

async function openSideBar(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Seaworthy' }).click();
  await page
    .getByRole('heading', { name: /^Audits/ })
    .first()
    .waitFor();
}

async function auditFromExplorer(page: Page, screenshotsDir: string): Promise<void> {
  await openFolderInExplorer(page, 'src');
  const entry = await openMenu(page, row(page, 'payment.js').first(), 'Audit This File');
  await page.screenshot({ path: path.join(screenshotsDir, 'context-menu.png') });
  await clickEntry(entry);
  await page
    .getByText(/src\/payment\.js: fail/)
    .first()
    .waitFor({ timeout: 60_000 });
}

async function readVerdict(page: Page, screenshotsDir: string): Promise<void> {
  await openSideBar(page);
  const report = row(page, /^payment\.js, fail/).first();
  await report.waitFor();
  if ((await report.getAttribute('aria-expanded')) !== 'true') await report.click();
  const theater = row(page, /^theater, fail/).first();
  await theater.waitFor();
  await theater.click();
  const finding = row(page, /TH02, line 11/).first();
  await finding.waitFor();
  await page.screenshot({ path: path.join(screenshotsDir, 'verdict.png') });
  await finding.click();
  await page.getByText('Ln 11, Col').waitFor();
  await page.keyboard.press('Control+Shift+M');
  await page
    .getByText(/comes from Math\.random/)
    .first()
    .waitFor();
  await page.screenshot({ path: path.join(screenshotsDir, 'finding.png') });
}

/** The finding's code leads to the page of its rule, the row's button to the report. */
async function readMore(page: Page, screenshotsDir: string): Promise<void> {
  await page.locator('.markers-panel a', { hasText: 'TH02' }).first().click();
  await page.getByRole('tab', { name: /TH02\.md/ }).waitFor();
  await page.keyboard.press('Control+J');
  const report = row(page, /^payment\.js, fail/).first();
  await report.hover();
  await report.getByRole('button', { name: 'Open Report' }).click();
  await page.getByRole('tab', { name: /payment\.js \(audit\)/ }).waitFor();
  const shown = reportFrame(page);
  await shown.getByText("Don't rely on src/payment.js yet").waitFor();
  await page.screenshot({ path: path.join(screenshotsDir, 'report.png') });
  await shown.getByRole('heading', { name: /^Source/ }).scrollIntoViewIfNeeded();
  await page.screenshot({ path: path.join(screenshotsDir, 'report-source.png') });
  await shown.getByRole('button', { name: 'Explain Evidence' }).first().click();
  await page.getByRole('tab', { name: /Preview PR02 at line 13/ }).waitFor();
  await previewFrame(page).getByRole('heading', { name: 'What to do' }).waitFor();
  await page.screenshot({ path: path.join(screenshotsDir, 'explanation.png') });
  await shown.getByRole('button', { name: 'Go to Line' }).first().press('Enter');
  await page.getByText('Ln 13, Col').waitFor();
}

/** The inside of the page of a report: an editor's page is a frame in a frame. */
function reportFrame(page: Page) {
  return page.frameLocator('iframe.webview.ready').first().frameLocator('iframe#active-frame');
}

/** The Markdown that the editor shows beside the report. */
function previewFrame(page: Page) {
  return page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame');
}

export default async function ({ page, screenshotsDir, evaluate }: PageTestContext): Promise<void> {
  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  // The hover of a row that was clicked would lie over the one to click next.
  await evaluate((vscode) =>
    vscode.workspace.getConfiguration('workbench').update('hover.delay', 60_000, true),
  );
  await auditFromExplorer(page, screenshotsDir);
  await readVerdict(page, screenshotsDir);
  await readMore(page, screenshotsDir);
  await page.reload();
  await openSideBar(page);
  const report = row(page, /^payment\.js, fail/).first();
  await report.waitFor({ timeout: 60_000 });
  await page.screenshot({ path: path.join(screenshotsDir, 'after-reload.png') });
  assert.match((await report.getAttribute('aria-label')) ?? '', /payment\.js, fail/);
}
