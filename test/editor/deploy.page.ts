import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { PageTestContext } from '../support/pageTest';
import { freePort } from '../support/editorServer';
import { pageFrame } from '../support/pageFrame';

export const name =
  'the page of an environment shows the plan, asks, deploys, tells the end, and rolls back, by keyboard alone';

const LIMIT = 120_000;
const THEMES = [
  ['dark', 'Default Dark Modern'],
  ['contrast', 'Default High Contrast'],
  ['light', 'Default Light Modern'],
] as const;

const SERVER = `require('http').createServer((_, answer) => answer.end('one')).listen(80);\n`;

export default async function (context: PageTestContext): Promise<void> {
  const { page, workspace, screenshotsDir, evaluate } = context;
  const project = `page-${randomBytes(3).toString('hex')}`;
  const srv = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-srv-'));
  const target = path.join(srv, 'live');
  const write = (file: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
    fs.writeFileSync(path.join(workspace, file), text);
  };
  const run = (command: string): Promise<unknown> =>
    evaluate((vscode, id) => void vscode.commands.executeCommand(id), command);
  const picture = (file: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `deploy-${file}.png`) });
  const problems = (): Promise<string[]> =>
    evaluate((vscode) =>
      vscode.languages
        .getDiagnostics()
        .filter(([uri]) => uri.path.endsWith('/seaworthy.json'))
        .flatMap(([, all]) =>
          all.filter(({ source }) => source === 'Seaworthy').map(({ message }) => message),
        ),
    );
  const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
    const limit = Date.now() + LIMIT;
    while (!(await isSo())) {
      if (Date.now() > limit) throw new Error(`never so: ${what}`);
      await page.waitForTimeout(100);
    }
  };
  const config = (more: object): string =>
    JSON.stringify(
      {
        projects: {
          shop: {
            exclude: ['*.md', '/test/', '/tests/', '/inventory/', '/audit-these.txt', '/src/'],
            environments: { live: { path: target, composeProject: project, watchSeconds: 0, ...more } },
          },
        },
      },
      undefined,
      2,
    );
  try {
    await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
    write(
      'compose.yaml',
      `version: "3.8"\nservices:\n  web:\n    build: .\n    init: true\n    ports: ["127.0.0.1:${await freePort()}:80"]\n`,
    );
    write('Dockerfile', 'FROM node:24-slim\nCOPY app /app\nCMD ["node", "/app/server.js"]\n');
    write('app/server.js', `// ${project}\n${SERVER}`);
    // Nothing is written down: a text is offered, unsaved.
    await run('seaworthy.deploy');
    await page.getByRole('button', { name: 'Write seaworthy.json…' }).click({ timeout: LIMIT });
    await page.getByRole('tab', { name: /^seaworthy\.json/ }).waitFor({ timeout: LIMIT });
    await picture('draft');
    if (fs.existsSync(path.join(workspace, 'seaworthy.json'))) throw new Error('it was written by itself');
    await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));
    // What is wrong stands at its line until it is mended.
    write('seaworthy.json', config({ keepReleases: 0 }));
    await until('a problem', async () => (await problems()).some((each) => each.includes('keepReleases')));
    await run('seaworthy.deploy');
    await page.getByText(/shop can't be used/).waitFor({ timeout: LIMIT });
    await picture('broken');
    await page.keyboard.press('Escape');
    write('seaworthy.json', config({}));
    await until('no problem', async () => (await problems()).length === 0);
    // The first deploy, to production: only the word is a yes.
    await run('seaworthy.deploy');
    const frame = await pageFrame(page, '#runTitle');
    await frame.getByText('Type yes to deploy shop/live, which is production:').waitFor({ timeout: LIMIT });
    await frame.getByRole('row', { name: /^web rebuild there is no image of it yet/ }).waitFor();
    for (const [file, theme] of THEMES) {
      await evaluate(
        (vscode, chosen) => vscode.workspace.getConfiguration('workbench').update('colorTheme', chosen, true),
        theme,
      );
      const kind = file === 'contrast' ? 'vscode-high-contrast' : `vscode-${file}`;
      await frame.locator(`body.${kind}`).waitFor();
      await picture(`plan-${file}`);
    }
    const agree = frame.locator('#agree');
    await page.keyboard.type('ye');
    if (await agree.isEnabled()) throw new Error('"ye" is no yes');
    await page.keyboard.type('s');
    await page.keyboard.press('Enter');
    await frame.getByText('Going on…').waitFor({ timeout: LIMIT });
    await picture('running');
    await frame.getByText('The new release serves.').waitFor({ timeout: LIMIT });
    await frame.getByRole('row', { name: /serves now/ }).waitFor();
    await picture('done');
    // A change, its difference, and a no.
    write('app/server.js', `// ${project}\n${SERVER.replace('one', 'two')}`);
    await frame.getByRole('button', { name: 'Deploy…' }).press('Enter');
    await frame.getByText('Type yes to deploy').waitFor({ timeout: LIMIT });
    await frame.getByRole('button', { name: 'app/server.js' }).click();
    await page.getByRole('tab', { name: /server\.js \(shop\/live ↔ what is sent\)/ }).waitFor();
    await picture('difference');
    await frame.locator('#word').focus();
    await page.keyboard.press('Escape');
    await frame.getByText('Cancelled: nothing was touched.').waitFor({ timeout: LIMIT });
    // The second deploy, and back.
    await frame.getByRole('button', { name: 'Deploy…' }).press('Enter');
    await frame.getByText('Type yes to deploy').waitFor({ timeout: LIMIT });
    await frame.locator('#word').fill('yes');
    await page.keyboard.press('Enter');
    await frame.getByText('The new release serves.').waitFor({ timeout: LIMIT });
    await frame
      .getByRole('button', { name: /^Roll back to / })
      .first()
      .press('Enter');
    await frame.getByText('Type yes to roll back shop/live').waitFor({ timeout: LIMIT });
    await picture('rollback');
    await frame.locator('#word').fill('yes');
    await page.keyboard.press('Enter');
    await frame.getByText('The new release serves.').waitFor({ timeout: LIMIT });
    await page.getByRole('tab', { name: 'Seaworthy' }).click();
    await page.getByRole('treeitem', { name: /^Deployments/ }).click({ timeout: LIMIT });
    await page
      .getByRole('treeitem', { name: /deployed · serves now · rollback to/ })
      .waitFor({ timeout: LIMIT });
    await picture('tree');
    // A secret in what is sent, with the way to its place, and no question.
    write('app/settings.js', `module.exports = { dbPassword: 'k9Qz7vTr2LmX4pWs' };\n`);
    await frame.getByRole('button', { name: 'Deploy…' }).press('Enter');
    await frame.getByRole('button', { name: 'app/settings.js:1' }).waitFor({ timeout: LIMIT });
    if (await frame.locator('#question').isVisible()) throw new Error('it asks though secrets would be sent');
    await picture('secret');
    await frame.getByRole('button', { name: 'app/settings.js:1' }).press('Enter');
    await page.getByRole('tab', { name: /^settings\.js/ }).waitFor();
  } finally {
    const place = ['--project-directory', target, '--project-name', project];
    const file = ['--file', path.join(target, 'compose.yaml')];
    if (fs.existsSync(path.join(target, 'compose.yaml')))
      execFileSync('docker-compose', [...place, ...file, 'down', '--rmi', 'local', '--timeout', '1'], {
        stdio: 'ignore',
      });
    fs.rmSync(srv, { recursive: true, force: true });
  }
}
