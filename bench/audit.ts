import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { median, Measures } from './support/measures';
import type { Measure } from './support/measures';
import { staticMeasures } from './support/staticMeasures';

/*
 * The static stages beside a linter (see `staticMeasures`). Then, with an engine, a cold audit of a small file, from the start of the command line to its verdict, beside what it takes to run the same
 * tests by hand with `docker run` under the same limits. Needs an engine: npm run engine -- npm run bench -- audit
 */

const RUNS = 7;
const root = path.join(__dirname, '..');
const sample = path.join(root, 'media/sample');

function timed(
  program: string,
  parameters: string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(program, parameters, { cwd: sample, env: environment, stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', (status) => {
      // 1 and 2 are verdicts, and a client that finds no engine ends with 1.
      if (status === null || status > 2) reject(new Error(`${program} ended with ${status}`));
      else resolve(performance.now() - begun);
    });
  });
}

/** Both in turn, so that a machine that changes its speed changes it for both. */
async function compare(
  measure: string,
  ours: () => Promise<number>,
  peer: () => Promise<number>,
): Promise<Measure> {
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    times.ours.push(await ours());
    times.peer.push(await peer());
  }
  return { measure, unit: 'ms', ours: median(times.ours), peer: median(times.peer) };
}

const limits = [
  '--network',
  'none',
  '--memory',
  '512m',
  '--memory-swap',
  '512m',
  '--cpus',
  '0.5',
  '--user',
  '65534:65534',
];
const audit = (file: string, environment?: NodeJS.ProcessEnv) => () =>
  timed(process.execPath, [path.join(root, 'dist/cli.js'), 'audit', '--quiet', file], environment);
const dockerRun = (image: string, command: string[]) => () =>
  timed('docker', [
    'run',
    '--rm',
    '--init',
    ...limits,
    '-v',
    `${sample}:/work:ro`,
    '-w',
    '/work',
    image,
    ...command,
  ]);

async function main(): Promise<void> {
  const nowhere = { ...process.env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
  const measures = new Measures('audit');
  for await (const measure of staticMeasures()) measures.add(measure);
  measures.add(
    await compare(
      'javascript, cold (peer: docker run node --test)',
      audit('src/cart.js'),
      dockerRun('node:24-slim', ['node', '--test', 'test/cart.test.js']),
    ),
    await compare(
      'python, cold (peer: docker run python3 -m unittest)',
      audit('inventory/stock.py'),
      dockerRun('python:3.11-slim', ['python3', '-B', '-m', 'unittest', 'tests.test_stock']),
    ),
    await compare('no engine, until the answer (peer: docker version)', audit('src/cart.js', nowhere), () =>
      timed('docker', ['version'], nowhere),
    ),
  );
  measures.end();
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
