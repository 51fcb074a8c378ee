import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { silentLogger } from '../../src/base/logger';
import type { ContainerSpec, EngineConnection } from '../../src/engine/connection';
import { Engine } from '../../src/engine/engine';
import { AlertWatch } from '../../src/fleet/alerts';
import type { Alert } from '../../src/fleet/alerts';
import { ContainerList } from '../../src/fleet/containerList';
import type { ContainersState } from '../../src/fleet/containerList';
import type { FleetContainer } from '../../src/fleet/containers';
import { LogModel } from '../../src/fleet/logs/logModel';
import { MetricsSampler } from '../../src/fleet/metricsSampler';
import { Operator } from '../../src/fleet/operations';
import { skipBecause } from '../support/skip';
import { pollFor } from '../support/timeLimit';
import { askEngine } from './askEngine';
import { ListWatcher } from './listWatcher';
import { NODE_IMAGE, realEnvironment } from './realEngine';

const { SEAWORTHY_TEST_PODMAN: host, SEAWORTHY_TEST_PODMAN_MISSING: missing } = process.env;
const LIMIT = 30_000;
const second = 1_000_000_000;
/** Without these Podman asks for more than some machines allow. */
const HOST = {
  NetworkMode: 'none',
  Init: true,
  Ulimits: ['nofile', 'nproc'].map((Name) => ({ Name, Soft: 1024, Hard: 1024 })),
};

