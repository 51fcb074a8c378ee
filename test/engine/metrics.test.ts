import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once, EventEmitter } from 'node:events';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { silentLogger } from '../../src/base/logger';
import { formatAddress } from '../../src/engine/address';
import type { EngineConnection } from '../../src/engine/connection';
import { Engine } from '../../src/engine/engine';
import { ContainerList } from '../../src/fleet/containerList';
import { MetricsSampler } from '../../src/fleet/metricsSampler';
import { skipBecause } from '../support/skip';
import { temporaryFolder } from '../support/temporaryFolder';
import { EngineDoor } from './engineDoor';
import { engine, NODE_IMAGE, realEnvironment } from './realEngine';

const run = promisify(execFile);
const MEMORY_LIMIT = 200_000_000;
/** A quarter of a core all the time, 60 MB held, and 60 MB of a file that is only cached. */
const BUSY =
  "const held = Buffer.alloc(60e6, 1); const f = '/tmp/f'; const fs = require('fs'); fs.writeFileSync(f, held); fs.readFileSync(f); for (;;) held[0]++;";

describe('The metrics of containers', function () {
  this.timeout(60_000);
  const folder = temporaryFolder('metrics');
  const name = `seaworthy-metrics-${randomBytes(4).toString('hex')}`;
  let connection: EngineConnection;
  let id = '';

  before(async () => {
    connection = await engine.connect();
    id = await connection.createContainer(name, {
      Image: NODE_IMAGE,
      Cmd: ['node', '-e', BUSY],
      HostConfig: { NanoCpus: 250_000_000, Memory: MEMORY_LIMIT },
    });
    await connection.startContainer(id);
  });
  after(() => connection.removeContainer(id));

  /** What `docker stats` says at the same time: percent of a core, and of the limit. */
  async function dockerStats(): Promise<{ cpu: number; memory: number }> {
    const format = ['--no-stream', '--format', '{{.CPUPerc}} {{.MemPerc}}'];
    const { stdout } = await run('docker', [
      '--host',
      formatAddress(connection.address),
      'stats',
      ...format,
      id,
    ]);
    const [cpu = NaN, memory = NaN] = stdout.split(' ').map((each) => parseFloat(each));
    return { cpu, memory };
  }

  it('agree with docker stats within 5 points', async function () {
    const isThere = await run('docker', ['--version']).then(
      () => true,
      () => false,
    );
    if (!isThere) return skipBecause(this, 'docker is not installed');
    const rounds = new EventEmitter();
    const sampler = new MetricsSampler(new ContainerList(engine, silentLogger), 1000);
    const stop = sampler.watch({ ids: () => [id], onRound: () => rounds.emit('round') });
    // The first rounds see the program start.
    while (sampler.history(id).length < 4) await once(rounds, 'round');
    const middle = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;
    const compared = async (): Promise<{ cpu: number[]; memory: number[] }> => {
      const theirs = [await dockerStats(), await dockerStats()];
      const ours = sampler.history(id).slice(-theirs.length * 2);
      const share = (middle(ours.map((each) => each.memory)) / (ours.at(-1)?.memoryLimit ?? NaN)) * 100;
      return {
        cpu: [middle(ours.map((each) => each.cpuPercent ?? NaN)), middle(theirs.map((each) => each.cpu))],
        memory: [share, middle(theirs.map((each) => each.memory))],
      };
    };
    const near = ([a = NaN, b = NaN]: number[]): boolean => Math.abs(a - b) <= 5;
    const isSame = ({ cpu, memory }: { cpu: number[]; memory: number[] }): boolean =>
      near(cpu) && (cpu[0] ?? 0) > 10 && near(memory) && (memory[0] ?? 0) > 25;
    // The two look at different moments, which differ where the machine is busy: only a difference that stays is one.
    let last = await compared();
    for (let more = 2; more > 0 && !isSame(last); more--) last = await compared();
    stop();
    assert.ok(isSame(last), JSON.stringify(last));
  });

  it('ask nothing when nobody looks, keep no connection, and go on after the engine was away', async () => {
    const socket = path.join(folder, 'engine.sock');
    let door = await EngineDoor.open(socket, connection.address);
    const mine = new Engine({
      environment: realEnvironment,
      setting: () => `unix://${socket}`,
      logger: silentLogger,
    });
    const rounds = new EventEmitter();
    const list = new ContainerList(mine, silentLogger, { first: 20, most: 100 });
    const sampler = new MetricsSampler(list, 100);
    const watcher = { ids: () => [id, 'f'.repeat(64)], onRound: () => rounds.emit('round') };
    let stop = sampler.watch(watcher);
    const unlisten = list.listen({ event: () => undefined });
    for (let round = 0; round < 5; round++) await once(rounds, 'round');
    assert.ok(sampler.latest(id));
    const asked = door.requests.filter((request) => request.includes('/stats')).length;
    assert.ok(asked >= 10, `${asked} calls`);
    // The stream of events, and at most one connection for each call that may be under way.
    assert.ok(door.connections <= 3, `${door.connections} connections`);
    await door.close();
    door = await EngineDoor.open(socket, connection.address);
    await once(rounds, 'round');
    stop();
    const before = door.requests.length;
    const events = once(rounds, 'event');
    const unhear = list.listen({ event: () => rounds.emit('event') });
    await connection.renameContainer(id, `${name}-2`);
    await events;
    // For as long as it would have taken to ask: another one does, by its own way.
    const other = new MetricsSampler(new ContainerList(engine, silentLogger), 100);
    const stopOther = other.watch({ ids: () => [id], onRound: () => rounds.emit('other') });
    for (let round = 0; round < 4; round++) await once(rounds, 'other');
    stopOther();
    assert.deepEqual(door.requests.slice(before), []);
    stop = sampler.watch(watcher);
    await once(rounds, 'round');
    for (const each of [stop, unhear, unlisten]) each();
    await door.close();
  });
});
