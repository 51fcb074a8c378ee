import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { EngineConnection } from '../../src/engine/connection';
import { EngineError } from '../../src/engine/errors';
import { loadContainers } from '../../src/fleet/loadContainers';
import { mergedTails } from '../../src/fleet/mergedTails';
import { Operator } from '../../src/fleet/operations';
import type { DoneOperation } from '../../src/fleet/operations';
import { projectsOf } from '../../src/fleet/projects';
import { planRestart } from '../../src/fleet/restart';
import { allRestarted, restartReport } from '../../src/fleet/restartText';
import { runRestart } from '../../src/fleet/runRestart';
import { engine, NODE_IMAGE } from './realEngine';

const LIMITS = { poll: 50, stable: 300, margin: 10_000 };
const second = 1_000_000_000;

interface Service {
  script: string;
  dependsOn?: string;
  check?: string;
  labels?: Record<string, string>;
}

describe('A restart of a project', function () {
  this.timeout(60_000);
  const project = `test-${randomBytes(4).toString('hex')}`;
  const ids: string[] = [];
  const log: DoneOperation[] = [];
  const operator = new Operator(async (operation) => void log.push(operation));
  let connection: EngineConnection;

  async function run(name: string, { script, dependsOn, check, labels }: Service): Promise<void> {
    const id = await connection.createContainer(`${project}-${name}`, {
      Image: NODE_IMAGE,
      Cmd: ['sh', '-c', script],
      HostConfig: { NetworkMode: 'none', Init: true },
      Labels: {
        'com.docker.compose.project': project,
        'com.docker.compose.service': name,
        ...(dependsOn && { 'com.docker.compose.depends_on': `${dependsOn}:service_started:false` }),
        ...labels,
      },
      ...(check && {
        Healthcheck: { Test: ['CMD-SHELL', check], Interval: second, Timeout: 5 * second, Retries: 2 },
      }),
    });
    ids.push(id);
    await connection.startContainer(id);
  }

  before(async () => {
    connection = await engine.connect();
    await run('broken', { script: 'echo begin; test -e /tmp/x && exit 3; touch /tmp/x; sleep 1000' });
    await run('web', { script: 'echo web is up; sleep 1000', dependsOn: 'broken' });
    await run('sick', { script: 'sleep 1000', check: 'echo no database; exit 1' });
    await run('fine', { script: 'echo one; echo two >&2; sleep 1000', check: 'exit 0' });
  });
  after(() => Promise.all(ids.map((id) => connection.removeContainer(id))));

  it('waits for health, explains what failed, skips what depends on it, and keeps a record of each', async () => {
    const signal = AbortSignal.timeout(50_000);
    const [found] = projectsOf(await loadContainers(connection, signal), []).filter(
      ({ name }) => name === project,
    );
    assert.ok(found);
    const results = await runRestart(connection, planRestart(found), operator, { signal, limits: LIMITS });
    const report = restartReport(project, results);
    const outcomes: Record<string, string> = Object.fromEntries(
      results.map(({ container, outcome }) => [container.service ?? '', outcome]),
    );
    assert.deepEqual(
      outcomes,
      { broken: 'failed', web: 'skipped', sick: 'failed', fine: 'restarted' },
      report,
    );
    assert.equal(allRestarted(results), false);
    assert.match(report, /broken.*exited with code 3/);
    assert.match(report, /web.*depends on broken/);
    assert.match(report, /last lines of .*broken ---\nbegin\nbegin/);
    assert.match(report, /exit code 1: no database/);
    assert.deepEqual(
      log.map(({ action, outcome }) => `${action} ${outcome}`),
      ['restart done', 'restart done', 'restart done'],
    );
    assert.ok(
      results.every(({ container }) => operator.isOwn(container.id) === (container.service !== 'web')),
    );
  });

  it('merges logs by time', async () => {
    const containers = (await loadContainers(connection, AbortSignal.timeout(20_000))).filter(
      (container) => container.project === project && container.service !== 'broken',
    );
    const lines = await mergedTails(connection, containers, 10, AbortSignal.timeout(20_000));
    const times = lines.map(({ time }) => time);
    assert.deepEqual(times, [...times].sort());
    assert.deepEqual([...new Set(lines.map(({ channel, text }) => `${channel}: ${text}`))].sort(), [
      'stderr: two',
      'stdout: one',
      'stdout: web is up',
    ]);
  });

  it('says no in words, takes what is so already for done, and records refusals', async () => {
    const [id = ''] = ids;
    const container = { id, name: `${project}-broken` };
    await operator.operate(connection, 'start', container);
    await assert.rejects(operator.operate(connection, 'unpause', container), /refused to unpause .*broken/);
    assert.equal(log.at(-1)?.outcome, 'failed');
    await operator.operate(connection, 'kill', { id: ids[1] ?? '', name: 'web' });
    await assert.rejects(
      connection.inspectContainer('no-such-container'),
      (error) => error instanceof EngineError && error.statusCode === 404,
    );
  });

  it('can be cancelled between and within its steps', async () => {
    const cancel = new AbortController();
    const containers = (await loadContainers(connection, cancel.signal)).filter(
      (container) => container.project === project,
    );
    const [found] = projectsOf(containers, []);
    assert.ok(found);
    const plan = planRestart(found, ['sick', 'fine']);
    const results = await runRestart(connection, plan, operator, {
      signal: cancel.signal,
      onStep: () => cancel.abort(),
    });
    assert.deepEqual(
      results.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'left alone'),
      ['cancelled', 'cancelled'],
    );
  });

  it('opens a terminal in a container', async () => {
    const signal = AbortSignal.timeout(20_000);
    const { stream, resize } = await connection.execTerminal(ids[3] ?? '', ['sh'], signal);
    // A command that has not begun can't be told the size.
    await once(stream, 'readable');
    await resize(100, 30);
    stream.write('stty size; exit\n');
    let output = '';
    for await (const chunk of stream) output += String(chunk);
    assert.match(output, /30 100/);
  });
});
