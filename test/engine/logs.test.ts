import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '../../src/base/logger';
import type { EngineConnection } from '../../src/engine/connection';
import { Engine } from '../../src/engine/engine';
import { ContainerList } from '../../src/fleet/containerList';
import { LogModel } from '../../src/fleet/logs/logModel';
import { temporaryFolder } from '../support/temporaryFolder';
import { EngineDoor } from './engineDoor';
import { engine, NODE_IMAGE, realEnvironment } from './realEngine';

/** How long a log may say nothing while a test waits, in milliseconds. */
const LIMIT = 15_000;

const followed: Followed[] = [];

/** A followed log, as text, and a way to wait for what it should say. */
class Followed {
  private readonly changes = new EventEmitter();
  readonly model: LogModel;

  constructor(
    list: ContainerList,
    names: readonly string[],
    project: string | undefined,
    limitBytes?: number,
  ) {
    const targets = names.map((service) => ({ project, service: project && service, name: service }));
    this.model = new LogModel([{ list, targets }], () => this.changes.emit('change'), limitBytes);
    this.model.start({ tail: 1000, since: undefined });
    followed.push(this);
  }

  lines(): string[] {
    const { first, end } = this.model.counts();
    return this.model.view(first, end - first).map(({ channel, pieces, source }) => {
      const text = pieces.map((piece) => piece.text).join('');
      return channel === 'mark' ? `[${source}] ${text}` : text;
    });
  }

  async until(look: (lines: string[]) => boolean): Promise<string[]> {
    for (;;) {
      const lines = this.lines();
      if (look(lines)) return lines;
      await once(this.changes, 'change', { signal: AbortSignal.timeout(LIMIT) }).catch(() => {
        throw new Error(`The log stands at:\n${this.lines().join('\n')}`);
      });
    }
  }
}

