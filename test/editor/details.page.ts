import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { localEnvironment } from '../../src/engine/localEnvironment';
import { EngineDoor } from '../engine/engineDoor';
import { lookInEachTheme } from '../support/accessibility';
import type { PageTestContext } from '../support/pageTest';
import { pageFrame } from '../support/pageFrame';

export const name =
  'the page of a container measures it while it runs, says what it is, acts, and outlasts an absence of the engine';

const LIMIT = 60_000;
const second = 1_000_000_000;

export default async function (context: PageTestContext): Promise<void> {
  const { page, screenshotsDir, evaluate } = context;
  const engine = new Engine({ environment: localEnvironment(), logger: silentLogger });
  const connection = await engine.connect();
  const container = `details${randomBytes(3).toString('hex')}`;
  const picture = (file: string) =>
    page.screenshot({ path: path.join(screenshotsDir, `details-${file}.png`) });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-details-'));
  const socket = path.join(folder, 'engine.sock');
  let door = await EngineDoor.open(socket, connection.address);
  await evaluate(
    (vscode, address) => vscode.workspace.getConfiguration('seaworthy').update('engine.host', address, true),
    `unix://${socket}`,
  );
  const id = await connection.createContainer(container, {
    Image: 'node:24-slim',
    Cmd: ['sh', '-c', 'echo tick; while :; do :; done'],
    Labels: { 'com.docker.compose.project': 'a-shop', 'com.docker.compose.service': container },
    Healthcheck: { Test: ['CMD-SHELL', 'echo "<b>ready</b>"'], Interval: second, Timeout: 5 * second },
    HostConfig: { NetworkMode: 'none', NanoCpus: 250_000_000, Memory: 100_000_000, Init: true },
  });
  try {
    await connection.startContainer(id);
    await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
    await page.getByRole('tab', { name: 'Seaworthy' }).click({ timeout: LIMIT });
    const row = page.getByRole('treeitem', { name: new RegExp(`${container}.*\\d % · [\\d.]+ [kM]B`) });
    await row.waitFor({ timeout: LIMIT });
    await row.hover();
    await row.getByRole('button', { name: 'Show Container Details' }).click();
    let frame = await pageFrame(page, '#series');
    await frame.getByRole('img', { name: /^CPU: \d+ % now, at most \d+ % in five minutes$/ }).waitFor();
    await frame.getByText(/[kM]B of 100 MB/).waitFor();
    await frame.getByText('<b>ready</b>').first().waitFor();
    await frame.getByRole('button', { name: 'Restart…' }).waitFor();
    await lookInEachTheme(context, frame, 'details');
    await row.hover();
    await row.getByRole('button', { name: 'Show Logs' }).click();
    const log = await pageFrame(page, '#rows');
    await log.getByText('tick').first().waitFor();
    await door.close();
    await log
      .getByText(/^No container engine answers .*The log goes on as soon as the engine answers/)
      .waitFor();
    await picture('log-away');
    await page.getByRole('tab', { name: new RegExp(`^${container}`) }).click();
    frame = await pageFrame(page, '#series');
    await frame
      .getByText(/^No container engine answers .*This page goes on as soon as the engine answers\.$/)
      .waitFor();
    await picture('away');
    door = await EngineDoor.open(socket, connection.address);
    await frame.locator('#trouble').waitFor({ state: 'hidden', timeout: LIMIT });
    await frame.getByRole('img', { name: /^CPU: \d+ % now/ }).waitFor({ timeout: LIMIT });
    await page.getByRole('tab', { name: new RegExp(`^Log: ${container}`) }).click();
    await (
      await pageFrame(page, '#rows')
    )
      .getByText('The container engine answers again.')
      .waitFor({ timeout: LIMIT });
    await page.getByRole('tab', { name: new RegExp(`^${container}`) }).click();
    frame = await pageFrame(page, '#series');
    await connection.operate(id, 'kill');
    await frame.getByText('It is exited (137): nothing is measured until it runs.').waitFor();
    await frame.getByRole('button', { name: 'Start', exact: true }).waitFor();
    await picture('stopped');
    await frame.getByRole('button', { name: 'Start', exact: true }).click();
    await frame.getByRole('button', { name: 'Stop…' }).waitFor();
    await frame.getByRole('button', { name: 'Stop…' }).click();
    await page.getByText(`Stop ${container}?`).waitFor();
    await page.keyboard.press('Escape');
    await connection.removeContainer(id);
    await frame.getByText(`There is no container ${container} now.`).waitFor();
    await picture('gone');
  } finally {
    await connection.removeContainer(id);
    await door.close();
    await engine.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
