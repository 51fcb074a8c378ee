import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { DeployedWorkspace } from '../support/deployedWorkspace';
import { pageFrame } from '../support/pageFrame';
import type { PageTestContext } from '../support/pageTest';
import { pollFor } from '../support/timeLimit';

export const name = 'a commit is deployed when its audit passes, unless it is called off';

const LIMIT = 120_000;
const run = promisify(execFile);

export default async function ({
  page,
  workspace,
  screenshotsDir,
  evaluate,
}: PageTestContext): Promise<void> {
  const stack = new DeployedWorkspace(workspace);
  const git = (...words: string[]): Promise<unknown> => {
    const who = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
    return run('git', [...who, ...words], { cwd: workspace });
  };
  const commit = async (line: string): Promise<void> => {
    fs.appendFileSync(path.join(workspace, 'src/cart.js'), line);
    await git('commit', '--quiet', '--all', '--message', 'Change');
  };
  // The list closes by itself while it is empty.
  const told = async (text: string | RegExp): Promise<void> => {
    const message = page.locator('.notification-list-item', { hasText: text }).first();
    await pollFor(`a message ${text}`, LIMIT, async () => {
      await evaluate((vscode) => vscode.commands.executeCommand('notifications.showList'));
      return (await message.isVisible()) || undefined;
    });
  };
  const picture = (file: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `auto-deploy-${file}.png`) });
  const releases = (): number => {
    const folder = stack.releases;
    return fs.existsSync(folder) ? fs.readdirSync(folder).length : 0;
  };
  try {
    await stack.writeStack();
    stack.writeConfig({ auto: { onCommit: true, delaySeconds: 5 } });
    await git('init', '--quiet');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Begin');
    await evaluate((vscode) =>
      vscode.workspace.getConfiguration('seaworthy').update('deploy.auto', true, true),
    );
    // Nothing happens by itself, and nothing for what fails its audit.
    await commit("\nexport function calculateTrend(data) {\n  return 'STABLE';\n}\n");
    await told(/is not deployed to shop\/live: its audit says fail/);
    await picture('refused');
    if (releases() > 0) throw new Error('it was deployed all the same');
    await git('checkout', '--quiet', 'HEAD~1', '--', 'src/cart.js');
    await commit('// mended\n');
    await told(/passed its audit\. Deploying to shop\/live/);
    await picture('soon');
    await pollFor(
      'the release',
      LIMIT,
      async () => (await stack.answer().catch(() => '')) === 'one' || undefined,
    );
    const frame = await pageFrame(page, '#runTitle');
    await frame.getByText('The new release serves.').waitFor({ timeout: LIMIT });
    await picture('deployed');
    const before = releases();
    stack.writeConfig({ auto: { onCommit: true, delaySeconds: 300 } });
    await commit('// again\n');
    const waiting = page.locator('.notification-list-item', { hasText: 'passed its audit' });
    await told(/passed its audit/);
    await waiting.first().hover();
    await waiting.getByRole('button', { name: 'Cancel' }).click();
    await waiting.waitFor({ state: 'detached' });
    await page.getByText('shop/live is not deployed to').waitFor({ timeout: LIMIT });
    await picture('called-off');
    if (releases() !== before) throw new Error('it was deployed');
  } finally {
    await stack.remove();
  }
}
