import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from '../src/app';
import { silentLogger } from '../src/base/logger';
import { viewOf } from '../src/loops/loop1/view';
import type { Loop1Run } from '../src/loops/loop1/run';
import { defaultSettings } from '../src/settings';
import { BusyWatch, busyFloor } from './support/busyWatch';
import { copySources } from './support/copiedSources';
import { median, Measures } from './support/measures';

/*
 * The first iteration of Loop 1 on a workspace of 5,000 files with a history, and how fast it pauses, beside ESLint with its own
 * rules over the same files: npm run bench -- loop1
 */

const FILES = 5_000;
const RUNS = 5;
const PAUSES = 15;
const root = path.join(__dirname, '..');

const LINT = `
const { ESLint } = require('eslint');
const { builtinRules } = require('eslint/use-at-your-own-risk');
const rules = Object.fromEntries([...builtinRules.keys()].map((name) => [name, 'warn']));
const config = [{ files: ['**/*.js'], rules }];
new ESLint({ cwd: process.argv[1], overrideConfigFile: true, overrideConfig: config })
  .lintFiles(['**/*.js'])
  .then((results) => process.exit(results.length > 100 ? 0 : 9));`;

/** With what people have besides code, and a few hundred commits. */
function makeWorkspace(folder: string): string {
  const workspace = path.join(folder, 'workspace');
  const packages = ['eslint', 'mocha', 'yaml', 'knip', 'prettier', 'playwright-core', '@typescript-eslint'];
  const folders = packages.map((name) => path.join(root, 'node_modules', name)).filter(fs.existsSync);
  copySources(workspace, [path.join(root, 'src'), path.join(root, 'test'), ...folders], { files: FILES });
  const more = {
    'package.json': '{"name": "large", "dependencies": {"express": "*"}}\n',
    Dockerfile: 'FROM node\nCOPY . .\nRUN npm install\nEXPOSE 80\nCMD ["node", "a.js"]\n',
    'compose.yaml': 'services:\n  db:\n    image: postgres\n    ports: ["5432:5432"]\n',
  };
  for (const [name, text] of Object.entries(more)) fs.writeFileSync(path.join(workspace, name), text);
  const git = (...words: string[]): void => {
    const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-c', 'commit.gpgsign=false'];
    const { status, stderr } = spawnSync('git', [...who, ...words], { cwd: workspace, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`);
  };
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'all');
  for (let index = 0; index < 300; index++) {
    fs.appendFileSync(path.join(workspace, 'compose.yaml'), `# ${index}\n`);
    git('commit', '--quiet', '--all', '--message', `fix ${index}`);
  }
  return workspace;
}

/** What is kept is new each time, so that nothing is known before. */
function openApp(folder: string): App {
  return new App({
    distDirectory: path.join(root, 'dist'),
    storageDirectory: fs.mkdtempSync(path.join(folder, 'state-')),
    settings: () => ({ ...defaultSettings, engineHost: 'unix:///nonexistent/docker.sock' }),
    logger: silentLogger,
  });
}

const cardsOf = (run: Loop1Run): number =>
  viewOf(run, new Date()).columns.reduce((sum, { cards }) => sum + cards.length, 0);

async function iterate(folder: string, workspace: string) {
  const app = openApp(folder);
  const loop = await app.loop1Of(workspace, pathToFileURL(workspace).href);
  const begun = performance.now();
  let first = NaN;
  loop.onDidChange((run) => {
    if (Number.isNaN(first) && cardsOf(run) > 0) first = performance.now() - begun;
  });
  const watch = new BusyWatch();
  const run = await loop.start();
  const whole = performance.now() - begun;
  const { longest, lasted } = watch.stop();
  await app.dispose();
  if (run.status !== 'waiting for you') throw new Error(`${run.status}: ${run.reason}`);
  return { first, whole, longest, lasted };
}

/** From the call to the moment when it is saved and nothing is at work any more, at another point of the iteration each time. */
async function pauses(folder: string, workspace: string, whole: number): Promise<number[]> {
  const app = openApp(folder);
  const loop = await app.loop1Of(workspace, pathToFileURL(workspace).href);
  const times: number[] = [];
  for (let index = 0; index < PAUSES; index++) {
    const working = loop.start({ goal: `goal ${index}` });
    await new Promise((resolve) => setTimeout(resolve, (whole * (index + 0.5)) / PAUSES));
    const begun = performance.now();
    await loop.pause();
    times.push(performance.now() - begun);
    await working;
  }
  await app.dispose();
  return times;
}

async function lint(workspace: string, killAfterMs?: number): Promise<number> {
  let begun = performance.now();
  const child = spawn(process.execPath, ['-e', LINT, workspace], { cwd: root, stdio: 'inherit' });
  const closed = once(child, 'close');
  if (killAfterMs === undefined) {
    const [status] = (await closed) as [number | null];
    if (status !== 0) throw new Error(`the linter ended with ${status}`);
  } else {
    await new Promise((resolve) => setTimeout(resolve, killAfterMs));
    begun = performance.now();
    child.kill('SIGTERM');
    await closed;
  }
  return performance.now() - begun;
}

async function main(): Promise<void> {
  const measures = new Measures('loop1');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-bench-'));
  try {
    const workspace = makeWorkspace(folder);
    const runs: Awaited<ReturnType<typeof iterate>>[] = [];
    const peer: number[] = [];
    const floor: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      runs.push(await iterate(folder, workspace));
      peer.push(await lint(workspace));
      floor.push(await busyFloor(runs.at(-1)?.lasted ?? 0));
    }
    const of = (key: 'first' | 'whole' | 'longest'): number => median(runs.map((run) => run[key]));
    measures.add(
      ...[
        {
          measure: `first cards of ${FILES} files (peer: eslint over them)`,
          ours: of('first'),
          goal: 10_000,
        },
        { measure: `an iteration over ${FILES} files (peer: eslint over them)`, ours: of('whole') },
      ].map((each) => ({ ...each, unit: 'ms', peer: median(peer) })),
      {
        ...{
          measure: 'longest time without a turn for others (peer: a thread that does nothing)',
          unit: 'ms',
        },
        ...{ ours: of('longest'), peer: median(floor), goal: 100 },
      },
    );
    const stopped = await pauses(folder, workspace, of('whole'));
    const killed: number[] = [];
    for (let run = 0; run < RUNS; run++) killed.push(await lint(workspace, 1500));
    const worst = { ours: Math.max(...stopped), peer: Math.max(...killed) };
    measures.add(
      {
        measure: 'pause (peer: eslint ended by SIGTERM)',
        unit: 'ms',
        ours: median(stopped),
        peer: median(killed),
      },
      { measure: `slowest of ${PAUSES} pauses (peer: the same)`, unit: 'ms', ...worst, goal: 500 },
    );
    measures.end();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
