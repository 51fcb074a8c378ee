import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { build } from 'esbuild';
import { CancelledError, UserError } from '../../../src/base/errors';
import type { WorkerLimits } from '../../../src/audit/syntax/analysisThread';
import { WorkerAnalyzer } from '../../../src/audit/syntax/workerAnalyzer';
import { grammarDirectory } from './grammarDirectory';

const FAKE = { path: 'a.ts', text: 'export function calculateScore(data) { return 85; }' };
const ENDLESS = { path: 'slow.js', text: 'hang' };

describe('analyzer in a worker thread', function () {
  this.timeout(60_000);
  const directory = grammarDirectory();
  let analyzer: WorkerAnalyzer;

  before(async () => {
    const source = {
      entryPoints: ['src/audit/syntax/staticWorker.ts'],
      outfile: path.join(directory, 'realWorker.js'),
    };
    await build({ ...source, bundle: true, platform: 'node', format: 'cjs', target: 'node20' });
    // The real worker, with a fault that a text can ask for: nothing harmless makes the parser itself crash or hang.
    const withFault = `require('node:worker_threads').parentPort.on('message', ({ file }) => {
      if (file.text === 'exit') process.exit(3);
      while (file.text === 'hang');
      if (file.text === 'throw') throw new Error('broken');
    });
    require('./realWorker.js');`;
    fs.writeFileSync(path.join(directory, 'staticWorker.js'), withFault);
  });

  afterEach(() => analyzer.dispose());

  function start(limits: Partial<WorkerLimits> = {}): void {
    analyzer = new WorkerAnalyzer(directory, limits);
  }

  async function findsTheFake(): Promise<void> {
    const analysis = await analyzer.analyze(FAKE);
    assert.deepEqual(
      analysis.theater.map((finding) => finding.ruleId),
      ['TH01'],
    );
  }

  it('answers many calls at once, each with its own file', async () => {
    start();
    const paths = Array.from({ length: 20 }, (_, index) => `f${index}.ts`);
    const all = await Promise.all(paths.map((file) => analyzer.analyze({ ...FAKE, path: file })));
    assert.deepEqual(
      all.map((analysis) => analysis.theater[0]?.file),
      paths,
    );
  });

  it('gives up a file past its budget in words, and meanwhile goes on with the next', async () => {
    start({ budgetMs: 3000, startMs: 5000 });
    const ended: string[] = [];
    const slow = analyzer.analyze(ENDLESS).finally(() => ended.push('slow'));
    const next = analyzer.analyze(FAKE).finally(() => ended.push('next'));
    await assert.rejects(slow, (error) => error instanceof UserError && error.message.includes('slow.js'));
    assert.equal((await next).theater.length, 1);
    assert.deepEqual(ended, ['next', 'slow']);
  });

  it('gives up a file past its budget with one thread as well, and goes on with the next', async () => {
    analyzer = new WorkerAnalyzer(directory, { budgetMs: 1000, startMs: 3000 }, 1);
    const slow = analyzer.analyze(ENDLESS);
    const next = analyzer.analyze(FAKE);
    await assert.rejects(slow, (error) => error instanceof UserError && error.message.includes('slow.js'));
    assert.equal((await next).theater.length, 1);
  });

  it('rejects at once when cancelled, while running, while waiting, and before', async () => {
    start({ budgetMs: 3000 });
    const running = new AbortController();
    const waiting = new AbortController();
    const first = analyzer.analyze(ENDLESS, running.signal);
    const second = analyzer.analyze(FAKE, waiting.signal);
    waiting.abort();
    running.abort();
    await assert.rejects(first, CancelledError);
    await assert.rejects(second, CancelledError);
    await assert.rejects(analyzer.analyze(FAKE, AbortSignal.abort()), CancelledError);
    await findsTheFake();
  });

  for (const fault of ['exit', 'throw']) {
    it(`turns a crash (${fault}) into a message and starts anew`, async () => {
      start();
      await findsTheFake();
      const crash = analyzer.analyze({ path: 'bad.js', text: fault });
      await assert.rejects(crash, (error) => error instanceof UserError && error.message.includes('bad.js'));
      await findsTheFake();
    });
  }

  it('says so when a file needs more memory than the worker may have', async () => {
    start({ heapMb: 24 });
    await assert.rejects(analyzer.analyze({ path: 'big.js', text: 'f(1);\n'.repeat(150_000) }), UserError);
    await findsTheFake();
  });

  it('is replaced after much source and after a rest, and works again', async () => {
    start({ parserBytes: 10, idleMs: 1 });
    for (let round = 0; round < 3; round++) await findsTheFake();
  });

  it('refuses other languages in words', async () => {
    start();
    await assert.rejects(analyzer.analyze({ path: 'a.rs', text: '' }), UserError);
  });

  it('cancels what is open when it is closed', async () => {
    start();
    const open = analyzer.analyze(FAKE);
    const closed = analyzer.dispose();
    await assert.rejects(open, CancelledError);
    await closed;
    await assert.rejects(analyzer.analyze(FAKE), UserError);
  });

  it('lets a process end that does not close it', () => {
    start();
    const script = `
      const { WorkerAnalyzer } = require(${JSON.stringify(path.resolve('src/audit/syntax/workerAnalyzer.ts'))});
      const analyzer = new WorkerAnalyzer(${JSON.stringify(directory)});
      analyzer.analyze(${JSON.stringify(FAKE)}).then(({ theater }) => process.stdout.write(String(theater.length)));`;
    const options = { encoding: 'utf8', timeout: 30_000 } as const;
    const run = spawnSync(process.execPath, ['--import=tsx', '--eval', script], options);
    assert.deepEqual([run.status, run.stdout], [0, '1'], run.stderr);
  });
});