describe('The log of containers', function () {
  this.timeout(60_000);
  const folder = temporaryFolder('logs');
  const ids = new Set<string>();
  let connection: EngineConnection;

  async function create(name: string, script: string, labels: Record<string, string> = {}): Promise<string> {
    const id = await connection.createContainer(name, {
      Image: NODE_IMAGE,
      Cmd: ['sh', '-c', script],
      Labels: labels,
      HostConfig: { NetworkMode: 'none', Init: true },
    });
    ids.add(id);
    return id;
  }
  const unique = (): string => `seaworthy-logs-${randomBytes(4).toString('hex')}`;

  before(async () => {
    connection = await engine.connect();
  });
  // Also of a test that failed: what still follows would keep the process from its end.
  afterEach(() => {
    for (const log of followed.splice(0)) log.model.stop();
  });
  after(() => Promise.all([...ids].map((id) => connection.removeContainer(id))));

  it('goes on through a restart and a new container of the service, with a mark for each', async () => {
    const project = unique();
    const labels = { 'com.docker.compose.project': project, 'com.docker.compose.service': 'web' };
    const script = 'echo begin $0; trap "exit 3" TERM; while :; do sleep 0.1; done';
    const first = await create(`${project}-1`, script, labels);
    await connection.startContainer(first);
    const log = new Followed(new ContainerList(engine, silentLogger), ['web'], project);
    await log.until((lines) => lines.includes('begin sh'));
    await connection.operate(first, 'restart');
    await log.until((lines) => lines.filter((line) => line === 'begin sh').length === 2);
    await connection.operate(first, 'stop');
    await log.until((lines) => lines.at(-1)?.endsWith('exited with code 3') ?? false);
    await connection.removeContainer(first);
    const second = await create(`${project}-1`, script, labels);
    await connection.startContainer(second);
    const name = `[${project}-1]`;
    const end = `${name} exited with code 3`;
    const news = `${name} a new container: ${second.slice(0, 12)}`;
    const lines = await log.until((all) => all.at(-1) === 'begin sh' && all.includes(news));
    // Whether the end of the first is seen before it is up again depends on the machine.
    if (lines[1] === end) lines.splice(1, 1);
    // So does whether the engine's stream of the first life goes on into the second: then the mark comes after its first line.
    if (lines[2] === `${name} restarted`) lines.splice(1, 2, `${name} restarted`, 'begin sh');
    assert.deepEqual(lines, ['begin sh', `${name} restarted`, 'begin sh', end, news, 'begin sh']);
    log.model.stop();
  });

  it('reads on where it was when the engine is away, loses nothing, and says so', async () => {
    const name = unique();
    await connection.startContainer(
      await create(name, 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done'),
    );
    const socket = path.join(folder, 'engine.sock');
    let door = await EngineDoor.open(socket, connection.address);
    const environment = { ...realEnvironment };
    const mine = new Engine({ environment, setting: () => `unix://${socket}`, logger: silentLogger });
    const log = new Followed(
      new ContainerList(mine, silentLogger, { first: 20, most: 100 }),
      [name],
      undefined,
    );
    await log.until((lines) => lines.length > 5);
    await door.close();
    await log.until((lines) => lines.some((line) => /answers? .*The log goes on as soon as/.test(line)));
    door = await EngineDoor.open(socket, connection.address);
    const back = await log.until((lines) => lines.includes('[] The container engine answers again.'));
    await log.until((lines) => lines.length > back.length + 10);
    const numbers = log.lines().filter((line) => /^\d+$/.test(line));
    assert.deepEqual(
      numbers,
      numbers.map((_line, index) => String(index + 1)),
    );
    log.model.stop();
    await door.close();
  });

  it('takes whatever bytes come, and each line for one', async () => {
    const name = unique();
    const script = `head -c 10000000 /dev/zero | tr '\\0' x; echo; printf '\\377\\376 h\\303\\251\\n'; printf '\\033]0;t\\007\\033[31mred\\n'; echo end`;
    const id = await create(name, script);
    const log = new Followed(new ContainerList(engine, silentLogger), [name], undefined);
    await connection.startContainer(id);
    const lines = await log.until((all) => all.includes('end'));
    const [long = '', ...others] = lines.filter((line) => !line.startsWith('['));
    assert.match(long, /^x{4000} … \d+ more characters$/);
    assert.deepEqual(others, ['\ufffd\ufffd h\u00e9', 'red', 'end']);
    log.model.stop();
  });

  it('puts the lines of several containers in the order of their times', async () => {
    const names = [unique(), unique()];
    const script = 'for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.05; done';
    const list = new ContainerList(engine, silentLogger);
    await Promise.all(names.map(async (name) => connection.startContainer(await create(name, script))));
    const log = new Followed(list, names, undefined);
    await log.until(
      (lines) =>
        lines.filter((line) => line.endsWith('exited with code 0')).length > 1 ||
        lines.filter((line) => line === '8').length === 2,
    );
    const { first, end } = log.model.counts();
    const lines = log.model.view(first, end - first).filter(({ channel }) => channel !== 'mark');
    const times = lines.map(({ time }) => time);
    assert.deepEqual(times, [...times].sort());
    log.model.stop();
  });

  it('holds a flood within its bound, and says what it dropped', async () => {
    const name = unique();
    await connection.startContainer(await create(name, 'seq 1 60000; echo end'));
    const log = new Followed(new ContainerList(engine, silentLogger), [name], undefined, 1_000_000);
    log.model.start({ tail: undefined, since: undefined });
    await log.until((lines) => lines.includes('end'));
    const { lines, dropped, end, first } = log.model.counts();
    const numbers = log.lines().filter((line) => /^\d+$/.test(line));
    // A line takes its time of 30 characters, its text, and ten bytes.
    assert.ok(dropped > 30_000 && lines * 41 <= 1_000_000, `${lines} kept, ${dropped} dropped`);
    assert.equal(end - first, lines);
    assert.deepEqual(
      numbers,
      numbers.map((_line, index) => String(60_001 - numbers.length + index)),
    );
    log.model.stop();
  });

  it('shows the past where it is paused before that was read, and then no more', async () => {
    const name = unique();
    const id = await create(name, 'echo first; while :; do sleep 0.1; echo more; done');
    await connection.startContainer(id);
    const follow = (): Followed => new Followed(new ContainerList(engine, silentLogger), [name], undefined);
    const before = follow();
    await before.until((lines) => lines.includes('more'));
    before.model.stop();
    const log = follow();
    log.model.setPaused(true);
    const shown = await log.until((lines) => lines.includes('first'));
    while ((log.model.counts().waiting ?? 0) < 5) await delay(50);
    assert.deepEqual(log.lines(), shown);
    log.model.stop();
  });

  it('pauses without losing a line, however many come', async () => {
    const name = unique();
    const wide = 'x'.repeat(2000);
    const script = `echo first; sleep 1; for i in $(seq 1 9000); do echo $i ${wide}; done; echo end`;
    const id = await create(name, script);
    const log = new Followed(new ContainerList(engine, silentLogger), [name], undefined, 10_000_000);
    await connection.startContainer(id);
    await log.until((lines) => lines.includes('first'));
    log.model.setPaused(true);
    const shown = log.lines();
    while ((await connection.inspectContainer(id)).state === 'running') await delay(100);
    const { dropped, waiting = 0 } = log.model.counts();
    assert.equal(dropped, 0);
    assert.ok(waiting > 1000 && waiting < 8000, `${waiting} lines wait`);
    assert.deepEqual(log.lines(), shown);
    log.model.setPaused(false);
    const lines = await log.until((all) => all.includes('end'));
    const numbers = lines.filter((line) => /^\d+ x/.test(line)).map((line) => parseInt(line, 10));
    assert.deepEqual(
      numbers,
      numbers.map((_line, index) => 9001 - numbers.length + index),
    );
    log.model.stop();
  });
});
