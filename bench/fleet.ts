import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '../src/base/logger';
import { ContainerList } from '../src/fleet/containerList';
import type { ContainersState } from '../src/fleet/containerList';
import { MetricsSampler } from '../src/fleet/metricsSampler';
import { stateWords } from '../src/fleet/words';
import type { FleetNode } from '../src/vscode/containersModel';
import { dockerList, rowsOf, RUNNING, startFleet, STOPPED } from './support/fleetEngine';
import type { Bench } from './support/fleetEngine';
import { median, Measures } from './support/measures';
import type { Measure } from './support/measures';

/*
 * The list of a fleet of 60 running and 300 stopped containers, the way from a change to its row, and what measuring
 * costs, beside the way that spawns the docker program for each, as other extensions do. Starts a daemon of its own:
 * npm run bench -- fleet
 */

const RUNS = 7;
const EVENTS = 15;
/** How long the cost of measuring is looked at, in milliseconds. */
const MEASURED = 15_000;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** Until every row of the tree is made, closed groups as well. */
async function ourList(bench: Bench): Promise<number> {
  const list = new ContainerList(bench.engine, silentLogger);
  const { shown, model } = rowsOf(bench, list);
  const count = (nodes: readonly FleetNode[]): number =>
    nodes.reduce((sum, node) => sum + (node.kind === 'container' ? 1 : count(model.children(node))), 0);
  let stop: () => void = () => undefined;
  const rows = await new Promise<number>((resolve) => {
    stop = list.watch((state) => {
      if (state.kind !== 'ready') return;
      model.setState(shown, state);
      resolve(count(model.roots()));
    });
  });
  stop();
  return rows;
}

async function lists(bench: Bench): Promise<Measure[]> {
  const times = { first: [] as number[], refresh: [] as number[], peer: [] as number[] };
  const cpu = { ours: [] as number[], peer: [] as number[] };
  const connection = await bench.engine.connect();
  for (let run = 0; run < RUNS; run++) {
    times.first.push(await timed(async () => ensure((await ourList(bench)) === RUNNING + STOPPED)));
    const before = process.cpuUsage();
    times.refresh.push(await timed(() => connection.listContainers()));
    const { user, system } = process.cpuUsage(before);
    cpu.ours.push((user + system) / 1000);
    const children = childrenCpu();
    times.peer.push(await timed(async () => ensure((await dockerList(bench)).size === RUNNING + STOPPED)));
    cpu.peer.push(childrenCpu() - children);
  }
  const peer = median(times.peer);
  const names = `${RUNNING} + ${STOPPED}`;
  return [
    {
      measure: `${names} listed and made rows (peer: docker container ls)`,
      unit: 'ms',
      ours: median(times.first),
      peer,
      goal: 300,
    },
    {
      measure: `${names} listed again (peer: docker container ls)`,
      unit: 'ms',
      ours: median(times.refresh),
      peer,
    },
    {
      measure: 'processor for that (peer: docker container ls)',
      unit: 'ms',
      ours: median(cpu.ours),
      peer: median(cpu.peer),
    },
  ];
}

