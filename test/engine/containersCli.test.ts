import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import type { StatsReport } from '../../src/fleet/statsReport';
import type { StatusReport } from '../../src/fleet/status';
import { runCli } from '../support/cli';
import { temporaryFolder } from '../support/temporaryFolder';
import { engine, NODE_IMAGE } from './realEngine';

describe('seaworthy containers', function () {
  this.timeout(60_000);
  const storage = temporaryFolder('containers-cli');
  const project = `cli-${randomBytes(4).toString('hex')}`;
  let id = '';

  before(async () => {
    const connection = await engine.connect();
    id = await connection.createContainer(`${project}-web`, {
      Image: NODE_IMAGE,
      Cmd: ['sh', '-c', 'echo hello; sleep 1000'],
      HostConfig: { NetworkMode: 'none', Init: true },
      Labels: { 'com.docker.compose.project': project, 'dev.seaworthy.primary': 'true' },
    });
    await connection.startContainer(id);
  });
  after(async () => (await engine.connect()).removeContainer(id));

  it('tells the status, prints logs, restarts with --yes alone, and keeps the operation', async () => {
    const status = await runCli(['containers', 'status', project, '--json']);
    const [found] = (JSON.parse(status.stdout) as StatusReport).projects;
    const [web] = found?.containers ?? [];
    assert.deepEqual([web?.name, web?.state, web?.primary], [`${project}-web`, 'running', true]);
    assert.ok(typeof web?.uptimeSeconds === 'number');

    const stats = await runCli(['containers', 'stats', project, '--json']);
    const [measured] = (JSON.parse(stats.stdout) as StatsReport).containers;
    assert.deepEqual([measured?.name, measured?.project], [`${project}-web`, project]);
    assert.ok((measured?.memory ?? 0) > 100_000 && typeof measured?.cpuPercent === 'number', stats.stdout);

    const logs = await runCli(['containers', 'logs', project, '--tail', '5']);
    assert.match(logs.stdout, /^\d{4}-\S+ hello\n$/);

    const { stdout: followed, status: ended } = await runCli(
      ['containers', 'logs', `${project}-web`, '--follow', '--json'],
      {
        onStart: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
      },
    );
    assert.deepEqual([ended, (JSON.parse(followed) as { text: string }).text], [0, 'hello']);

    const asked = await runCli(['containers', 'restart', project, '--storage', storage]);
    assert.deepEqual([asked.status, asked.stdout], [3, '']);
    const done = await runCli(['containers', 'restart', project, '--yes', '--storage', storage]);
    assert.equal(done.status, 0, done.stderr);
    assert.match(done.stdout, /1 container restarted and ready/);
    const kept = await runCli(['state', 'verify', '--storage', storage]);
    assert.match(kept.stdout, /1 operation_log/);

    assert.equal((await runCli(['containers', 'status', 'no-such-project'])).status, 3);
    const nowhere = { DOCKER_HOST: `unix://${path.join(storage, 'none.sock')}` };
    assert.equal((await runCli(['containers', 'status'], { env: nowhere })).status, 2);
  });
});
