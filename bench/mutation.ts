import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runStage } from '../test/support/productionStage';
import { pythonProject, scriptProject } from '../test/support/hollowProject';
import type { HollowProject } from '../test/support/hollowProject';
import { median, Measures } from './support/measures';
import type { Measure } from './support/measures';
import { makeSandbox } from './support/engineSandbox';
import { DEFAULT_LIMITS } from '../src/sandbox/sandbox';

/*
 * What one mutant costs, beside starting the runner once more for each, in the same image under the same limits. Needs an
 * engine on this machine: npm run engine -- npm run bench -- mutation
 */

const RUNS = 5;
const STARTS = 5;
/** What a mutant may take under pytest, in ms. */
const GOAL = 200;

const { sandbox } = makeSandbox(1);

async function perMutant({ file, files }: HollowProject): Promise<number> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-bench-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  const { result } = await runStage(sandbox, folder, file, { mutants: 'quick' });
  const tried = result.mutation?.functions.flatMap(({ mutants }) => mutants) ?? [];
  if (tried.length === 0) throw new Error(result.mutation?.reason ?? result.reason);
  return tried.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0) / tried.length;
}

/** Milliseconds of one start of the runner over the tests as they are. */
async function perStart({ files }: HollowProject, image: string, command: string): Promise<number> {
  const loop = `s=$(date +%s%N); for i in $(seq ${STARTS}); do ${command} >/dev/null 2>&1; done; echo $(( ($(date +%s%N) - s) / ${STARTS} ))`;
  const ended = await sandbox.run({
    image,
    files: Object.entries(files).map(([name, text]) => ({ path: `src/${name}`, content: Buffer.from(text) })),
    steps: [{ name: 'starts', command: ['sh', '-c', loop], cwd: 'src' }],
    reports: [],
    limits: DEFAULT_LIMITS,
  });
  return Number(ended.steps[0]?.stdout) / 1e6;
}

async function compared(
  runner: string,
  project: HollowProject,
  image: string,
  command: string,
  goal?: number,
): Promise<Measure> {
  const ours: number[] = [];
  const peer: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    ours.push(await perMutant(project));
    peer.push(await perStart(project, image, command));
  }
  const measure = `a mutant under ${runner} (peer: a new runner for each)`;
  return {
    measure,
    unit: 'ms',
    ours: median(ours),
    peer: median(peer),
    ...(goal === undefined ? {} : { goal }),
  };
}

async function main(): Promise<void> {
  const measures = new Measures('mutation');
  const imports = "import { it } from 'node:test';\nimport assert from 'node:assert/strict';\n";
  const node = scriptProject(imports, 'assert.deepEqual(A, B);', 'honest');
  const python = pythonProject('pytest', 'honest');
  measures.add(await compared('pytest', python, 'python:3.11-slim', 'python3 -m pytest -q', GOAL));
  measures.add(await compared('node:test', node, 'node:24-slim', 'node cart.test.mjs'));
  measures.end();
  await sandbox.dispose();
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
