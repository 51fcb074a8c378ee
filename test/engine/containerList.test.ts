import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as path from 'node:path';
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { ContainerList } from '../../src/fleet/containerList';
import type { ContainersState } from '../../src/fleet/containerList';
import type { FleetContainer } from '../../src/fleet/containers';
import { temporaryFolder } from '../support/temporaryFolder';
import { EngineDoor } from './engineDoor';
import { ListWatcher } from './listWatcher';
import { engine, NODE_IMAGE, realEnvironment } from './realEngine';

const named =
  (name: string) =>
  (state: ContainersState): FleetContainer | undefined =>
    state.kind === 'ready' ? state.containers.find((container) => container.name === name) : undefined;
const without = (name: string) => (state: ContainersState) =>
  state.kind === 'ready' && !named(name)(state) ? true : undefined;
const kind = (wanted: ContainersState['kind']) => (state: ContainersState) =>
  state.kind === wanted ? state : undefined;

const second = 1_000_000_000;

describe('ContainerList', function () {
  this.timeout(20_000);
  const folder = temporaryFolder('fleet');

  it('follows containers as they come, start, end and go', async () => {
    const connection = await engine.connect();
    const watcher = new ListWatcher(new ContainerList(engine, silentLogger));
    const name = `seaworthy-fleet-${randomBytes(4).toString('hex')}`;
    await watcher.until(kind('ready'));
    const id = await connection.createContainer(name, {
      Image: NODE_IMAGE,
      Cmd: ['sleep', '1'],
      Labels: { 'com.docker.compose.project': 'shop' },
      HostConfig: { NetworkMode: 'none' },
    });
    try {
      const created = await watcher.until(named(name));
      const { state, project, startedAt, isSandbox } = created;
      assert.deepEqual(
        [created.id, state, project, startedAt, isSandbox],
        [id, 'created', 'shop', undefined, false],
      );
      await connection.startContainer(id);
      const inState = (state: string) => (all: ContainersState) =>
        named(name)(all)?.state === state ? true : undefined;
      await watcher.until(inState('running'));
      await watcher.until((all) =>
        Math.abs(Date.now() - (named(name)(all)?.startedAt ?? 0)) < 60_000 ? true : undefined,
      );
      await watcher.until(inState('exited'));
    } finally {
      await connection.removeContainer(id);
    }
    await watcher.until(without(name));
    watcher.stop();
  });

  it('shows a change of health by its event alone', async () => {
    const connection = await engine.connect();
    const name = `seaworthy-fleet-${randomBytes(4).toString('hex')}`;
    const id = await connection.createContainer(name, {
      Image: NODE_IMAGE,
      Cmd: ['sleep', '100'],
      HostConfig: { NetworkMode: 'none', Init: true },
      Healthcheck: {
        Test: ['CMD-SHELL', 'test ! -e /tmp/ill'],
        Interval: second / 5,
        Timeout: 5 * second,
        Retries: 1,
      },
    });
    const inside = async (...command: string[]): Promise<void> => {
      const { stream } = await connection.execTerminal(id, command, AbortSignal.timeout(10_000));
      await once(stream.resume(), 'close');
    };
    // Before the list is made, so that nothing of the start is still to be looked up.
    await connection.startContainer(id);
    const socket = path.join(folder, 'health.sock');
    const door = await EngineDoor.open(socket, connection.address);
    const mine = new Engine({
      environment: realEnvironment,
      setting: () => `unix://${socket}`,
      logger: silentLogger,
    });
    const watcher = new ListWatcher(new ContainerList(mine, silentLogger));
    const known = (health: string) => (all: ContainersState) => {
      const row = named(name)(all);
      return row?.health === health && row.startedAt !== undefined ? row : undefined;
    };
    try {
      await watcher.until(known('healthy'));
      const asked = door.requests.length;
      watcher.named.length = 0;
      await inside('touch', '/tmp/ill');
      await watcher.until(known('unhealthy'));
      await inside('rm', '/tmp/ill');
      await watcher.until(known('healthy'));
      // Others may use the engine at the same time, and their containers are looked up.
      const calls = door.requests
        .slice(asked)
        .filter((call) => call.includes(id) || /containers\/json/.test(call));
      assert.deepEqual(calls, []);
      const changes = watcher.named.flatMap((ids) => [...(ids ?? [])]);
      assert.deepEqual(
        changes.filter((each) => each === id),
        [id, id],
      );
    } finally {
      watcher.stop();
      await door.close();
      await connection.removeContainer(id);
    }
  });

  it('says that the engine is gone, and finds it again', async () => {
    const real = await engine.connect();
    const socket = path.join(folder, 'fleet.sock');
    const mine = new Engine({
      environment: realEnvironment,
      setting: () => `unix://${socket}`,
      logger: silentLogger,
    });
    const watcher = new ListWatcher(new ContainerList(mine, silentLogger, { first: 20, most: 50 }));
    const { error } = await watcher.until((state) => (state.kind === 'unavailable' ? state : undefined));
    assert.equal(error.name, 'NoEngine');
    const door = await EngineDoor.open(socket, real.address);
    await watcher.until(kind('ready'));
    await door.close();
    await watcher.until(kind('unavailable'));
    const again = await EngineDoor.open(socket, real.address);
    await watcher.until(kind('ready'));
    watcher.stop();
    await again.close();
  });

  it('looks at once when asked to, however long it would have waited', async () => {
    const real = await engine.connect();
    const socket = path.join(folder, 'refresh.sock');
    const mine = new Engine({
      environment: realEnvironment,
      setting: () => `unix://${socket}`,
      logger: silentLogger,
    });
    const list = new ContainerList(mine, silentLogger, { first: 3_600_000, most: 3_600_000 });
    const watcher = new ListWatcher(list);
    await watcher.until(kind('unavailable'));
    const door = await EngineDoor.open(socket, real.address);
    list.refresh();
    await watcher.until(kind('ready'));
    watcher.stop();
    await door.close();
  });
});
