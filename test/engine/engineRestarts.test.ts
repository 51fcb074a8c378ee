import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import * as fs from 'node:fs';
import { queryObjects } from 'node:v8';
import { silentLogger } from '../../src/base/logger';
import { EngineConnection } from '../../src/engine/connection';
import { Engine } from '../../src/engine/engine';
import { AlertWatch } from '../../src/fleet/alerts';
import { ContainerList } from '../../src/fleet/containerList';
import { LogModel } from '../../src/fleet/logs/logModel';
import { MetricsSampler } from '../../src/fleet/metricsSampler';
import { skipBecause } from '../support/skip';
import { pollFor } from '../support/timeLimit';
import { ListWatcher, rows } from './listWatcher';
import { noOwnEngine, startOwnEngine } from './ownEngine';
import type { OwnEngine } from './ownEngine';
import { realEnvironment } from './realEngine';
import { tinyImage } from './tinyImage';

/** How often the engine is killed and started again; SEAWORTHY_ENGINE_ROUNDS=50 tries it longer. */
const ROUNDS = Number(process.env['SEAWORTHY_ENGINE_ROUNDS'] ?? 10);
/** The first ones load code and fill caches. */
const FIRST_ROUNDS = 3;
const LIMIT = 60_000;

/** What would grow with each return of an engine if something were left behind. */
interface Census {
  handles: number;
  sockets: number;
  connections: number;
  signals: number;
  emitters: number;
}

/** What is under way at one moment and not at another; one for each round would be more. */
const SLACK: Census = { handles: 3, sockets: 2, connections: 2, signals: 5, emitters: 5 };

function census(): Census {
  const count = (constructor: Parameters<typeof queryObjects>[0]): number =>
    queryObjects(constructor, { format: 'count' });
  const target = (fd: string): string => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  };
  return {
    handles: process.getActiveResourcesInfo().filter((each) => !/Immediate|Tick/.test(each)).length,
    sockets: fs.readdirSync('/proc/self/fd').filter((fd) => target(fd).startsWith('socket:')).length,
    connections: count(EngineConnection),
    signals: count(AbortSignal),
    emitters: count(EventEmitter),
  };
}

describe('An engine that is killed and started again and again', function () {
  this.timeout(30_000 + ROUNDS * 20_000);
  let own: OwnEngine | undefined;

  before(async function () {
    if (noOwnEngine !== undefined) return;
    own = await startOwnEngine();
  });
  beforeEach(function () {
    if (noOwnEngine !== undefined) skipBecause(this, noOwnEngine);
  });
  after(() => own?.stop());

  it('is found each time with all its containers, and nothing of it is left behind', async () => {
    assert.ok(own);
    const { address } = own.client;
    const image = await tinyImage(own);
    const engine = new Engine({ environment: realEnvironment, setting: () => address, logger: silentLogger });
    const names = ['busy', ...Array.from({ length: 5 }, (_each, index) => `still-${index}`)];
    const connection = await engine.connect();
    const ids = await Promise.all(
      names.map((name) =>
        connection.createContainer(name, {
          Image: image,
          Cmd: ['sh', '-c', 'trap "exit 0" TERM; while :; do echo line; sleep 0.2; done'],
          HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: name === 'busy' ? 'always' : 'no' } },
        }),
      ),
    );
    await connection.startContainer('busy');

    const warnings: string[] = [];
    const warn = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', warn);
    const list = new ContainerList(engine, silentLogger, { first: 20, most: 200 });
    const watcher = new ListWatcher(list);
    const alerting = new AlertWatch(
      list,
      () => false,
      () => undefined,
    );
    const target = { project: undefined, service: undefined, name: 'busy' };
    const log = new LogModel([{ list, targets: [target] }], () => undefined, 1_000_000);
    log.start({ tail: 10, since: undefined });
    const sampler = new MetricsSampler(list, 100);
    let rounds = 0;
    const unwatch = sampler.watch({ ids: () => ids.slice(0, 1), onRound: () => rounds++ });
    const lines = (): number => log.counts().lines + log.counts().dropped;

    const back = async (): Promise<void> => {
      const all = await watcher.until((state) =>
        rows(state)?.some(({ name, state: now }) => name === 'busy' && now === 'running')
          ? rows(state)
          : undefined,
      );
      assert.deepEqual(
        all.map(({ name }) => name),
        names,
      );
      const [before, printed] = [rounds, lines()];
      await pollFor('metrics and lines', LIMIT, () => rounds > before + 1 && lines() > printed);
    };
    await back();
    let early: Census | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      await own.kill();
      await watcher.until((state) => (state.kind === 'unavailable' ? true : undefined));
      await own.restart();
      await back();
      if (round + 1 === FIRST_ROUNDS) early = census();
    }
    assert.ok(early, `${FIRST_ROUNDS} rounds at least`);
    const first = early;
    const kinds = Object.keys(first) as (keyof Census)[];
    let late = census();
    const grown = (): string[] => kinds.filter((each) => late[each] > first[each] + SLACK[each]);
    await pollFor('an end of growth', 5000, () => {
      late = census();
      return grown().length === 0;
    }).catch(() => undefined);
    assert.deepEqual(grown(), [], `${JSON.stringify(first)} after 3 rounds, ${JSON.stringify(late)} at last`);
    assert.deepEqual(
      warnings.filter((each) => !each.includes('queryObjects')),
      [],
    );
    unwatch();
    alerting.stop();
    log.stop();
    watcher.stop();
    process.off('warning', warn);
  });
});
