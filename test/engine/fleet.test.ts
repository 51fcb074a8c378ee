import assert from 'node:assert/strict';
import * as path from 'node:path';
import { silentLogger } from '../../src/base/logger';
import type { ContainerSpec } from '../../src/engine/connection';
import { Engine } from '../../src/engine/engine';
import { AlertWatch } from '../../src/fleet/alerts';
import type { Alert } from '../../src/fleet/alerts';
import { ContainerList } from '../../src/fleet/containerList';
import { forEach } from '../../src/fleet/loadContainers';
import { LogModel } from '../../src/fleet/logs/logModel';
import { MetricsSampler } from '../../src/fleet/metricsSampler';
import { Operator } from '../../src/fleet/operations';
import { projectsOf } from '../../src/fleet/projects';
import { planRestart } from '../../src/fleet/restart';
import { runRestart } from '../../src/fleet/runRestart';
import { statusText } from '../../src/fleet/status';
import { skipBecause } from '../support/skip';
import { temporaryFolder } from '../support/temporaryFolder';
import { pollFor } from '../support/timeLimit';
import { EngineDoor } from './engineDoor';
import { ListWatcher, rows } from './listWatcher';
import { noOwnEngine, startOwnEngine } from './ownEngine';
import type { OwnEngine } from './ownEngine';
import { realEnvironment } from './realEngine';
import { tinyImage } from './tinyImage';

const RUNNING = 60;
const STOPPED = 300;
const REFRESHES = 500;
const RECONNECTIONS = 50;
const LIMIT = 60_000;
const RETRY = { first: 20, most: 200 };