/** From the call that changes a container to the row that shows it; the peer lists anew at each event. */
async function events(bench: Bench): Promise<Measure> {
  const connection = await bench.engine.connect();
  const [id = ''] = bench.running;
  const list = new ContainerList(bench.engine, silentLogger);
  let onState: (state: ContainersState) => void = () => undefined;
  const stop = list.watch((state) => onState(state));
  await new Promise<void>((resolve) => (onState = (state) => state.kind === 'ready' && resolve()));
  const child = spawn(
    'docker',
    ['--host', bench.host, 'events', '--filter', 'type=container', '--format', '{{json .}}'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines = readline.createInterface({ input: child.stdout });
  const times = { ours: [] as number[], peer: [] as number[] };
  // The program says nothing when it listens.
  await delay(1000);
  for (let run = 0; run < EVENTS; run++) {
    const state = run % 2 === 0 ? 'paused' : 'running';
    const ours = new Promise<void>((resolve) => {
      onState = (now) => {
        if (now.kind === 'ready' && now.containers.some((row) => row.id === id && row.state === state))
          resolve();
      };
    });
    const begun = performance.now();
    const peer = once(lines, 'line').then(() => dockerList(bench));
    await Promise.all([
      connection.operate(id, state === 'paused' ? 'pause' : 'unpause'),
      ours.then(() => times.ours.push(performance.now() - begun)),
      peer.then(() => times.peer.push(performance.now() - begun)),
    ]);
  }
  if (EVENTS % 2 === 1) await connection.operate(id, 'unpause');
  child.kill();
  stop();
  const [ours, peer] = [median(times.ours), median(times.peer)];
  return {
    measure: 'change to row (peer: docker events, then docker container ls)',
    unit: 'ms',
    ours,
    peer,
    goal: 300,
  };
}

/** From the engine's own time of a change of health to the row's new text; the peer lists anew at each event. */
async function health(bench: Bench): Promise<Measure> {
  const connection = await bench.engine.connect();
  const id = await connection.createContainer('health', {
    Image: bench.image,
    HostConfig: { NetworkMode: 'none' },
    Healthcheck: { Test: ['CMD-SHELL', 'test ! -e /ill'], Interval: 100e6, Timeout: 5e9, Retries: 1 },
  });
  await connection.startContainer(id);
  const list = new ContainerList(bench.engine, silentLogger);
  const { shown, model } = rowsOf(bench, list);
  let text = '';
  let onText: () => void = () => undefined;
  const stop = list.watch((state, changed) => {
    model.setState(shown, state);
    const nodes = changed ? model.changedNodes(shown, changed) : model.all();
    for (const node of nodes ?? [])
      if (node.kind === 'container' && node.container.id === id) text = stateWords(node.container);
    onText();
  });
  const filters = ['--filter', 'event=health_status', '--filter', `container=${id}`];
  const child = spawn('docker', ['--host', bench.host, 'events', ...filters, '--format', '{{json .}}'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = readline.createInterface({ input: child.stdout });
  const shows = (wanted: string): Promise<number> =>
    new Promise((resolve) => {
      onText = () => text === wanted && resolve(Date.now());
      onText();
    });
  await shows('healthy');
  // The program says nothing when it listens.
  await delay(1000);
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let run = 0; run < EVENTS; run++) {
    const isIll = run % 2 === 0;
    const ours = shows(isIll ? 'unhealthy' : 'healthy');
    const peer = once(lines, 'line').then(async ([line]) => {
      await dockerList(bench);
      return { done: Date.now(), at: (JSON.parse(String(line)) as { timeNano: number }).timeNano / 1e6 };
    });
    const command = ['sh', '-c', isIll ? ': > /ill' : 'busybox rm /ill'];
    (await connection.execTerminal(id, command, AbortSignal.timeout(10_000))).stream.resume();
    const [shownAt, { done, at }] = await Promise.all([ours, peer]);
    times.ours.push(shownAt - at);
    times.peer.push(done - at);
  }
  child.kill();
  stop();
  await connection.removeContainer(id);
  return {
    measure: 'change of health to the text of its row (peer: docker events, then docker container ls)',
    unit: 'ms',
    ours: median(times.ours),
    peer: median(times.peer),
    goal: 300,
  };
}

/** Processor time of client and daemon, in percent of a core, while 60 rows are measured. */
async function measuring(bench: Bench): Promise<Measure[]> {
  const list = new ContainerList(bench.engine, silentLogger);
  const sampler = new MetricsSampler(list);
  const daemon = Number(fs.readFileSync(path.join(bench.own.folder, 'pid'), 'utf8'));
  const percent = (milliseconds: number): number => (milliseconds / MEASURED) * 100;
  let before = { own: process.cpuUsage(), daemon: cpuOf(daemon) };
  const stop = sampler.watch({ ids: () => bench.running, onRound: () => undefined });
  await delay(MEASURED);
  const { user, system } = process.cpuUsage(before.own);
  const ours = { client: percent((user + system) / 1000), daemon: percent(cpuOf(daemon) - before.daemon) };
  ensure(bench.running.every((id) => sampler.latest(id) !== undefined));
  stop();
  await delay(2000);
  before = { own: process.cpuUsage(), daemon: cpuOf(daemon) };
  const child = spawn('docker', ['--host', bench.host, 'stats'], { stdio: 'ignore' });
  await delay(MEASURED);
  const peer = { client: percent(cpuOf(child.pid ?? 0)), daemon: percent(cpuOf(daemon) - before.daemon) };
  child.kill();
  return [
    {
      measure: `${RUNNING} rows measured, client (peer: docker stats)`,
      unit: '% CPU',
      ours: ours.client,
      peer: peer.client,
    },
    {
      measure: `${RUNNING} rows measured, daemon (peer: docker stats)`,
      unit: '% CPU',
      ours: ours.daemon,
      peer: peer.daemon,
    },
  ];
}

/** What the kernel counted for a process, in milliseconds; its ticks are 10 ms. */
function cpuOf(pid: number, fields = [11, 12]): number {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  const values = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.reduce((sum, field) => sum + Number(values[field]), 0) * 10;
}

/** Of the children of this process that have ended. */
function childrenCpu(): number {
  return cpuOf(process.pid, [13, 14]);
}

function ensure(isSo: boolean): void {
  if (!isSo) throw new Error('What was measured did not do its work');
}

async function main(): Promise<void> {
  const bench = await startFleet();
  try {
    const measures = new Measures('fleet');
    measures.add(...(await lists(bench)));
    measures.add(await events(bench));
    measures.add(await health(bench));
    measures.add(...(await measuring(bench)));
    measures.end();
  } finally {
    await bench.own.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
