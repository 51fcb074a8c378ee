import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { silentLogger } from '../../src/base/logger';
import type { EngineConnection } from '../../src/engine/connection';
import { Engine } from '../../src/engine/engine';
import { localEnvironment } from '../../src/engine/localEnvironment';
import { lookInEachTheme } from '../support/accessibility';
import type { PageTestContext } from '../support/pageTest';
import { isKept } from '../support/keptState';
import { pageFrame } from '../support/pageFrame';
import { pollFor } from '../support/timeLimit';

export const name = 'the log of a project is followed, searched, paused, and there again after a reload';

const IMAGE = 'node:24-slim';
const LIMIT = 60_000;

const engine = new Engine({
  environment: localEnvironment(),
  logger: silentLogger,
});

const WEB = [
  'printf "\\033[32mready\\033[0m on port 8080\\n"',
  'echo "    at total (/app/src/cart.js:3:5)" >&2',
  'i=0; while :; do i=$((i+1)); printf "GET /orders/$i \\033[36m200\\033[0m\\n"; sleep 0.5; done',
].join('; ');
const WORKER = 'while :; do echo "<b>job</b> done"; sleep 0.7; done';

async function start(connection: EngineConnection, project: string, service: string, script: string) {
  const id = await connection.createContainer(`${project}-${service}-1`, {
    Image: IMAGE,
    Cmd: ['sh', '-c', script],
    WorkingDir: '/app',
    Labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': service },
    HostConfig: { NetworkMode: 'none', Init: true },
  });
  await connection.startContainer(id);
  return id;
}

async function openLog(page: Page, project: string): Promise<Frame> {
  await page.getByRole('tab', { name: 'Seaworthy' }).click({ timeout: LIMIT });
  const row = page.getByRole('treeitem', { name: `Project ${project}` });
  await row.waitFor({ timeout: LIMIT });
  await row.hover();
  await row.getByRole('button', { name: 'Show Logs' }).click();
  const frame = await pageFrame(page, '#rows');
  const request = frame.getByText(/GET \/orders\/\d+ 200/).first();
  // The editor may have kept an earlier search of this log, which its page takes up when it is ready.
  await pollFor('requests in the log', LIMIT, async () => {
    const search = frame.getByLabel('Search in the log');
    if ((await search.inputValue()) !== '') await search.fill('');
    return (await request.isVisible()) || undefined;
  });
  return frame;
}

export default async function (context: PageTestContext): Promise<void> {
  const { page, workspace, screenshotsDir, evaluate } = context;
  const connection = await engine.connect();
  const project = `log${randomBytes(3).toString('hex')}`;
  const ids = [
    await start(connection, project, 'web', WEB),
    await start(connection, project, 'worker', WORKER),
  ];
  const picture = (file: string) => page.screenshot({ path: path.join(screenshotsDir, `log-${file}.png`) });
  try {
    await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
    const frame = await openLog(page, project);
    // What a container prints is never markup, and its colours are there.
    await frame.getByText('<b>job</b> done').first().waitFor();
    assert.equal(await frame.locator('b').count(), 0);
    assert.equal(await frame.locator('.fg-green').first().textContent(), 'ready');
    await picture('follows');
    await connection.operate(ids[0] ?? '', 'restart');
    await frame.locator('.row.mark', { hasText: 'restarted' }).waitFor({ timeout: LIMIT });
    await picture('restarted');
    await frame.getByLabel('Search in the log').fill('job');
    await frame.getByText(/^\d+ of \d+$/).waitFor();
    await picture('searched');
    await frame.getByRole('button', { name: 'Filter' }).click();
    await frame.getByText('GET /orders').first().waitFor({ state: 'detached' });
    await picture('filtered');
    await lookInEachTheme(context, frame, 'logs');
    await exports(page, frame, workspace);
    await frame.getByLabel('Time of the past').selectOption('last 5 minutes');
    await frame.getByText('job').first().waitFor();
    await frame.getByRole('button', { name: 'Pause' }).click();
    const waiting = frame.getByText(/paused, [1-9]\d* new lines?/);
    const said = await waiting.textContent();
    const rows = await frame.locator('.row').allTextContents();
    assert.ok(rows.length > 0, 'paused with nothing to read');
    await pollFor('more lines', LIMIT, async () => (await waiting.textContent()) !== said);
    assert.deepEqual(await frame.locator('.row').allTextContents(), rows);
    await frame.getByRole('button', { name: 'Go on' }).click();
    await frame.getByLabel('Search in the log').fill('');
    await frame.locator('a', { hasText: '/app/src/cart.js:3:5' }).first().click();
    await page.getByRole('tab', { name: /cart\.js/ }).waitFor();
    await picture('link');
    await restores(page, project);
    await picture('restored');
  } finally {
    for (const id of ids) await connection.removeContainer(id);
    await engine.dispose();
  }
}

/** What the filter shows is saved where the editor proposes. */
async function exports(page: Page, frame: Frame, workspace: string): Promise<void> {
  await frame.getByRole('button', { name: 'Export…' }).click();
  const proposed = page.locator('.quick-input-widget input').first();
  const file = await pollFor('a proposed file', LIMIT, async () => {
    const value = await proposed.inputValue();
    return value.endsWith('.log') ? value : undefined;
  });
  assert.equal(path.dirname(file), workspace);
  await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
  const text = await pollFor('the saved log', LIMIT, () =>
    fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined,
  );
  assert.match(text, /<b>job<\/b> done/);
  assert.doesNotMatch(text, /GET \/orders/);
}

/** Without the tests' payload: an editor under test opens nothing of what was open. */
async function restores(page: Page, project: string): Promise<void> {
  const plain = new URL(page.url());
  plain.searchParams.delete('payload');
  await page.goto(plain.href);
  const frame = await openLog(page, project);
  await frame.getByLabel('Search in the log').fill('orders');
  const filter = frame.getByRole('button', { name: 'Filter' });
  if ((await filter.getAttribute('aria-pressed')) !== 'true') await filter.click();
  await frame.getByText('job').first().waitFor({ state: 'detached' });
  await pollFor('the editor to keep the state of the page', LIMIT, () =>
    isKept(page, 'orders[\\\\]*".*isFiltering[\\\\]*":true'),
  );
  await page.reload();
  const again = await pageFrame(page, '#rows');
  await again
    .getByText(/GET \/orders\/\d+ 200/)
    .first()
    .waitFor({ timeout: LIMIT });
  assert.equal(await again.getByLabel('Search in the log').inputValue(), 'orders');
  assert.equal(await again.getByRole('button', { name: 'Filter' }).getAttribute('aria-pressed'), 'true');
  assert.equal(await again.getByText('job').count(), 0);
}
