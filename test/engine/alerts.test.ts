import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { silentLogger } from '../../src/base/logger';
import type { ContainerSpec, EngineConnection } from '../../src/engine/connection';
import { AlertWatch } from '../../src/fleet/alerts';
import type { Alert } from '../../src/fleet/alerts';
import { ContainerList } from '../../src/fleet/containerList';
import { Operator } from '../../src/fleet/operations';
import { pollFor } from '../support/timeLimit';
import { engine, NODE_IMAGE } from './realEngine';

const LIMITS = { group: 150, cooldown: 3_600_000 };
const second = 1_000_000_000;

/** What is told of the containers of one test. */
class Told {
  readonly groups: (readonly Alert[])[] = [];
  private readonly changes = new EventEmitter();
  private readonly list = new ContainerList(engine, silentLogger);
  private readonly watch: AlertWatch;
  private readonly stopListening: () => void;

  constructor(
    private readonly ids: ReadonlySet<string>,
    operator: Operator,
    limits = LIMITS,
  ) {
    this.watch = new AlertWatch(
      this.list,
      (id) => operator.isOwn(id),
      (alerts) => {
        const mine = alerts.filter(({ id }) => ids.has(id));
        if (mine.length > 0) this.groups.push(mine);
        this.changes.emit('change');
      },
      limits,
    );
    this.stopListening = this.list.listen({ event: () => this.changes.emit('change') });
  }

  texts(): string[] {
    return this.groups.flat().map(({ kind, exitCode, times }) => `${kind} ${exitCode ?? ''} ${times}`);
  }

  async until(look: () => boolean): Promise<void> {
    while (!look()) await once(this.changes, 'change', { signal: AbortSignal.timeout(20_000) });
  }

  stop(): void {
    this.watch.stop();
    this.stopListening();
  }
}

describe('Alerts', function () {
  this.timeout(60_000);
  let connection: EngineConnection;
  let operator: Operator;
  let told: Told;
  const ids = new Set<string>();

  async function start(script: string, change: ContainerSpec = {}): Promise<string> {
    const id = await connection.createContainer(`seaworthy-alerts-${randomBytes(4).toString('hex')}`, {
      Image: NODE_IMAGE,
      Cmd: ['sh', '-c', script],
      HostConfig: { NetworkMode: 'none', Init: true },
      ...change,
    });
    ids.add(id);
    await connection.startContainer(id);
    return id;
  }

  beforeEach(async () => {
    connection = await engine.connect();
    operator = new Operator(async () => undefined);
    told = new Told(ids, operator);
  });
  afterEach(async () => {
    told.stop();
    await Promise.all([...ids].map((id) => connection.removeContainer(id)));
    ids.clear();
  });

  it('tell of crashes together, and not of what ends well', async () => {
    await Promise.all(['exit 3', 'exit 0', 'sleep 0.02; exit 4'].map((script) => start(script)));
    await told.until(() => told.texts().length === 2);
    assert.deepEqual(told.texts().sort(), ['crashed 3 1', 'crashed 4 1']);
  });

  it('tell nothing of what somebody stops or kills, nor of what we do', async () => {
    const stopped = await start('trap "exit 143" TERM; while :; do sleep 0.1; done');
    const killed = await start('sleep 100');
    const own = await start('test -e /tmp/x && exit 6; touch /tmp/x; sleep 100');
    await connection.operate(stopped, 'stop');
    await connection.operate(killed, 'kill');
    // What it does of its own accord after our restart is ours as well.
    await operator.operate(connection, 'restart', { id: own, name: 'own' });
    await pollFor('its crash', 20_000, async () => (await connection.inspectContainer(own)).exitCode === 6);
    // One that is told of after all the others shows that they were heard.
    await start('exit 9');
    await told.until(() => told.texts().length > 0);
    assert.deepEqual(told.texts(), ['crashed 9 1']);
  });

  it('tell when the health check begins to fail, once, and when it is well again', async () => {
    const check = { Test: ['CMD-SHELL', 'test ! -e /tmp/ill'], Interval: second / 5, Retries: 1 };
    const script = 'sleep 1; touch /tmp/ill; sleep 1.5; rm /tmp/ill; sleep 100';
    await start(script, { Healthcheck: { ...check, Timeout: 5 * second } });
    await told.until(() => told.texts().length === 2);
    assert.deepEqual(told.texts(), ['unhealthy  1', 'recovered  1']);
  });

  it('tell of a crash again after a while, with how many there were', async () => {
    const impatient = new Told(ids, operator, { group: 50, cooldown: 2000 });
    const id = await start('exit 5');
    for (let again = 1; again < 4; again++) {
      while ((await connection.inspectContainer(id)).state === 'running');
      await connection.startContainer(id);
    }
    const times = (): number => impatient.groups.flat().reduce((sum, each) => sum + each.times, 0);
    await impatient.until(() => times() === 4);
    impatient.stop();
    // One with an hour of patience has heard the same.
    await told.until(() => told.texts().length > 0);
    assert.deepEqual(told.texts(), ['crashed 5 1']);
  });
});
