import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Frame, Page } from 'playwright-core';
import { lookInEachTheme } from '../support/accessibility';
import type { PageTestContext } from '../support/pageTest';
import { pageFrame } from '../support/pageFrame';
import { pollFor } from '../support/timeLimit';

export const name =
  'the page of a report audits again, goes through its history, is exported, and comes back after a reload';

const LIMIT = 60_000;
const FORMATS = ['HTML', 'JSON', 'SARIF'] as const;

/** How often a text is seen; NaN while the frame is replaced by another one. */
function textsIn(frame: Frame, text: string | RegExp): Promise<number> {
  const seen = frame.getByText(text).filter({ visible: true });
  return seen.count().catch(() => NaN);
}

/** The page as it is now: showing another report replaces what is in it. */
async function shown(page: Page, text: string | RegExp): Promise<Frame> {
  return pollFor(`a report with ${text}`, LIMIT, async () => {
    const frame = await pageFrame(page, 'main h1 .verdict');
    return (await textsIn(frame, text)) > 0 ? frame : undefined;
  });
}

/** The editor asks where to; Enter takes what it offers. */
async function answerWhereTo(page: Page, file: string | undefined): Promise<void> {
  const input = page.locator('.quick-input-widget input[type="text"]').first();
  await input.waitFor({ timeout: LIMIT });
  if (file === undefined) return page.keyboard.press('Escape');
  await pollFor('the name that is offered', LIMIT, async () => (await input.inputValue()).endsWith(file));
  await page.keyboard.press('Enter');
}

async function exportAll({ page, workspace, screenshotsDir }: PageTestContext): Promise<void> {
  const frame = await pageFrame(page, 'main h1 .verdict');
  await frame.getByRole('button', { name: 'Export JSON' }).press('Enter');
  await answerWhereTo(page, undefined);
  await frame.getByText('Nothing was exported.').waitFor({ timeout: LIMIT });
  for (const format of FORMATS) {
    const file = `payment.js.audit.${format.toLowerCase()}`;
    await frame.getByRole('button', { name: `Export ${format}` }).press('Enter');
    await answerWhereTo(page, file);
    await frame.getByText(`Exported to ${file}.`).waitFor({ timeout: LIMIT });
  }
  const read = (ending: string): string =>
    fs.readFileSync(path.join(workspace, `payment.js.audit.${ending}`), 'utf8');
  const { reports } = JSON.parse(read('json')) as { reports: { file: string; verdict: string }[] };
  assert.deepEqual(
    reports.map(({ file, verdict }) => [file, verdict]),
    [['src/payment.js', 'fail']],
  );
  const { runs } = JSON.parse(read('sarif')) as { runs: { results: { ruleId: string }[] }[] };
  assert.ok(runs[0]?.results.some(({ ruleId }) => ruleId === 'TH08'));
  const browser = await page.context().newPage();
  try {
    await browser.goto(pathToFileURL(path.join(workspace, 'payment.js.audit.html')).href);
    await browser.getByRole('heading', { name: /payment\.js/ }).waitFor();
    assert.equal(await browser.locator('button, script').count(), 0, 'nothing in a file can be clicked');
    await browser.screenshot({ path: path.join(screenshotsDir, 'report-exported.png'), fullPage: true });
  } finally {
    await browser.close();
  }
}

export default async function (context: PageTestContext): Promise<void> {
  const { page, workspace, screenshotsDir, evaluate } = context;
  const picture = (file: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `report-${file}.png`) });
  const source = path.join(workspace, 'src/payment.js');
  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  const id = await evaluate(async (vscode, file) => {
    const reports = await vscode.commands.executeCommand<{ id: string }[]>(
      'seaworthy.auditFile',
      vscode.Uri.file(file),
    );
    return reports[0]?.id ?? '';
  }, source);
  await evaluate((vscode, report) => void vscode.commands.executeCommand('seaworthy.openReport', report), id);
  await shown(page, 'This is the first audit of the file');
  // A change is said at once, and an audit of it is shown in the place of the old one.
  const before = fs.readFileSync(source, 'utf8');
  fs.writeFileSync(source, before.replace('95 + Math.random() * 5', '(100 * charges.paid) / charges.all'));
  const stale = await shown(page, 'The file has changed since this audit.');
  await stale.getByRole('button', { name: 'Audit Again' }).press('Enter');
  const second = await shown(page, '2 audits');
  assert.equal(await second.getByText('comes from Math.random').count(), 0);
  await second.getByRole('heading', { name: 'History' }).scrollIntoViewIfNeeded();
  await second.getByText('2 audits').press('Enter');
  await picture('history');
  await lookInEachTheme(context, second, 'report');
  // To the first one, whose text is no longer there, and back.
  await second.locator('button[data-ask="openReport"]').press('Enter');
  const first = await shown(page, /comes from Math\.random/);
  await first.getByText('its lines would not fit').waitFor();
  await picture('older');
  await first.getByText('2 audits').press('Enter');
  await first.locator('button[data-ask="openReport"]').press('Enter');
  await pollFor('the second report', LIMIT, async () => {
    const frame = await pageFrame(page, 'main h1 .verdict');
    return (await textsIn(frame, 'comes from Math.random')) === 0;
  });
  await exportAll(context);
  await page.reload();
  const again = await shown(page, '2 audits');
  assert.equal(await again.getByText('comes from Math.random').count(), 0, 'the one that was open');
  await picture('reloaded');
  await again.getByText('2 audits').press('Enter');
  await again.locator('button[data-ask="openReport"]').press('Enter');
  await shown(page, /comes from Math\.random/);
}