describe('The containers of a real Podman', function () {
  this.timeout(90_000);
  const engine = new Engine({
    environment: realEnvironment,
    setting: () => host,
    logger: silentLogger,
  });
  const ids = new Set<string>();
  const endings: (() => void)[] = [];
  let connection: EngineConnection;

  before(async () => {
    // It starts other programs to describe itself; on a busy machine that takes longer than a connection waits.
    if (host) connection = await pollFor('Podman', LIMIT, () => engine.connect().catch(() => undefined));
  });
  beforeEach(function () {
    if (!host) skipBecause(this, missing ?? 'no Podman was named by SEAWORTHY_TEST_PODMAN');
  });
  afterEach(async () => {
    for (const end of endings.splice(0)) end();
    await Promise.all([...ids].map((id) => connection.removeContainer(id)));
    ids.clear();
  });
  after(() => engine.dispose());

  const unique = (): string => `seaworthy-podman-${randomBytes(4).toString('hex')}`;

  async function create(script: string, change: ContainerSpec = {}, name = unique()): Promise<string> {
    const id = await connection.createContainer(name, {
      Image: NODE_IMAGE,
      Cmd: ['sh', '-c', script],
      HostConfig: HOST,
      // Without it, Podman gives a container made this way no time to end.
      StopTimeout: 10,
      ...change,
    });
    ids.add(id);
    return id;
  }

  async function start(script: string, change: ContainerSpec = {}): Promise<string> {
    const id = await create(script, change);
    await connection.startContainer(id);
    return id;
  }

  it('are listed, and followed as they come, start, pause, end and go', async () => {
    const watcher = new ListWatcher(new ContainerList(engine, silentLogger));
    endings.push(watcher.stop);
    await watcher.until((state) => (state.kind === 'ready' ? true : undefined));
    const name = unique();
    const labels = { 'io.podman.compose.project': 'shop', 'io.podman.compose.service': 'web' };
    const id = await create('sleep 100', { Labels: labels }, name);
    const row = (look: (container: FleetContainer) => boolean) => (state: ContainersState) =>
      state.kind === 'ready' ? state.containers.find((each) => each.id === id && look(each)) : undefined;
    const created = await watcher.until(row(() => true));
    assert.deepEqual(
      [created.name, created.state, created.project, created.service, created.startedAt],
      [name, 'created', 'shop', 'web', undefined],
    );
    await connection.startContainer(id);
    const { startedAt = 0 } = await watcher.until(
      row(({ state, startedAt: at }) => state === 'running' && at !== undefined),
    );
    assert.ok(Math.abs(Date.now() - startedAt) < 60_000);
    for (const [verb, state] of [
      ['pause', 'paused'],
      ['unpause', 'running'],
      ['restart', 'running'],
      ['kill', 'exited'],
    ] as const) {
      await connection.operate(id, verb);
      await watcher.until(row((each) => each.state === state));
    }
    assert.equal((await watcher.until(row(({ exitCode }) => exitCode !== undefined))).exitCode, 137);
    await connection.removeContainer(id);
    await watcher.until((state) => (row(() => true)(state) ? undefined : true));
  });

  it('are measured', async () => {
    const id = await start("node -e 'const held = Buffer.alloc(60e6, 1); for (;;) held[0]++'", {
      HostConfig: { ...HOST, NanoCpus: 250_000_000, Memory: 200_000_000 },
    });
    const sampler = new MetricsSampler(new ContainerList(engine, silentLogger), 1000);
    endings.push(sampler.watch({ ids: () => [id], onRound: () => undefined }));
    // The first rounds see the program start.
    await pollFor('metrics', LIMIT, () => sampler.history(id).length > 4);
    const { cpuPercent = 0, memory, memoryLimit } = sampler.latest(id) ?? assert.fail('no metrics');
    assert.ok(cpuPercent > 10 && cpuPercent < 40, `${cpuPercent} % of a core, a quarter is allowed`);
    assert.ok(memory > 60e6 && memory < 200e6, `${memory} bytes`);
    assert.equal(memoryLimit, 200_000_000);
  });

  it('raise an alert when they crash or become unhealthy, and not when they are stopped', async () => {
    const operator = new Operator(async () => undefined);
    const alerts: Alert[] = [];
    const list = new ContainerList(engine, silentLogger);
    let isHeard = false;
    endings.push(list.listen({ connected: () => (isHeard = true), event: () => undefined }));
    const watch = new AlertWatch(
      list,
      (id) => operator.isOwn(id),
      (told) => alerts.push(...told.filter(({ id }) => ids.has(id))),
      { group: 100, cooldown: 3_600_000 },
    );
    endings.push(() => watch.stop());
    await pollFor('the events', LIMIT, () => isHeard);
    const texts = (): string[] => alerts.map(({ kind, exitCode }) => `${kind} ${exitCode ?? ''}`.trim());

    const stopped = await start('trap "exit 143" TERM; while :; do sleep 0.1; done');
    const own = await start('sleep 100');
    await connection.operate(stopped, 'stop');
    await operator.operate(connection, 'kill', { id: own, name: 'own' });
    await start('exit 0');
    await start('exit 3');
    await pollFor('the crash', LIMIT, () => texts().length > 0);
    assert.deepEqual(texts(), ['crashed 3']);

    const ill = await start('sleep 100', {
      Healthcheck: { Test: ['CMD-SHELL', 'test ! -e /tmp/ill'], Interval: 3600 * second, Retries: 1 },
    });
    // Podman leaves it to systemd when a health check runs; where there is none, it is asked for.
    const probe = (): Promise<void> =>
      askEngine('GET', `/v4.0.0/libpod/containers/${ill}/healthcheck`, engine);
    const inside = async (script: string): Promise<void> => {
      const { stream } = await connection.execTerminal(ill, ['sh', '-c', script], AbortSignal.timeout(LIMIT));
      stream.resume();
      await new Promise((resolve) => stream.once('close', resolve));
    };
    await probe();
    await inside('touch /tmp/ill');
    await probe();
    await probe();
    await pollFor('the bad health', LIMIT, () => texts().length > 1);
    await inside('rm /tmp/ill');
    await probe();
    await probe();
    await pollFor('the good health', LIMIT, () => texts().length > 2);
    assert.deepEqual(texts(), ['crashed 3', 'unhealthy', 'recovered']);
  });

  it('have logs that are followed through a restart', async () => {
    const name = unique();
    // What ends it may come right after the line it prints.
    const id = await create('trap "exit 3" TERM; echo begin; while :; do sleep 0.1; done', {}, name);
    const list = new ContainerList(engine, silentLogger);
    const log = new LogModel(
      [{ list, targets: [{ project: undefined, service: undefined, name }] }],
      () => undefined,
    );
    endings.push(() => log.stop());
    log.start({ tail: 100, since: undefined });
    await connection.startContainer(id);
    const begun = (): number => [...log.text()].filter((line) => line.endsWith(' begin\n')).length;
    await pollFor('the first line', LIMIT, () => begun() === 1);
    await connection.operate(id, 'restart');
    await pollFor('the line after the restart', LIMIT, () => begun() === 2);
    await connection.operate(id, 'stop');
    await pollFor('the end', LIMIT, () => /exited with code 3/.test([...log.text()].at(-1) ?? ''));
    assert.equal(begun(), 2);
  });
});
