import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from '../../src/app';
import { silentLogger } from '../../src/base/logger';
import { Conversation } from '../../src/chat/conversation';
import type { TurnEnd } from '../../src/chat/conversation';
import { DeployDesk } from '../../src/chat/deployDesk';
import { defaultSettings } from '../../src/settings';
import type { ToolHost } from '../../src/tools/tool';
import { DeployedWorkspace } from '../support/deployedWorkspace';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { engine, NODE_IMAGE } from './realEngine';

describe('The chat, without a model', function () {
  this.timeout(180_000);
  const folder = temporaryFolder('chat');
  const root = path.join(folder, 'workspace');
  const app = new App({
    distDirectory: path.join(__dirname, '../../dist'),
    storageDirectory: path.join(folder, 'storage'),
    settings: () => defaultSettings,
    logger: silentLogger,
  });
  let isTrusted = true;
  const host: ToolHost = {
    app,
    folders: () => [{ name: 'workspace', root, uri: pathToFileURL(root).href }],
    isTrusted: () => isTrusted,
    audit: async (_folder, files, { stages, call }) => {
      const reports = files.map((file) =>
        app.auditor.audit(
          { workspace: root, file, trusted: true, ...(stages && { stages }) },
          { signal: call.signal },
        ),
      );
      return Promise.all(reports);
    },
    loop1Of: (of) => app.loop1Of(of.root, of.uri),
    loop2Of: () => Promise.reject(new Error('not asked for')),
  };
  const shipped: string[] = [];
  const desk = new DeployDesk(
    app,
    async (name, kind, { outcome }) => void shipped.push(`${kind} ${name} ${outcome}`),
  );
  const chat = new Conversation({ host, desk, activeFile: () => 'src/cart.js', logger: silentLogger });
  let last: TurnEnd = { suggestions: [] };
  /** What is answered to `/command words`, or to words alone. */
  async function say(text: string): Promise<string> {
    const [, command, prompt = ''] = /^(?:\/(\w+))?\s*(.*)$/s.exec(text) ?? [];
    const said: string[] = [];
    const write = (words: string): void => void said.push(words);
    last = await chat.turn(
      { command, prompt, asked: last.asks, signal: new AbortController().signal },
      { say: write, show: write, print: write, progress: () => undefined },
    );
    return said.join('\n');
  }
  before(() => writeFiles(root, { 'package.json': '{}', 'src/cart.js': 'export const total = () => 42;\n' }));
  after(() => app.dispose());

  it('shows containers and logs, and restarts after a yes alone', async () => {
    const project = `chat-${randomBytes(4).toString('hex')}`;
    const connection = await engine.connect();
    const id = await connection.createContainer(`${project}-web`, {
      Image: NODE_IMAGE,
      Cmd: ['sh', '-c', 'for i in 1 2 3 4 5; do echo line-$i; done; sleep 1000'],
      HostConfig: { NetworkMode: 'none', Init: true },
      Labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': 'web' },
    });
    try {
      await connection.startContainer(id);
      const startedAt = async (): Promise<string> =>
        String((await connection.inspectContainer(id)).startedAt);
      const first = await startedAt();
      assert.match(await say(`/status ${project}`), new RegExp(`${project}-web`));
      const logs = await say(`/logs 2 ${project}`);
      assert.ok(logs.includes('line-5') && logs.includes('line-4') && !logs.includes('line-3'), logs);
      assert.match(await say(`/restart ${project}`), /Type `yes` to go on/);
      assert.deepEqual(
        last.suggestions.map(({ prompt }) => prompt),
        ['yes', 'no'],
      );
      assert.match(await say('maybe'), /Nothing was done/);
      assert.match(await say('yes'), /I answer these/, 'a yes to no question does nothing');
      assert.equal(await startedAt(), first);
      await say(`/restart ${project} web`);
      assert.match(await say('/deploy yes'), /No project is written down/, 'a yes to something else');
      await say(`/restart ${project} web`);
      // So comes the yes that is offered.
      const report = await say('/restart yes');
      assert.match(report, /web/);
      assert.notEqual(await startedAt(), first);
      assert.match(await say('/logs no-such'), /No project or container is called no-such/);
    } finally {
      await connection.removeContainer(id);
    }
  });

  it('deploys the plan that was shown, and goes back', async () => {
    const stack = new DeployedWorkspace(root);
    try {
      await stack.writeStack();
      stack.writeConfig({});
      stack.serve('one');
      assert.match(await say('/deploy'), /Deploy of shop\/live[\s\S]*Type `yes`/);
      assert.match(await say('yes'), /Deployed\./);
      assert.equal(await stack.answer(), 'one');
      stack.serve('two');
      await say('/deploy shop');
      // Something else would be sent than what was agreed to.
      writeFiles(root, { 'later.txt': 'x' });
      assert.match(await say('yes'), /has changed since you were asked/);
      assert.equal(await stack.answer(), 'one');
      await say('/deploy shop/live');
      assert.match(await say('Yes'), /Deployed\./);
      assert.equal(await stack.answer(), 'two');
      await say('/rollback');
      assert.match(await say('yes'), /Deployed\.|Rolled back/);
      assert.equal(await stack.answer(), 'one');
      assert.deepEqual(shipped, [
        'deploy shop/live deployed',
        'deploy shop/live deployed',
        'rollback shop/live deployed',
      ]);
      assert.match(await say('/deploy nothing'), /There is no project "nothing"/);
      isTrusted = false;
      for (const text of ['/deploy', '/rollback', '/restart x', '/status', '/audit'])
        assert.match(await say(text), /not trusted/, text);
    } finally {
      isTrusted = true;
      await stack.remove();
    }
  });

  it('audits the open file, and says what else can be asked', async () => {
    assert.match(await say('/audit'), /src\/cart\.js/);
    assert.match(await say('/audit ../x.js'), /outside of the workspace/);
    assert.match(await say('/premortem'), /no pre-mortem of this workspace yet/);
    assert.match(await say('hello'), /\/rollback/);
  });
});
