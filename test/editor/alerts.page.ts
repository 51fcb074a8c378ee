import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { localEnvironment } from '../../src/engine/localEnvironment';
import { pageFrame } from '../support/pageFrame';
import type { PageTestContext } from '../support/pageTest';
import { pollFor } from '../support/timeLimit';

export const name = 'a container that crashes is told of, to a webhook as well, and leads to its log';

const LIMIT = 60_000;
const engine = new Engine({ environment: localEnvironment(), logger: silentLogger });

interface Received {
  text: string;
  alerts: { kind: string; service: string; exitCode: number }[];
}

/** Listens on this machine alone and keeps what it is sent. */
async function receiver() {
  const received: Received[] = [];
  const changes = new EventEmitter();
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push(JSON.parse(body) as Received);
      changes.emit('received');
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/hook`, received, changes, close: () => server.close() };
}

export default async function ({ page, screenshotsDir, evaluate }: PageTestContext): Promise<void> {
  const connection = await engine.connect();
  const project = `alert${randomBytes(3).toString('hex')}`;
  const hook = await receiver();
  const id = await connection.createContainer(`${project}-api-1`, {
    Image: 'node:24-slim',
    Cmd: ['sh', '-c', 'echo "no database at db:5432"; exit 3'],
    Labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': 'api' },
    HostConfig: { NetworkMode: 'none', Init: true },
  });
  const picture = (file: string) => page.screenshot({ path: path.join(screenshotsDir, `alert-${file}.png`) });
  try {
    await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
    await page.getByRole('tab', { name: 'Seaworthy' }).click({ timeout: LIMIT });
    await page.getByRole('treeitem', { name: `Project ${project}` }).waitFor({ timeout: LIMIT });
    await evaluate((vscode) => void vscode.commands.executeCommand('seaworthy.setAlertWebhook'));
    await page.locator('.quick-input-widget input').first().fill(hook.address);
    await picture('webhook');
    await page.keyboard.press('Enter');
    await page
      .getByText(/Alerts are sent to 127\.0\.0\.1:\d+ as well/)
      .first()
      .waitFor({ timeout: LIMIT });
    assert.equal(hook.received[0]?.text, 'Seaworthy: alerts will be sent here.');

    // Alerts are followed some time after the start of the editor: a crash before that is not told of.
    const sent = await pollFor('the alert at the webhook', LIMIT, async () => {
      await connection.startContainer(id).catch(() => undefined);
      await once(hook.changes, 'received', { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
      return hook.received[1];
    });
    assert.deepEqual(
      sent.alerts.map(({ kind, service, exitCode }) => [kind, service, exitCode]),
      [['crashed', 'api', 3]],
    );
    // An editor under test shows messages in their list alone.
    await evaluate((vscode) => vscode.commands.executeCommand('notifications.showList'));
    const message = page.locator('.notification-list-item', {
      hasText: `${project}-api-1 crashed (exit code 3)`,
    });
    await message.waitFor({ timeout: LIMIT });
    await message.hover();
    await picture('crashed');
    await message.getByRole('button', { name: 'Show Logs' }).click();
    const log = await pageFrame(page, '#rows');
    await log.getByText('no database at db:5432').first().waitFor({ timeout: LIMIT });
    await picture('log');
  } finally {
    hook.close();
    await connection.removeContainer(id);
  }
}
