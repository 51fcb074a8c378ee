import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { silentLogger } from '../../src/base/logger';
import { App } from '../../src/app';
import { defaultSettings } from '../../src/settings';
import { analyzeSource } from '../../src/audit/syntax/analyzeSource';
import { WorkerAnalyzer } from '../../src/audit/syntax/workerAnalyzer';
import { SourceParser } from '../../src/audit/syntax/parser';
import { BusyWatch, spent } from './busyWatch';
import { copySources, sources } from './copiedSources';
import { median } from './measures';
import type { Measure } from './measures';

/*
 * The static stages alone: beside ESLint with eslint-plugin-sonarjs on the same files, the memory of a large workspace, and
 * what an edit costs. The peers are installed beside the other development tools, not into this repository.
 */

const RUNS = 5;
const EDITS = 60;
const PEERS = [
  'eslint@10.15.0',
  'eslint-plugin-sonarjs@4.2.2',
  'typescript-eslint@8.73.0',
  'typescript@6.0.3',
];
const LARGE_BYTES = 40_000_000;
const root = path.join(__dirname, '../..');
const dist = path.join(root, 'dist');

const LINT_OPTIONS = `
const { ESLint } = require('eslint');
const options = {
  cwd: process.argv[1], overrideConfigFile: true,
  overrideConfig: [
    { ...require('eslint-plugin-sonarjs').configs.recommended, files: ['**/*.ts', '**/*.js'] },
    { files: ['**/*.ts', '**/*.js'], languageOptions: { parser: require('typescript-eslint').parser } },
  ],
};`;
const LINT = `${LINT_OPTIONS}
new ESLint(options).lintFiles(['.']).then((results) => {
  if (results.length === 0 || results.some(({ fatalErrorCount }) => fatalErrorCount > 0)) process.exit(9);
});`;
/** Prints the most memory that the process held, in MB, at its end. */
const TELL_MEMORY = `process.on('exit', () => process.stderr.write('\\nPEAK ' + process.resourceUsage().maxRSS / 1000 + '\\n'));`;

function peers(): string {
  const cache = process.env['SEAWORTHY_CACHE'] || path.join(os.homedir(), '.cache', 'seaworthy-dev');
  const folder = path.join(cache, 'peers', 'sonarjs');
  if (!fs.existsSync(path.join(folder, 'node_modules', 'eslint-plugin-sonarjs'))) {
    fs.mkdirSync(folder, { recursive: true });
    const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
    const { status } = spawnSync('npm', ['install', ...options, ...PEERS], { stdio: 'ignore' });
    if (status !== 0) throw new Error('eslint-plugin-sonarjs could not be installed for the comparison');
  }
  return folder;
}

interface Run {
  ms: number;
  peakMb: number;
  /** Of a second look, where one is told. */
  againMs: number;
}

function timed(parameters: readonly string[], cwd: string, cache: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const environment = { ...process.env, XDG_CACHE_HOME: cache };
    const child = spawn(process.execPath, parameters, {
      cwd,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => (told = (told + chunk.toString()).slice(-2000)));
    child.on('error', reject);
    child.on('close', (status) => {
      // 1 and 2 are verdicts.
      if (status === null || status > 2)
        return reject(new Error(`${parameters.join(' ').slice(0, 60)}: ${status} ${told}`));
      const tells = (word: string): number => Number(new RegExp(`${word} ([\\d.]+)`).exec(told)?.[1]);
      resolve({ ms: performance.now() - begun, peakMb: tells('PEAK'), againMs: tells('AGAIN') });
    });
  });
}

const ours = (project: string, folder: string): Promise<Run> => {
  // A cache of its own for each run: nothing is known before.
  const cache = fs.mkdtempSync(path.join(folder, 'cache-'));
  const hook = path.join(folder, 'memory.cjs');
  fs.writeFileSync(hook, TELL_MEMORY);
  const command = [
    '--require',
    hook,
    path.join(dist, 'cli.js'),
    'audit',
    '--quiet',
    '--stages',
    'theater,quality',
    '.',
  ];
  return timed(command, project, cache);
};

async function besideEslint(folder: string): Promise<Measure> {
  const project = path.join(folder, 'same');
  const packages = ['mocha/lib', 'eslint/lib/rules'].map((name) => path.join(root, 'node_modules', name));
  copySources(project, [path.join(root, 'src'), ...packages], { bytes: 1_500_000 });
  fs.writeFileSync(path.join(project, 'package.json'), '{"name":"same"}');
  const modules = path.join(peers(), 'node_modules');
  const script = path.join(path.dirname(modules), 'lint.cjs');
  fs.writeFileSync(script, LINT.replace('process.argv[1]', 'process.argv[2]'));
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    times.ours.push((await ours(project, folder)).ms);
    times.peer.push((await timed([script, project], project, folder)).ms);
  }
  const peer = median(times.peer);
  return {
    measure: 'static stages, 1.5 MB, whole processes, two threads (peer: ESLint with sonarjs, its one)',
    unit: 'ms',
    ours: median(times.ours),
    peer,
    goal: peer / 10,
  };
}

