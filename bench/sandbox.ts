import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { DockerSandbox } from '../src/sandbox/dockerSandbox';
import { DEFAULT_LIMITS } from '../src/sandbox/sandbox';
import type { SandboxLimits, SandboxRequest } from '../src/sandbox/sandbox';
import { takeSnapshot } from '../src/sandbox/workspaceSnapshot';
import { BusyWatch, busyFloor } from './support/busyWatch';
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
/** Uses so many seconds of one core; asks for its use seldom, as asking costs more than some work. */
const busy = (seconds: number): string[] => [
  'node',
  '-e',
  `const used = () => { const { user, system } = process.cpuUsage(); return user + system; };
   const end = used() + ${seconds * 1e6};
   for (let x = 1; used() < end; ) for (let i = 0; i < 1e6; i++) x = (x * 31 + i) % 65521;`,
];
/** An audit of a small file's tests, and one of a slower suite. */
const WORK_SECONDS = [0.5, 2];

function request(command: string[], limits: Partial<SandboxLimits> = {}): SandboxRequest {
  return {
    image: IMAGE,
    files: [{ path: 'src/code.js', content: Buffer.from('module.exports = 1;\n') }],
    steps: [{ name: 'code', command }],
    reports: [],
    limits: { ...DEFAULT_LIMITS, ...limits },
  };
}

function dockerRun(
  command: string[],
  { memoryMb, cpus, pids }: SandboxLimits = DEFAULT_LIMITS,
): Promise<void> {
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

/** Work done per second of time, in cores, beside the cores there are and `docker run --rm`, a core's worth each. */
async function manyAtOnce(seconds: number): Promise<Measure[]> {
  const { cpus } = (await engine.connect()).facts;
  const { sandbox } = makeSandbox(1);
  const limits = { ...DEFAULT_LIMITS, cpus: 1 };
  const wanted = request(busy(seconds), limits);
  await finished(sandbox, wanted);
  const rates = { ours: [] as number[], peer: [] as number[] };
  const rate = async (work: () => Promise<unknown>): Promise<number> =>
    (PARALLEL * seconds) / ((await timed(work)) / 1000);
  for (let run = 0; run < 5; run++) {
    rates.ours.push(
      await rate(() => Promise.all(Array.from({ length: PARALLEL }, () => finished(sandbox, wanted)))),
    );
    await sandbox.settled();
    rates.peer.push(await rate(() => inLanes(cpus, () => dockerRun(busy(seconds), limits))));
  }
  await sandbox.dispose();
  const [ours, peer] = [median(rates.ours), median(rates.peer)];
  const name = `${PARALLEL} at once, ${seconds} s of work each`;
  return [
    { measure: `${name} (peer: all cores busy)`, unit: 'CPUs', ours, peer: cpus },
    { measure: `${name} (peer: docker run --rm, ${cpus} at a time)`, unit: 'CPUs', ours, peer },
  ];
}

async function inLanes(lanes: number, work: () => Promise<void>): Promise<void> {
  let left = PARALLEL;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/**
 * What the engine holds for a waiting container: what its cgroup is charged, and the memory of the program that keeps
 * it. Of that program the engine starts one for each container of the machine, and its code is in memory once: so the
 * first costs more than each further one.
 */
async function idleMemory(): Promise<Measure[]> {
  const sandboxes = [makeSandbox(1), makeSandbox(1)];
  const containers: string[] = [];
  const totals: number[] = [];
  for (const { sandbox, id } of sandboxes) {
    await finished(sandbox, request(PROGRAM));
    containers.push(await ready(id, sandbox));
    totals.push(containers.reduce((sum, container) => sum + memoryOf(container), 0) / 1e6);
  }
  await Promise.all(sandboxes.map(({ sandbox }) => sandbox.dispose()));
  const [first = NaN, both = NaN] = totals;
  const peer = 10;
  return [
    { measure: 'first idle container (peer: the limit of 10 MB)', unit: 'MB', ours: first, peer },
    {
      measure: 'each further idle container (peer: the limit of 10 MB)',
      unit: 'MB',
      ours: both - first,
      peer,
    },
  ];
}

function memoryOf(container: string): number {
  const cgroup = [
    `/sys/fs/cgroup/memory/docker/${container}/memory.usage_in_bytes`,
    `/sys/fs/cgroup/system.slice/docker-${container}.scope/memory.current`,
    `/sys/fs/cgroup/docker/${container}/memory.current`,
  ].find((file) => fs.existsSync(file));
  if (!cgroup) throw new Error('The cgroup of the container was not found on this machine');
  const pids = execFileSync('pgrep', ['-f', container], { encoding: 'utf8' }).trim().split('\n');
  const shared = pids.map((pid) => {
    const rollup = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? NaN) * 1024;
  });
  return Number(fs.readFileSync(cgroup, 'utf8')) + shared.reduce((sum, one) => sum + one, 0);
}

const BIG_FILES = 4000;
const BIG_FILE_BYTES = 12_000;

/** How long the caller's thread is held while a big workspace is read and sent, and while many runs are cancelled. */
async function heldThread(): Promise<Measure[]> {
  const { sandbox } = makeSandbox(1);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-bench-'));
  for (let file = 0; file < BIG_FILES; file++) {
    const inside = path.join(folder, `part-${file % 40}`);
    fs.mkdirSync(inside, { recursive: true });
    fs.writeFileSync(path.join(inside, `${file}.txt`), Buffer.alloc(BIG_FILE_BYTES, file));
  }
  const sendAll = async (): Promise<void> => {
    const { files } = await takeSnapshot(folder);
    if (files.length !== BIG_FILES) throw new Error(`${files.length} files of ${BIG_FILES} were read`);
    await finished(sandbox, { ...request(PROGRAM), files });
  };
  const cancelAll = async (): Promise<void> => {
    const cancellation = new AbortController();
    const runs = Array.from({ length: PARALLEL }, () =>
      sandbox.run(request(PROGRAM), { signal: cancellation.signal }),
    );
    const ends = Promise.allSettled(runs);
    await new Promise((resolve) => setTimeout(resolve, 300));
    cancellation.abort();
    await ends;
    await sandbox.settled();
  };
  try {
    return [
      await longestBlock(`${BIG_FILES} files of ${BIG_FILE_BYTES / 1000} kB are read and sent`, sendAll),
      await longestBlock(`${PARALLEL} runs are cancelled`, cancelAll),
    ];
  } finally {
    fs.rmSync(folder, { recursive: true });
    await sandbox.dispose();
  }
}

async function longestBlock(what: string, work: () => Promise<void>): Promise<Measure> {
  const ours: number[] = [];
  const peer: number[] = [];
  await work();
  for (let run = 0; run < 5; run++) {
    const watch = new BusyWatch();
    await work();
    const { longest, lasted } = watch.stop();
    ours.push(longest);
    peer.push(await busyFloor(lasted));
  }
  return {
    measure: `longest event-loop block while ${what} (peer: a thread that does nothing for as long)`,
    unit: 'ms',
    ours: median(ours),
    peer: median(peer),
    goal: 100,
  };
}

async function main(): Promise<void> {
  const measures = new Measures('sandbox');
  measures.add(...(await roundTrips()));
  for (const seconds of WORK_SECONDS) measures.add(...(await manyAtOnce(seconds)));
  measures.add(...(await idleMemory()));
  measures.add(...(await heldThread()));
  measures.end();
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
