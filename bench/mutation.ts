import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runStage } from '../test/support/productionStage';
import { babelProject, pythonProject, scriptProject } from '../test/support/hollowProject';
import { installedRunner } from '../test/support/runnerProject';
import type { HollowProject } from '../test/support/hollowProject';
import { median, Measures } from './support/measures';
import type { Measure } from './support/measures';
import { makeSandbox } from './support/engineSandbox';
import { DEFAULT_LIMITS } from '../src/sandbox/sandbox';
import type { SandboxFile } from '../src/sandbox/sandbox';

/*
 * What one mutant costs, beside starting the runner once more for each, in the same image under the same limits. Needs an
 * engine on this machine: npm run engine -- npm run bench -- mutation
 */

const RUNS = 5;
const STARTS = 5;
/** What a mutant may take under pytest and vitest, in ms. */
const GOAL = 200;
const NODE = 'node:24-slim';

const { sandbox } = makeSandbox(1);

/** A project in a folder of its own, or beside the packages that are installed in one. */
interface Bench {
  project: HollowProject;
  image: string;
  /** Starts the runner once more. */
  command: string;
  installed?: string;
  goal?: number;
}

function newFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-bench-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function perMutant({ project: { file, files }, installed }: Bench): Promise<number> {
  const folder = installed ?? newFolder();
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  const { result } = await runStage(sandbox, folder, file, { mutants: 'quick' });
  const tried = result.mutation?.functions.flatMap(({ mutants }) => mutants) ?? [];
  if (tried.length === 0) throw new Error(result.mutation?.reason ?? result.reason);
  return tried.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0) / tried.length;
}

function packagesIn(folder: string | undefined): SandboxFile[] {
  if (folder === undefined) return [];
  const entries = fs.readdirSync(path.join(folder, 'node_modules'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const full = path.join(entry.parentPath, entry.name);
      return { path: `src/${path.relative(folder, full)}`, content: fs.readFileSync(full) };
    });
}

/** Milliseconds of one start of the runner over the tests as they are. */
async function perStart({ project, image, command, installed }: Bench): Promise<number> {
  const loop = `s=$(date +%s%N); for i in $(seq ${STARTS}); do ${command} >/tmp/said 2>&1 || { cat /tmp/said >&2; exit 1; }; done; echo $(( ($(date +%s%N) - s) / ${STARTS} ))`;
  const files = Object.entries(project.files).map(([name, text]) => ({
    path: `src/${name}`,
    content: Buffer.from(text),
  }));
  const ended = await sandbox.run({
    image,
    files: [...files, ...packagesIn(installed)],
    steps: [{ name: 'starts', command: ['sh', '-c', loop], cwd: 'src' }],
    reports: [],
    limits: { ...DEFAULT_LIMITS, timeoutMs: 120_000 },
  });
  const { exitCode, stdout = '', stderr = '' } = ended.steps[0] ?? {};
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}: ${stderr.slice(-2000)}`);
  return Number(stdout) / 1e6;
}

async function compared(runner: string, bench: Bench): Promise<Measure> {
  const ours: number[] = [];
  const peer: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    ours.push(await perMutant(bench));
    peer.push(await perStart(bench));
  }
  const { goal } = bench;
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
  const python = { image: 'python:3.11-slim', command: 'python3 -m pytest -q', goal: GOAL };
  const vitest = {
    image: NODE,
    command: 'node node_modules/vitest/vitest.mjs run',
    installed: installedRunner('vitest-5', newFolder()),
    goal: GOAL,
  };
  const node = { image: NODE, command: 'node cart.test.mjs' };
  measures.add(await compared('pytest', { ...python, project: pythonProject('pytest', 'honest') }));
  const matched = 'expect(A).toEqual(B);';
  const ofVitest = scriptProject("import { expect, it } from 'vitest';\n", matched, 'honest');
  measures.add(await compared('vitest', { ...vitest, project: ofVitest }));
  const jest = {
    image: NODE,
    // The project has no package.json, which it would look for.
    command: "node node_modules/jest/bin/jest.js --config '{}'",
    installed: installedRunner('jest-29', newFolder()),
  };
  measures.add(await compared('jest', { ...jest, project: babelProject(matched) }));
  const ofNode = scriptProject(imports, 'assert.deepEqual(A, B);', 'honest');
  measures.add(await compared('node:test', { ...node, project: ofNode }));
  measures.end();
  await sandbox.dispose();
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
