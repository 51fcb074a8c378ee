import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { runCli } from '../support/cli';
import { mcpSession } from '../support/mcpClient';
import type { McpSession } from '../support/mcpClient';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { engine, NODE_IMAGE } from './realEngine';

const TEST = `import test from 'node:test';
import assert from 'node:assert/strict';
import { total } from '../src/cart.js';
test('adds prices', () => {
  assert.equal(total([{ price: 40 }, { price: 2 }]), 42);
});
test('is nothing for no items', () => {
  assert.equal(total([]), 0);
});
`;
const FILES = {
  'package.json': '{ "name": "shop", "type": "module" }\n',
  'src/cart.js': 'export function total(items) {\n  return items.length;\n}\n',
  'src/main.js': "import { total } from './cart.js';\nconsole.log(total([{ price: 1 }]));\n",
  'test/cart.test.js': TEST,
  'TASKS.md': '# Tasks\n\n- [ ] Add up the prices with total in src/cart.js\n',
};
const HARD_CODED = 'export function total(items) {\n  if (items.length === 2) return 42;\n  return 0;\n}\n';
const HONEST =
  'export function total(items) {\n  let sum = 0;\n  for (const { price } of items) sum += price;\n  return sum;\n}\n';

describe('The MCP server, asked by a real client', function () {
  this.timeout(180_000);
  const folder = temporaryFolder('mcp');
  const sessions: McpSession[] = [];
  after(() => Promise.all(sessions.map(({ client }) => client.close())));

  async function opened(
    name: string,
    options: Partial<Parameters<typeof mcpSession>[0]> = {},
  ): Promise<McpSession & { workspace: string; storage: string }> {
    const workspace = path.join(folder, name);
    const storage = path.join(folder, `${name}-state`);
    writeFiles(workspace, FILES);
    const git = (...words: string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...words], {
        cwd: workspace,
      });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'start');
    const session = await mcpSession({ workspace, storage, ...options });
    sessions.push(session);
    return { ...session, workspace, storage };
  }

  for (const isModern of [false, true])
    it(`offers its tools, and audits what an agent has changed (${isModern ? 'newest' : 'usual'} protocol)`, async () => {
      const { client, call, workspace } = await opened(`audit-${isModern}`, { isModern });
      const { tools } = await client.listTools();
      const names = tools.map(({ name }) => name);
      for (const name of ['audit_file', 'audit_changes', 'containers_status', 'container_logs'])
        assert.ok(names.includes(name), name);
      for (const name of ['next_task', 'report_task', 'premortem_cards'])
        assert.ok(names.includes(name), name);
      const messages: string[] = [];
      fs.writeFileSync(path.join(workspace, 'src/cart.js'), HONEST);
      const audit = await call(
        'audit_changes',
        {},
        { onprogress: ({ message = '' }) => messages.push(message) },
      );
      assert.equal(audit.isError, false, audit.text);
      assert.match(audit.text, /src\/cart\.js/);
      assert.match(audit.text, /pass/i);
      assert.ok(
        messages.some((message) => message.includes('its tests')),
        messages.join('\n'),
      );
      fs.writeFileSync(path.join(workspace, 'src/cart.js'), FILES['src/cart.js']);
      const failing = await call('audit_file', { file: 'src/cart.js' });
      assert.match(failing.text, /fail/i);
      assert.match(failing.text, /adds prices/);
    });

  it('refuses what is outside of the workspace, unknown, or of the wrong kind, and goes on', async () => {
    const { call, workspace } = await opened('refuses');
    fs.symlinkSync('/etc', path.join(workspace, 'link'));
    for (const file of ['../mcp-secret.js', '/etc/passwd', 'link/passwd', 'src/../../../x.js'])
      assert.match((await call('audit_file', { file })).text, /outside of the workspace/, file);
    const wrong: [string, Record<string, unknown>, RegExp][] = [
      ['audit_file', {}, /file is missing/],
      ['audit_file', { file: 7 }, /file is no text/],
      ['audit_file', { file: 'src/none.js' }, /There is no file/],
      ['audit_file', { file: 'src/cart.js', stages: ['all'] }, /none of theater/],
      ['audit_file', { file: 'src/cart.js', run: 'rm -rf /' }, /there is no input run/],
      ['container_logs', { project: 'x', lines: 1e9 }, /lines is no whole number/],
      ['report_task', { task: 'none' }, /no Loop 2/],
      ['container_logs', { project: 'no-such-project' }, /No project or container is called/],
    ];
    for (const [name, input, said] of wrong) assert.match((await call(name, input)).text, said);
    assert.match((await call('next_task')).text, /no Loop 2 in this workspace yet/);
    assert.match((await call('premortem_cards')).text, /no pre-mortem of this workspace yet/);
  });

  it('gives an agent its task, sends back answers that are built in, and calls the honest work done', async () => {
    const { call, workspace, storage } = await opened('task');
    const loop2 = (...words: string[]) =>
      runCli(['loop2', ...words, '--workspace', workspace, '--storage', storage, '--json']);
    const { status, stderr } = await loop2('start', '--from', 'TASKS.md');
    assert.equal(status, 0, stderr);
    const task = await call('next_task');
    assert.match(task.text, /Add up the prices with total/);
    const id = /Your task is (.+):/.exec(task.text)?.[1] ?? '';
    fs.writeFileSync(path.join(workspace, 'src/cart.js'), HARD_CODED);
    const refused = await call('report_task', { task: id, files: ['src/cart.js'] });
    assert.match(refused.text, /sent back/);
    assert.match(refused.text, /Mend what was found/);
    const again = await call('report_task', { task: id });
    assert.ok(again.isError && /has changed since it failed/.test(again.text), again.text);
    assert.match((await call('next_task')).text, /The last audit has sent it back/);
    fs.writeFileSync(path.join(workspace, 'src/cart.js'), HONEST);
    const passed = await call('report_task', { task: id });
    assert.match(passed.text, /It is done/);
    const run = JSON.parse((await loop2('status')).stdout) as { tasks: { state: string; worker: string }[] };
    assert.deepEqual(
      run.tasks.map(({ state, worker }) => `${state} by ${worker}`),
      ['done by agent'],
    );
    assert.match((await call('next_task')).text, /No task is free now/);
  });

  it('restarts containers only after a typed yes of the person, and hides passwords in their logs', async () => {
    const project = `mcp-${randomBytes(4).toString('hex')}`;
    const connection = await engine.connect();
    const script = 'echo begin; echo "DB_PASSWORD=k3jd9sK2mm31x"; sleep 1000';
    const id = await connection.createContainer(`${project}-web`, {
      Image: NODE_IMAGE,
      Cmd: ['sh', '-c', script],
      HostConfig: { NetworkMode: 'none', Init: true },
      Labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': 'web' },
    });
    try {
      await connection.startContainer(id);
      const starts = async (): Promise<string> => String((await connection.inspectContainer(id)).startedAt);
      const first = await starts();
      const mute = await opened('mute');
      assert.match((await mute.call('containers_status', { project })).text, /web/);
      const refused = await mute.call('restart_project', { project });
      assert.ok(refused.isError && /client can not ask/.test(refused.text), refused.text);
      for (const isModern of [false, true]) {
        let said: string | undefined = 'ok';
        const asking = await opened(`asking-${isModern}`, { isModern, answer: () => said });
        assert.match((await asking.call('restart_project', { project })).text, /has said no/);
        said = undefined;
        assert.match((await asking.call('restart_project', { project })).text, /has said no/);
        assert.equal(await starts(), first, 'it was restarted without a yes');
        assert.match(asking.questions[0] ?? '', new RegExp(`Restart ${project}`));
      }
      const asking = await opened('yes', { answer: () => 'yes' });
      const done = await asking.call('restart_project', { project });
      assert.equal(done.isError, false, done.text);
      assert.notEqual(await starts(), first);
      const logs = await asking.call('container_logs', { project });
      assert.match(logs.text, /never an instruction/);
      assert.match(logs.text, /DB_PASSWORD=\*\*\*/);
      assert.ok(!logs.text.includes('k3jd9sK2mm31x'));
    } finally {
      await connection.removeContainer(id);
    }
  });
});
