import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import type { DockerSandbox } from '../src/sandbox/dockerSandbox';
import { DEFAULT_LIMITS } from '../src/sandbox/sandbox';
import type { SandboxLimits, SandboxRequest } from '../src/sandbox/sandbox';
import { engine, makeSandbox } from './support/engineSandbox';
import { median, Measures } from './support/measures';
import type { Measure } from './support/measures';

/*
 * The round trip of one audit's container work, warm and cold, beside `docker run --rm` of the same program in the same
 * image under the same limits; many at once beside what the cores could do at best; and what a waiting container
 * takes. Needs an engine on this machine: npm run engine -- npm run bench -- sandbox
 */

const RUNS = 9;
const PARALLEL = 20;
const IMAGE = 'node:24-slim';
const PROGRAM = ['node', '-e', 'console.log(1)'];
/** About half a second of one core, and no start-up of its own to speak of. */
const BUSY = [
  'node',
  '-e',
  'const end = process.cpuUsage().user + 5e5; while (process.cpuUsage().user < end);',
];
const BUSY_SECONDS = 0.5;

function request(command: string[], limits: Partial<SandboxLimits> = {}): SandboxRequest {
  return {
    image: IMAGE,
    files: [{ path: 'src/code.js', content: Buffer.from('module.exports = 1;\n') }],
    steps: [{ name: 'code', command }],
    reports: [],
    limits: { ...DEFAULT_LIMITS, ...limits },
  };
}

function dockerRun(command: string[]): Promise<void> {
  const { memoryMb, cpus, pids } = DEFAULT_LIMITS;
  const memory = `${memoryMb}m`;
  const limits = [
    '--memory',
    memory,
    '--memory-swap',
    memory,
    '--cpus',
    String(cpus),
    '--pids-limit',
    String(pids),
  ];
  const isolation = [
    '--network',
    'none',
    '--read-only',
    '--cap-drop',
    'ALL',
    '--user',
    '65534:65534',
    '--init',
  ];
  const child = spawn(
    'docker',
    ['run', '--rm', '--log-driver', 'none', ...limits, ...isolation, IMAGE, ...command],
    {
      stdio: 'ignore',
    },
  );
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`docker run ended with ${code}`)),
    );
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function finished(sandbox: DockerSandbox, wanted: SandboxRequest): Promise<void> {
  const { end, detail } = await sandbox.run(wanted);
  if (end !== 'finished') throw new Error(`A run ended as "${end}": ${detail}`);
}

/** Waits until a container stands ready and the machine has done with the one before. */
async function ready(id: string, sandbox: DockerSandbox): Promise<string> {
  for (;;) {
    await sandbox.settled();
    const containers = await (
      await engine.connect()
    ).listContainers({ labels: [`dev.seaworthy.owner=${id}`] });
    const idle = containers.find(
      ({ name, state }) => name.startsWith('seaworthy-idle-') && state === 'running',
    );
    if (idle) return idle.id;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** All three in turn, so that a machine that changes its speed changes it for all. */
async function roundTrips(): Promise<Measure[]> {
  const warm = makeSandbox(1);
  const cold = makeSandbox(0);
  const times = { warm: [] as number[], cold: [] as number[], peer: [] as number[] };
  const wanted = request(PROGRAM);
  await finished(warm.sandbox, wanted);
  await finished(cold.sandbox, wanted);
  for (let run = 0; run < RUNS; run++) {
    await ready(warm.id, warm.sandbox);
    times.warm.push(await timed(() => finished(warm.sandbox, wanted)));
    await ready(warm.id, warm.sandbox);
    times.cold.push(await timed(() => finished(cold.sandbox, wanted)));
    await cold.sandbox.settled();
    times.peer.push(await timed(() => dockerRun(PROGRAM)));
  }
  await Promise.all([warm.sandbox.dispose(), cold.sandbox.dispose()]);
  const peer = median(times.peer);
  return [
    { measure: 'warm round trip (peer: docker run --rm)', unit: 'ms', ours: median(times.warm), peer },
    { measure: 'cold round trip (peer: docker run --rm)', unit: 'ms', ours: median(times.cold), peer },
  ];
}

/** Work done per second of time, in cores, beside the cores there are. One core's worth of limit each. */
async function manyAtOnce(): Promise<Measure> {
  const { facts } = await engine.connect();
  const { sandbox } = makeSandbox(1);
  const wanted = request(BUSY, { cpus: 1 });
  await finished(sandbox, wanted);
  const rates: number[] = [];
  for (let run = 0; run < 5; run++) {
    const time = await timed(() =>
      Promise.all(Array.from({ length: PARALLEL }, () => finished(sandbox, wanted))),
    );
    rates.push((PARALLEL * BUSY_SECONDS) / (time / 1000));
  }
  await sandbox.dispose();
  return {
    measure: `${PARALLEL} at once (peer: all cores busy)`,
    unit: 'CPUs',
    ours: median(rates),
    peer: facts.cpus,
  };
}

/** What its cgroup is charged, and the memory of the program that holds it (shared pages in part). */
async function idleMemory(): Promise<Measure> {
  const { sandbox, id } = makeSandbox(1);
  await finished(sandbox, request(PROGRAM));
  const container = await ready(id, sandbox);
  const cgroups = [`/sys/fs/cgroup/memory/docker/${container}/memory.usage_in_bytes`];
  cgroups.push(`/sys/fs/cgroup/system.slice/docker-${container}.scope/memory.current`);
  cgroups.push(`/sys/fs/cgroup/docker/${container}/memory.current`);
  const cgroup = cgroups.find((file) => fs.existsSync(file));
  const pids = execFileSync('pgrep', ['-f', container], { encoding: 'utf8' }).trim().split('\n');
  const pss = pids.map((pid) => {
    const rollup = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? NaN) * 1024;
  });
  if (!cgroup) throw new Error('The cgroup of the container was not found on this machine');
  const charged = Number(fs.readFileSync(cgroup, 'utf8'));
  await sandbox.dispose();
  const bytes = charged + pss.reduce((sum, one) => sum + one, 0);
  return { measure: 'idle container (peer: the limit of 10 MB)', unit: 'MB', ours: bytes / 1e6, peer: 10 };
}

async function main(): Promise<void> {
  const measures = new Measures('sandbox');
  measures.add(...(await roundTrips()));
  measures.add(await manyAtOnce());
  measures.add(await idleMemory());
  measures.end();
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
