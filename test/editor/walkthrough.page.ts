import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { comesTo } from '../support/comesTo';
import { answerFileDialog, paletteInput } from '../support/fileDialog';
import type { PageTestContext } from '../support/pageTest';
import { pollFor } from '../support/timeLimit';

export const name = 'the first steps are walked by keyboard, and lead to a copy of the sample of one’s own';

const LIMIT = 60_000;

export default async function ({
  page,
  workspace,
  screenshotsDir,
  evaluate,
}: PageTestContext): Promise<void> {
  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  // From the palette, as somebody would who has never seen a view of it.
  await page.keyboard.press('F1');
  await page.keyboard.type('Seaworthy: Open Walkthrough');
  await page.getByRole('option', { name: /Seaworthy: Open Walkthrough/ }).waitFor();
  await page.keyboard.press('Enter');
  const first = page.getByRole('button', { name: /Open a project, or the sample/ }).first();
  await first.waitFor({ timeout: LIMIT });
  // A folder is open already.
  await page.getByRole('checkbox', { name: 'Open a project, or the sample: Completed' }).waitFor();
  for (const title of ['Audit a file', 'See what runs', 'Ask how it will fail']) {
    await page
      .getByRole('button', { name: new RegExp(title) })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    await page.screenshot({ path: path.join(screenshotsDir, `walkthrough-${title.split(' ')[0]}.png`) });
  }
  await first.focus();
  await page.keyboard.press('Enter');
  await page.screenshot({ path: path.join(screenshotsDir, 'walkthrough.png') });
  const parent = path.join(path.dirname(workspace), 'samples');
  fs.mkdirSync(path.join(parent, 'seaworthy-sample'), { recursive: true });
  const open = page.getByRole('button', { name: 'Open the Sample' }).first();
  // A step that was just ticked is drawn anew, and a key that is on the way to it is lost.
  await pollFor('the dialog', LIMIT, async () => {
    await open.focus();
    await page.keyboard.press('Enter');
    return comesTo(paletteInput(page), 'visible');
  });
  await answerFileDialog(page, `${parent}/`, { button: 'Copy Here', listed: 'seaworthy-sample' });
  const copy = path.join(parent, 'seaworthy-sample-2');
  await pollFor('copying the sample', LIMIT, () => fs.existsSync(path.join(copy, 'src/payment.js')));
  assert.deepEqual(fs.readdirSync(path.join(parent, 'seaworthy-sample')), []);
  assert.match(fs.readFileSync(path.join(copy, 'README.md'), 'utf8'), /Harbour Shop/);
}
