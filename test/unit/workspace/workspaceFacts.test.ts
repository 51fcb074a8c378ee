import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { build } from 'esbuild';
import { CancelledError } from '../../../src/base/errors';
import { WorkspaceFacts } from '../../../src/audit/workspace/workspaceFacts';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';
import { grammarDirectory } from '../syntax/grammarDirectory';

const HARMLESS = {
  'a.test.ts': "import { same } from './test-helpers/same';\nit('a', () => { same(1, 1); });\n",
  'test-helpers/same.ts': 'export function same(a: number, b: number) { expect(a).toBe(b); }\n',
};
const FILES = { ...HARMLESS, 'src/fatal.ts': 'export const fatal = 1;\n' };

describe('facts about a workspace, read in a thread', function () {
  this.timeout(60_000);
  const root = temporaryFolder('facts');
  const directory = grammarDirectory();
  const slowDisk = path.join(directory, 'slow');
  let facts: WorkspaceFacts;
  let lists = 0;

  const listSources = async (): Promise<{ files: { path: string }[] }> => {
    lists += 1;
    const names = fs.readdirSync(root, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile());
    return {
      files: files.map((entry) => ({ path: path.relative(root, path.join(entry.parentPath, entry.name)) })),
    };
  };

  before(async () => {
    const source = { entryPoints: ['src/audit/workspace/indexWorker.ts'] };
    const outfile = path.join(directory, 'realIndexWorker.js');
    await build({ ...source, outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20' });
    // The real thread; nothing harmless makes the parser itself crash or hang, so a file that is about to be read does.
    const withFault = `const { parentPort } = require('node:worker_threads');
    const post = parentPort.postMessage.bind(parentPort);
    parentPort.postMessage = (message) => {
      post(message);
      if (message.loading && require('node:fs').existsSync(${JSON.stringify(slowDisk)}))
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);
      if (message.reading === 'src/fatal.ts') setImmediate(() => process.exit(3));
      if (message.reading === 'src/endless.ts') setImmediate(() => { for (;;); });
    };
    require('./realIndexWorker.js');`;
    fs.writeFileSync(path.join(directory, 'indexWorker.js'), withFault);
  });

  beforeEach(() => {
    for (const name of fs.readdirSync(root)) fs.rmSync(path.join(root, name), { recursive: true });
    lists = 0;
    facts = new WorkspaceFacts({ distDirectory: directory, listSources });
  });

  afterEach(() => facts.dispose());

  const ask = (signal?: AbortSignal) =>
    facts.viewOf(
      root,
      { path: 'a.test.ts', text: FILES['a.test.ts'], assertFunctions: [] },
      { signal, waitsForAll: true },
    );

  it('lists and reads once, and again what it is told has changed', async () => {
    writeFiles(root, HARMLESS);
    assert.deepEqual((await ask()).view?.asserting, ['same']);
    writeFiles(root, { 'test-helpers/same.ts': 'export function same() {}\n' });
    assert.deepEqual((await ask()).view?.asserting, ['same'], 'nobody told');
    facts.changed(root, 'test-helpers/same.ts');
    assert.deepEqual((await ask()).view?.silent, ['same']);
    assert.equal(lists, 1);
    fs.rmSync(path.join(root, 'test-helpers/same.ts'));
    facts.changed(root);
    const { view } = await ask();
    assert.deepEqual([view?.asserting, view?.silent, lists], [[], [], 2]);
  });

  it('leaves out a file that the parser does not survive, or never ends with, and goes on', async () => {
    writeFiles(root, { ...FILES, 'src/endless.ts': 'export const endless = 1;\n' });
    facts = new WorkspaceFacts({ distDirectory: directory, listSources, patienceMs: 800 });
    const { view, skipped } = await ask();
    assert.deepEqual(view?.asserting, ['same']);
    assert.equal(view?.complete, true);
    assert.deepEqual(skipped.sort(), ['src/endless.ts', 'src/fatal.ts']);
    const own = { path: 'src/fatal.ts', text: FILES['src/fatal.ts'], assertFunctions: [] };
    assert.equal((await facts.viewOf(root, own)).view, undefined);
  });

  it('has more patience with the parser on a slow disk than with a file', async () => {
    writeFiles(root, HARMLESS);
    fs.writeFileSync(slowDisk, '');
    try {
      facts = new WorkspaceFacts({ distDirectory: directory, listSources, patienceMs: 800 });
      const { view, skipped } = await ask();
      assert.deepEqual([view?.asserting, skipped], [['same'], []]);
    } finally {
      fs.rmSync(slowDisk);
    }
  });

  it('stops when it is cancelled, and answers the next question', async () => {
    writeFiles(root, HARMLESS);
    const abort = new AbortController();
    const asked = ask(abort.signal);
    abort.abort();
    await assert.rejects(asked, CancelledError);
    assert.deepEqual((await ask()).view?.asserting, ['same']);
  });

  it('keeps what it read for the next process, and only for the same program', async () => {
    writeFiles(root, HARMLESS);
    const cacheFile = path.join(root, 'cache.json');
    const harmless = async () => ({ files: Object.keys(HARMLESS).map((file) => ({ path: file })) });
    const parts = { distDirectory: directory, cacheFile, listSources: harmless };
    const first = new WorkspaceFacts(parts);
    await first.viewOf(root, { path: 'a.test.ts', text: '', assertFunctions: [] }, { waitsForAll: true });
    await first.dispose();
    const [header = '', ...kept] = fs.readFileSync(cacheFile, 'utf8').split('\n');
    const poisoned = kept.map((line) =>
      line.replace('\\"asserts\\":true,', '').replace('\\"expect().toBe\\",\\"expect\\"', ''),
    );
    assert.notDeepEqual(poisoned, kept);
    fs.writeFileSync(cacheFile, [header, ...poisoned].join('\n'));
    const text = FILES['a.test.ts'];
    const asked = { path: 'a.test.ts', text, assertFunctions: [] };
    const second = new WorkspaceFacts(parts);
    // Only what was read from the file of the cache can answer wrongly.
    assert.deepEqual((await second.viewOf(root, asked)).view?.asserting, []);
    await second.dispose();
    const other = JSON.stringify({ ...(JSON.parse(header) as object), version: 'other' });
    fs.writeFileSync(cacheFile, [other, ...poisoned].join('\n'));
    const third = new WorkspaceFacts(parts);
    assert.deepEqual((await third.viewOf(root, asked)).view?.asserting, ['same']);
    await third.dispose();
  });
});
