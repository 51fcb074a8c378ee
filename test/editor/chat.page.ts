import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { localEnvironment } from '../../src/engine/localEnvironment';
import type { PageTestContext } from '../support/pageTest';
import { registerScriptedModel } from '../support/scriptedModel';

export const name =
  'people ask in the chat, beside an open file, for containers, logs, a restart and an audit, and no model answers';

const LIMIT = 60_000;
const SECRET = 'sk_live_51HqT9zKx82mWvLr0PnBdQsYt';

export default async function (context: PageTestContext): Promise<void> {
  const { page, screenshotsDir, evaluate } = context;
  const picture = (file: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `chat-${file}.png`) });
  const engine = new Engine({ environment: localEnvironment(), logger: silentLogger });
  const connection = await engine.connect();
  const ids: string[] = [];
  // The editor asks for a model to be there, and gives it no word of this.
  const model = await registerScriptedModel(evaluate, ['The model has answered.']);
  try {
    for (const service of ['web', 'worker']) {
      const id = await connection.createContainer(`shop-${service}-1`, {
        Image: 'node:24-slim',
        Cmd: ['sh', '-c', `echo "${service} [listens](https://a.example) with ${SECRET}"; exec sleep 1000`],
        HostConfig: { NetworkMode: 'none', Init: true },
        Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': service },
      });
      ids.push(id);
      await connection.startContainer(id);
    }
    const started = async (): Promise<string> =>
      String((await connection.inspectContainer(ids[0] ?? '')).startedAt);
    const first = await started();
    await openBesideFile(context);

    // The open file is attached to every question, and no project is called so.
    await ask(context, '@seaworthy /status');
    await answer(page, 'shop-web-1 · running');
    await picture('status');

    await offered(page, 'Read the logs').click();
    const logs = await answer(page, 'worker [listens](https://a.example)');
    assert.ok(!(await logs.innerText()).includes(SECRET));
    assert.equal(await logs.getByRole('link').count(), 0);
    await picture('logs');

    await ask(context, '@seaworthy /restart shop web');
    await answer(page, /shop-web-1[^]*Type yes to go on/);
    await picture('question');
    assert.equal(await started(), first);
    await offered(page, 'yes').click();
    await offered(page, 'Read the logs').waitFor({ timeout: LIMIT });
    assert.notEqual(await started(), first);
    await picture('restarted');

    await ask(context, '@seaworthy /audit');
    await answer(page, /TH\d\d · src\/payment\.js:\d/);
    await picture('audit');
    assert.deepEqual(await model.prompts(), []);
  } finally {
    for (const id of ids) await connection.removeContainer(id);
    await engine.dispose();
  }
}

/** The chat beside a file of the workspace, with the model that the editor wants to be chosen. */
async function openBesideFile({ page, evaluate }: PageTestContext): Promise<void> {
  await evaluate(async (vscode) => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, 'src/payment.js'));
    await vscode.lm.selectChatModels({});
    void vscode.commands.executeCommand('workbench.action.chat.open', { mode: 'ask' });
  });
  await page.getByText('Scripted Model').first().waitFor({ timeout: LIMIT });
}

/** Asks, as one who types. */
async function ask({ evaluate }: PageTestContext, query: string): Promise<void> {
  await evaluate(
    (vscode, asked) =>
      void vscode.commands.executeCommand('workbench.action.chat.open', { query: asked, mode: 'ask' }),
    query,
  );
}

/** The answer in which these words are, once it is there. */
async function answer(page: Page, words: string | RegExp): Promise<Locator> {
  const found = page.locator('.interactive-response', { hasText: words }).last();
  await found.waitFor({ timeout: LIMIT });
  return found;
}

/** What may be said next, under the last answer. */
function offered(page: Page, text: string): Locator {
  return page.locator('.interactive-session-followups').getByText(text, { exact: true }).last();
}