async function memory(folder: string): Promise<Measure> {
  const project = path.join(folder, 'large');
  const packages = [
    'eslint/lib',
    'mocha/lib',
    'ajv/lib',
    'protobufjs/src',
    'playwright-core/lib',
    'prettier',
  ];
  const folders = packages.map((name) => path.join(root, 'node_modules', name));
  const { bytes } = copySources(project, [path.join(root, 'src'), ...folders], { bytes: LARGE_BYTES });
  fs.writeFileSync(path.join(project, 'package.json'), '{"name":"large"}');
  const { peakMb } = await ours(project, folder);
  return {
    measure: 'static stages, peak memory (peer: the source itself)',
    unit: 'MB',
    ours: peakMb,
    peer: bytes / 1e6,
    goal: 400,
  };
}

/** Prints the milliseconds of a second look at all files, in a process in which everything has been compiled. */
const LINT_TWICE = `
const again = () => new ESLint(options).lintFiles(['.']);
again().then(() => { const begun = performance.now(); return again().then(() => process.stderr.write('\\nAGAIN ' + (performance.now() - begun) + '\\n')); });`;

/** Both in processes that have read the same files before, as an editor's have; ours without its caches. */
async function besideWarmEslint(folder: string): Promise<Measure> {
  const project = path.join(folder, 'same');
  const modules = path.join(peers(), 'node_modules');
  const script = path.join(path.dirname(modules), 'lintTwice.cjs');
  fs.writeFileSync(script, `${LINT_OPTIONS.replace('process.argv[1]', 'process.argv[2]')}${LINT_TWICE}`);
  const files = [...sources(project, /\.(?:ts|js)$/)].map((file) => ({
    path: path.relative(project, file),
    text: fs.readFileSync(file, 'utf8'),
  }));
  const analyzer = new WorkerAnalyzer(dist);
  const pass = async (): Promise<number> => {
    const begun = performance.now();
    await Promise.all(files.map((file) => analyzer.analyze({ ...file, isAhead: true })));
    return performance.now() - begun;
  };
  const times = { ours: [] as number[], peer: [] as number[] };
  try {
    await pass();
    await pass();
    for (let run = 0; run < RUNS; run++) {
      times.ours.push(await pass());
      times.peer.push((await timed([script, project], project, folder)).againMs);
    }
  } finally {
    await analyzer.dispose();
  }
  const peer = median(times.peer);
  return {
    measure: 'static stages, 1.5 MB, warm, two threads (peer: ESLint with sonarjs, warm, its one)',
    unit: 'ms',
    ours: median(times.ours),
    peer,
    goal: peer / 10,
  };
}

/** What the worker does when a file of 300 lines has changed by a line. */
async function afterEdit(): Promise<Measure> {
  const parser = await SourceParser.load(dist);
  const lines = fs.readFileSync(path.join(root, 'src/audit/syntax/collect.ts'), 'utf8').split('\n');
  const text = Array.from({ length: 300 }, (_, at) => lines[at % lines.length] ?? '').join('\n');
  const again: number[] = [];
  const anew: number[] = [];
  for (let edit = 0; edit < EDITS; edit++) {
    const edited = text.replace('while (isPast', `note(${edit});\n      while (isPast`);
    const begun = spent();
    await analyzeSource(parser, { path: 'src/edited.ts', text: edited });
    const middle = spent();
    await analyzeSource(parser, { path: `src/other${edit}.ts`, text: edited });
    again.push(middle - begun);
    anew.push(spent() - middle);
  }
  // The first ones run before the engine has compiled anything.
  const warm = (samples: number[]): number => median(samples.slice(EDITS / 3));
  return {
    measure: '300 lines after an edit, processor time of the worker (peer: read anew)',
    unit: 'ms',
    ours: warm(again),
    peer: warm(anew),
    goal: 20,
  };
}

/** How long the thread of the caller is busy at a stretch while many files are audited. */
async function callersThread(folder: string): Promise<Measure> {
  const project = path.join(folder, 'same');
  const app = new App({ distDirectory: dist, settings: () => defaultSettings, logger: silentLogger });
  const stages = ['theater', 'quality'] as const;
  const files = [...sources(project, /\.ts$/)].slice(0, 200).map((file) => path.relative(project, file));
  const audit = (file: string) =>
    app.auditor.audit({ workspace: project, file, stages, trusted: true, isOneOfMany: true });
  try {
    await audit(files[0] ?? '');
    const watch = new BusyWatch();
    for (const file of files) await audit(file);
    const { longest, lasted } = watch.stop();
    return {
      measure: "200 files, longest stretch of the caller's thread (peer: all of it)",
      unit: 'ms',
      ours: longest,
      peer: lasted,
      goal: 20,
    };
  } finally {
    await app.dispose();
  }
}

/** Each measure as it comes. */
export async function* staticMeasures(): AsyncGenerator<Measure> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-bench-'));
  try {
    yield await besideEslint(folder);
    yield await besideWarmEslint(folder);
    yield await callersThread(folder);
    yield await afterEdit();
    yield await memory(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