describe('A fleet on an engine of its own', function () {
  this.timeout(120_000);
  const folder = temporaryFolder('fleet-own');
  let own: OwnEngine | undefined;
  let image = '';
  let direct: Engine;

  before(async function () {
    if (noOwnEngine !== undefined) return;
    own = await startOwnEngine();
    image = await tinyImage(own);
    direct = engineAt(own.client.address);
  });
  beforeEach(function () {
    if (noOwnEngine !== undefined) skipBecause(this, noOwnEngine);
  });
  after(() => own?.stop());

  function engineAt(address: string): Engine {
    return new Engine({ environment: realEnvironment, setting: () => address, logger: silentLogger });
  }

  async function create(name: string, script: string, change: ContainerSpec = {}): Promise<string> {
    return (await direct.connect()).createContainer(name, {
      Image: image,
      Cmd: ['sh', '-c', script],
      StopTimeout: 0,
      HostConfig: { NetworkMode: 'none' },
      ...change,
    });
  }

  it('says in the list, the log, the metrics and a restart that the engine was killed, and recovers', async () => {
    assert.ok(own);
    const script = 'trap "exit 0" TERM; while :; do echo line; sleep 0.2; done';
    const HostConfig = { NetworkMode: 'none', RestartPolicy: { Name: 'always' } };
    const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };
    const id = await create('web', script, { HostConfig, Labels: labels });
    await (await direct.connect()).startContainer(id);
    const engine = engineAt(own.client.address);
    const list = new ContainerList(engine, silentLogger, RETRY);
    const watcher = new ListWatcher(list);
    const log = new LogModel(
      [{ list, targets: [{ project: 'shop', service: 'web', name: 'web' }] }],
      () => undefined,
    );
    log.start({ tail: 100, since: undefined });
    const sampler = new MetricsSampler(list, 200);
    let rounds = 0;
    const unwatch = sampler.watch({ ids: () => [id], onRound: () => rounds++ });
    const alerts: Alert[] = [];
    const alerting = new AlertWatch(
      list,
      () => false,
      (all) => alerts.push(...all),
      { group: 2000, cooldown: 0 },
    );
    const said = (): string => [...log.text()].join('');
    const operator = new Operator(async () => undefined);
    const restart = async (stable: number, onStep: () => void = () => undefined) => {
      const [project] = projectsOf((await watcher.until(rows)) ?? [], []);
      const limits = { poll: 50, stable, margin: 5000 };
      const plan = planRestart(project ?? assert.fail('no project'), ['web']);
      const signal = new AbortController().signal;
      return runRestart(await engine.connect(signal), plan, operator, { signal, limits, onStep });
    };
    await pollFor('lines and metrics', LIMIT, () => said().includes('line') && rounds > 2);

    // The restart waits for a minute without an end; the engine goes in the middle of that.
    const restarting = restart(60_000);
    await pollFor('the restart', LIMIT, () => /restarted/.test(said()));
    // What ends just before the engine does has ended with it, and is no crash.
    let ends = 0;
    const unlisten = list.listen({ event: ({ action }) => action === 'die' && ends++ });
    const short = await create('short', 'exit 7');
    await (await direct.connect()).startContainer(short);
    await pollFor('the end of a container', LIMIT, () => ends > 0);
    await own.kill();
    unlisten();
    const [{ outcome, why } = { outcome: '', why: '' }] = await restarting;
    assert.equal(outcome, 'failed');
    assert.match(why, /engine stopped answering/);
    const { error } = await watcher.until((state) => (state.kind === 'unavailable' ? state : undefined));
    assert.match(error.message, /No container engine answers/);
    await pollFor('the log', LIMIT, () => /The log goes on as soon as the engine answers/.test(said()));

    const before = rounds;
    await own.restart();
    await watcher.until((state) => rows(state)?.find((row) => row.id === id && row.state === 'running'));
    await pollFor('the metrics', LIMIT, () => rounds > before && sampler.latest(id) !== undefined);
    await pollFor('new lines', LIMIT, () => /answers again[^]*\bline\n/.test(said()));
    assert.deepEqual(
      (await restart(100)).map((each) => each.outcome),
      ['restarted'],
    );
    assert.deepEqual(alerts, []);
    alerting.stop();
    unwatch();
    log.stop();
    watcher.stop();
    for (const each of [id, short]) await (await direct.connect()).removeContainer(each);
  });

  it('grows neither connections nor listeners over refreshes and returns of the engine', async () => {
    const address = own?.client.address ?? '';
    const socket = path.join(folder, 'engine.sock');
    const real = await engineAt(address).connect();
    let door = await EngineDoor.open(socket, real.address);
    const warnings: string[] = [];
    const warn = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', warn);
    const list = new ContainerList(engineAt(`unix://${socket}`), silentLogger, { first: 5, most: 20 });
    const watcher = new ListWatcher(list);
    const alerting = new AlertWatch(
      list,
      () => false,
      () => undefined,
    );
    await watcher.until(rows);
    const handles = (): number =>
      process.getActiveResourcesInfo().filter((each) => !/Immediate|Tick/.test(each)).length;
    const listCalls = (): number =>
      door.requests.filter((request) => request.includes('/containers/json')).length;
    const refresh = async (): Promise<void> => {
      const before = listCalls();
      list.refresh();
      await pollFor('a list', LIMIT, () => listCalls() > before);
    };
    const settled = (): Promise<boolean> => pollFor('few connections', LIMIT, () => door.connections <= 5);
    for (let count = 0; count < 20; count++) await refresh();
    await settled();
    const before = handles();
    for (let count = 0; count < REFRESHES / 10; count++) {
      for (let more = 0; more < 9; more++) list.refresh();
      await refresh();
    }
    await settled();
    for (let count = 0; count < RECONNECTIONS; count++) {
      await door.close();
      await watcher.until((state) => (state.kind === 'unavailable' ? true : undefined));
      door = await EngineDoor.open(socket, real.address);
      await watcher.until(rows);
    }
    await settled();
    assert.deepEqual(warnings, []);
    assert.ok(handles() <= before + 3, `${handles()} handles, ${before} before`);
    watcher.stop();
    alerting.stop();
    process.off('warning', warn);
    await door.close();
  });

  it('is listed whole, changes one row at a time, and costs no call while nobody looks', async () => {
    assert.ok(own);
    const labels = (index: number) => ({ 'com.docker.compose.project': `p${index % 12}` });
    const names = Array.from({ length: RUNNING + STOPPED }, (_each, index) => `c${index}`);
    const running = new Set<string>();
    await forEach(names, 8, async (name) => {
      const index = Number(name.slice(1));
      const id = await create(name, 'sleep 1000', { Labels: labels(index) });
      if (index >= RUNNING) return;
      await (await direct.connect()).startContainer(id);
      running.add(id);
    });
    const socket = path.join(folder, 'scale.sock');
    const real = await engineAt(own.client.address).connect();
    const door = await EngineDoor.open(socket, real.address);
    const list = new ContainerList(engineAt(`unix://${socket}`), silentLogger, RETRY);
    const watcher = new ListWatcher(list);
    const all = await watcher.until((state) => {
      const found = rows(state);
      const known = found?.filter(({ startedAt }) => startedAt !== undefined).length ?? 0;
      return found && known >= RUNNING ? found : undefined;
    });
    assert.deepEqual([...all].map(({ name }) => name).sort(), [...names].sort());
    assert.equal(all.filter(({ state }) => state === 'running').length, RUNNING);

    const [id = ''] = running;
    const rest = (found: readonly { id: string }[]): unknown[] => found.filter((row) => row.id !== id);
    watcher.named.length = 0;
    await (await direct.connect()).operate(id, 'pause');
    const paused = await watcher.until((state) =>
      rows(state)?.some((row) => row.id === id && row.state === 'paused') ? rows(state) : undefined,
    );
    assert.deepEqual(watcher.named.map((ids) => [...(ids ?? ['all'])]).flat(), [id]);
    assert.deepEqual(rest(paused), rest(all));
    watcher.stop();

    const alerts: Alert[] = [];
    const alerting = new AlertWatch(
      list,
      () => false,
      (told) => alerts.push(...told),
      { group: 10, cooldown: 0 },
    );
    let heard = 0;
    const unlisten = list.listen({ event: () => heard++ });
    await pollFor('the events', LIMIT, () => door.requests.at(-1)?.includes('/events'));
    const asked = door.requests.length;
    await (await direct.connect()).operate(id, 'unpause');
    await (await direct.connect()).startContainer(await create('crash', 'exit 7'));
    await pollFor('the alert', LIMIT, () => alerts.length > 0);
    assert.ok(heard >= 4, `${heard} events`);
    assert.deepEqual(door.requests.slice(asked), []);
    unlisten();
    alerting.stop();
    await door.close();
  });

  it('shows a hostile container in its own row alone', async () => {
    assert.ok(own);
    const list = new ContainerList(engineAt(own.client.address), silentLogger, RETRY);
    const watcher = new ListWatcher(list);
    const before = (await watcher.until(rows)).filter(
      ({ startedAt, state }) => startedAt !== undefined || state !== 'running',
    );
    const known = new Map(before.map((row) => [row.id, row]));
    const many = Array.from({ length: 10_000 }, (_each, index) => [
      `label-${index}\u001b[2J`,
      '\u001b]0;x\u0007\u202e',
    ]);
    const id = await create('hostile', 'sleep 1000', {
      Labels: {
        ...(Object.fromEntries(many) as Record<string, string>),
        'com.docker.compose.project': '\u001b[2J../../p0\nfake: 1 of 1 running',
        'com.docker.compose.service': '__proto__',
        'com.docker.compose.depends_on': `${'x,'.repeat(100_000)}`,
        __proto__x: '1',
      },
    });
    await (await direct.connect()).startContainer(id);
    const found = await watcher.until((state) =>
      rows(state)?.some((row) => row.id === id && row.state === 'running') ? rows(state) : undefined,
    );
    for (const row of found) if (known.has(row.id)) assert.deepEqual(row, known.get(row.id));
    const text = statusText(projectsOf(found, []), Date.now());
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
    assert.equal(text.match(/^fake:/m), null);
    watcher.stop();
  });
});
