import assert from 'node:assert/strict';
import * as path from 'node:path';
import { CLAIMED_PROJECT } from '../support/claimedProject';
import type { PageTestContext } from '../support/pageTest';
import { writeFiles } from '../support/temporaryFolder';

export const name = 'ticked tasks are verified from the palette, and the evidence leads to its line';

const LIMIT = 90_000;

export default async function ({
  page,
  workspace,
  screenshotsDir,
  evaluate,
}: PageTestContext): Promise<void> {
  writeFiles(workspace, CLAIMED_PROJECT);
  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  const list = path.join(workspace, 'specs/001-lending/tasks.md');
  await evaluate(async (vscode, file) => {
    await vscode.window.showTextDocument(vscode.Uri.file(file));
  }, list);
  await page.keyboard.press('F1');
  await page.keyboard.type('Verify Completed Tasks');
  await page
    .getByRole('option', { name: /Verify Completed Tasks/ })
    .first()
    .click();
  await page.getByRole('tab', { name: /tasks\.md \(verified\)\.txt/ }).waitFor({ timeout: LIMIT });
  const text = await evaluate((vscode) => vscode.window.activeTextEditor?.document.getText() ?? '');
  assert.match(text, /40 of 50 ticked tasks verified; 2 missing, 4 stub, 2 orphaned, 2 untested/);
  assert.match(text, /ORPHANED {2}T041/);
  await page.screenshot({ path: path.join(screenshotsDir, 'verify-tasks.png') });
  const target = await evaluate(async (vscode) => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const links = await vscode.commands.executeCommand<{ target?: { path: string; fragment: string } }[]>(
      'vscode.executeLinkProvider',
      uri,
    );
    const stub = links.find((link) => link.target?.path.endsWith('/catalogue/marc.py'));
    return `${stub?.target?.path ?? ''}#${stub?.target?.fragment ?? ''}`;
  });
  assert.match(target, /catalogue\/marc\.py#L4$/);
}
