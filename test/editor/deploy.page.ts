import * as fs from 'node:fs';
import * as path from 'node:path';
import { assertAccessible, lookInEachTheme } from '../support/accessibility';
import { DeployedWorkspace } from '../support/deployedWorkspace';
import type { PageTestContext } from '../support/pageTest';
import { pageFrame } from '../support/pageFrame';
import { pollFor } from '../support/timeLimit';

export const name =
  'the page of an environment shows the plan, asks, deploys and tells the end, by keyboard alone';

const LIMIT = 120_000;

export default async function (context: PageTestContext): Promise<void> {
  const { page, workspace, screenshotsDir, evaluate } = context;
  const stack = new DeployedWorkspace(workspace);
  const run = (command: string): Promise<unknown> =>
    evaluate((vscode, id) => void vscode.commands.executeCommand(id), command);
  const picture = (file: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `deploy-${file}.png`) });
  const problems = (): Promise<string> =>
    evaluate((vscode) =>
      vscode.languages
        .getDiagnostics()
        .filter(([uri]) => uri.path.endsWith('/seaworthy.json'))
        .flatMap(([, all]) => all.filter(({ source }) => source === 'Seaworthy'))
        .map(({ message, range }) => `${range.start.line + 1}: ${message}`)
        .join('\n'),
    );
  try {
    await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
    await stack.writeStack();
    // Nothing is written down: a text is offered, unsaved.
    await run('seaworthy.deploy');
    // An editor under test shows messages in their list alone.
    await run('notifications.showList');
    const offer = page.locator('.notification-list-item', { hasText: 'which can be deployed' });
    await offer.waitFor({ timeout: LIMIT });
    await offer.hover();
    await offer.getByRole('button', { name: 'Write seaworthy.json…' }).click();
    await page.getByRole('tab', { name: /^seaworthy\.json/ }).waitFor({ timeout: LIMIT });
    await picture('draft');
    if (fs.existsSync(path.join(workspace, 'seaworthy.json'))) throw new Error('it was written by itself');
    await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));
    // What is wrong stands at its line until it is mended.
    stack.writeConfig({ keepReleases: 0 });
    await pollFor('a problem', LIMIT, async () => /^\d+: .*keepReleases/.test(await problems()) || undefined);
    await run('seaworthy.deploy');
    await page.getByText(/shop can't be used/).waitFor({ timeout: LIMIT });
    await picture('broken');
    await page.keyboard.press('Escape');
    stack.writeConfig();
    await pollFor('no problem', LIMIT, async () => (await problems()) === '' || undefined);
    // The first deploy, to production: only the word is a yes.
    await run('seaworthy.deploy');
    const frame = await pageFrame(page, '#runTitle');
    await frame.getByText('Type yes to deploy shop/live, which is production:').waitFor({ timeout: LIMIT });
    await frame.getByRole('row', { name: /^web rebuild there is no image of it yet/ }).waitFor();
    await lookInEachTheme(context, frame, 'deploy-plan');
    const agree = frame.locator('#agree');
    await frame.locator('#word').focus();
    await page.keyboard.type('ye');
    if (await agree.isEnabled()) throw new Error('"ye" is no yes');
    await page.keyboard.type('s');
    await page.keyboard.press('Enter');
    await frame.getByRole('list', { name: 'Steps' }).waitFor({ timeout: LIMIT });
    await picture('running');
    await frame.getByText('The new release serves.').waitFor({ timeout: LIMIT });
    await frame.getByRole('row', { name: /serves now/ }).waitFor();
    await picture('done');
    await assertAccessible(frame, 'a finished deploy');
    // What was typed before is no answer to the next question.
    stack.serve('two');
    await frame.getByRole('button', { name: 'Deploy…' }).press('Enter');
    await frame.getByText('Type yes to deploy').waitFor({ timeout: LIMIT });
    if ((await frame.locator('#word').inputValue()) !== '' || (await agree.isEnabled()))
      throw new Error('it is answered already');
    await frame.getByRole('button', { name: 'app/server.js' }).press('Enter');
    await page.getByRole('tab', { name: /server\.js \(shop\/live ↔ what is sent\)/ }).waitFor();
    await picture('difference');
    await frame.locator('#word').focus();
    await page.keyboard.press('Escape');
    await frame.getByText('Cancelled: nothing was touched.').waitFor({ timeout: LIMIT });
    // A secret in what is sent, with the way to its place, and no question.
    stack.write('app/settings.js', `-----BEGIN PRIVATE ${'KEY-----'}\n${'Mb9'.repeat(20)}\n`);
    await frame.getByRole('button', { name: 'Deploy…' }).press('Enter');
    await frame.getByRole('button', { name: 'app/settings.js:1' }).waitFor({ timeout: LIMIT });
    if (await frame.locator('#question').isVisible()) throw new Error('it asks though secrets would be sent');
    await picture('secret');
    await assertAccessible(frame, 'a deploy with a secret');
    await frame.getByRole('button', { name: 'app/settings.js:1' }).press('Enter');
    await page.getByRole('tab', { name: /^settings\.js/ }).waitFor();
  } finally {
    await stack.remove();
  }
}
