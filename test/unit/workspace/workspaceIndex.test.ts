import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { languageOf } from '../../../src/audit/language';
import { collectFacts } from '../../../src/audit/syntax/collect';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { digestOf } from '../../../src/audit/workspace/digest';
import { DigestCache, digestKey, storedDigest } from '../../../src/audit/workspace/digestCache';
import type { WorkspaceView } from '../../../src/audit/workspace/view';
import { WorkspaceIndex } from '../../../src/audit/workspace/workspaceIndex';
import { temporaryFolder } from '../../support/temporaryFolder';
import { indexOf } from '../../support/workspaceView';
import { grammarDirectory } from '../syntax/grammarDirectory';

const library = {
  'package.json': '{"name":"shop","dependencies":{"left-pad":"1.0.0"}}',
  'src/index.ts': "export * from './cart';\nexport { tax as vat } from './tax';\n",
  'src/cart.ts': [
    "import { tax } from './tax';",
    'export function total(list: number[]) {',
    '  return list.reduce((sum, one) => sum + tax(one), 0);',
    '}',
    'export class Cart {',
    '  add(one: number) { return this.recount(one); }',
    '  private recount(one: number) { return total([one]); }',
    '}',
  ].join('\n'),
  'src/tax.ts': 'export function tax(one: number) { return one * 2; }\nexport function unused() {}\n',
  'test/cart.test.ts': [
    "import { Cart } from '../src/index';",
    "import { vat } from '../src';",
    "it('adds', () => { new Cart().add(1); });",
    "it('knows the tax', () => { expect(vat(1)).toBe(2); });",
  ].join('\n'),
  'test/other.test.ts': "it('is alone', () => { expect(1 + 1).toBe(2); });\n",
};

describe('the index of a workspace', () => {
  const folder = temporaryFolder('index');
  let parser: SourceParser;

  before(async () => {
    parser = await SourceParser.load(grammarDirectory());
  });

  async function viewOf(files: Record<string, string>, file: string): Promise<WorkspaceView> {
    const { index } = await indexOf(parser, folder, files);
    await index.read(Infinity);
    const view = await index.view({ path: file, text: files[file] ?? '', assertFunctions: [] });
    assert.ok(view);
    return view;
  }

  it('knows which tests reach a function through classes, re-exports and other functions', async () => {
    const { index } = await indexOf(parser, folder, library);
    await index.read(Infinity);
    assert.deepEqual(index.testsReaching('src/tax.ts'), [{ file: 'test/cart.test.ts', functions: 1 }]);
    assert.deepEqual(index.testsReaching('src/cart.ts'), [{ file: 'test/cart.test.ts', functions: 3 }]);
  });

  it('knows who uses a function, apart from tests', async () => {
    const { users, complete } = await viewOf(library, 'src/tax.ts');
    assert.equal(complete, true);
    assert.deepEqual(users, [{ name: 'tax', other: { file: 'src/index.ts', startLine: 2, endLine: 2 } }]);
  });

  it('reads a file again only when it has changed, and forgets what is gone', async () => {
    const { index, root, read } = await indexOf(parser, folder, library);
    assert.deepEqual(await index.read(Infinity), { done: 5, total: 5 });
    assert.equal(read.length, 5);
    index.changed(['src/tax.ts']);
    await index.read(Infinity);
    assert.equal(read.length, 5, 'the same content needs no parsing');
    fs.writeFileSync(path.join(root, 'src/tax.ts'), 'export function duty(one: number) { return one; }\n');
    index.changed(['src/tax.ts']);
    await index.read(Infinity);
    assert.deepEqual(read.slice(5), ['src/tax.ts']);
    assert.deepEqual(index.testsReaching('src/tax.ts'), []);
    await index.setFiles(Object.keys(library).filter((file) => file !== 'test/cart.test.ts'));
    await index.read(Infinity);
    assert.deepEqual(index.testsReaching('src/cart.ts'), []);
  });

  it('needs no parser for what was read elsewhere, and answers the same', async () => {
    const { index } = await indexOf(parser, folder, library);
    await index.read(Infinity);
    const digests = Object.entries(library).flatMap(([file, text]) => {
      const language = languageOf(file);
      return language ? [{ file, text, ...language }] : [];
    });
    const learned = await Promise.all(
      digests.map(async ({ file, text, grammar, language }) => {
        const tree = await parser.parse(text, grammar);
        const made = digestOf(collectFacts(tree, file, language));
        return { file, ...storedDigest(digestKey({ path: file, text }), made) };
      }),
    );
    const unused = () => Promise.reject(new Error('the parser was loaded'));
    const parts = { parser: unused, cache: new DigestCache(10_000_000), onReading: () => undefined };
    const other = new WorkspaceIndex('/nowhere', parts);
    await other.setFiles(Object.keys(library));
    other.learn(learned);
    assert.deepEqual(await other.read(Infinity), { done: 5, total: 5 });
    assert.deepEqual(other.testsReaching('src/cart.ts'), index.testsReaching('src/cart.ts'));
    const asked = { path: 'src/tax.ts', text: library['src/tax.ts'], assertFunctions: [] };
    assert.deepEqual((await other.view(asked))?.users, (await index.view(asked))?.users);
  });

  it('reads what a file imports before all the rest, and says that the rest is missing', async () => {
    const { index, read } = await indexOf(parser, folder, library);
    const view = await index.view({ path: 'src/cart.ts', text: library['src/cart.ts'], assertFunctions: [] });
    assert.deepEqual(read, ['src/cart.ts', 'src/tax.ts']);
    assert.equal(view?.complete, false);
  });

  it('follows a test into helpers of other files, by the settings of the project too', async () => {
    const files = {
      'a.test.ts': [
        "import { inspect, look } from './test-helpers/look';",
        "import { run } from './src/run';",
        "it('a', () => { inspect(1); });",
        "it('b', () => { look(1); run(); });",
      ].join('\n'),
      'test-helpers/look.ts':
        'export function inspect(x: number) { probe(x); }\nexport function look(x: number) { return x; }\n',
      'src/run.ts': "export function run() { if (!ready) throw new Error('not ready'); validate(1); }\n",
    };
    const plain = await viewOf(files, 'a.test.ts');
    assert.deepEqual(plain.asserting, []);
    assert.deepEqual(plain.silent, ['inspect', 'look', 'run']);
    const { index } = await indexOf(parser, folder, files);
    const set = await index.view({ path: 'a.test.ts', text: files['a.test.ts'], assertFunctions: ['probe'] });
    assert.deepEqual(set?.asserting, ['inspect']);
  });

  it('finds code that stands twice, in one file or in two, and no list of steps', async () => {
    const body = (name: string): string =>
      [
        `export function ${name}(orders: Order[]) {`,
        '  const open = orders.filter((order) => order.state !== "paid" && order.lines.length > 0);',
        '  const byCustomer = new Map<string, number>();',
        '  for (const order of open) {',
        '    const amount = order.lines.reduce((sum, line) => sum + line.price * line.count, 0);',
        '    byCustomer.set(order.customer, (byCustomer.get(order.customer) ?? 0) + amount);',
        '  }',
        '  return [...byCustomer].sort((a, b) => b[1] - a[1]).slice(0, 10);',
        '}',
      ].join('\n');
    const steps = Array.from({ length: 40 }, (_, at) => `  register('name${at}', handler${at}, options);`);
    const files = {
      'src/a.ts': `// first\n\n${body('open')}\n`,
      'src/b.ts': `${body('unpaid')}\n`,
      'src/again.ts': `export function again(a: number) {\n${'  a += 1;\n'.repeat(70)}  return a;\n}\n`,
      'src/steps.ts': `export function setUp() {\n${steps.join('\n')}\n}\n`,
    };
    const [duplicate, more] = (await viewOf(files, 'src/a.ts')).duplicates;
    assert.equal(more, undefined);
    assert.equal(duplicate?.other.file, 'src/b.ts');
    assert.equal(duplicate.startLine - duplicate.other.startLine, 2);
    assert.ok(duplicate.endLine - duplicate.startLine >= 5, JSON.stringify(duplicate));
    for (const file of ['src/steps.ts', 'src/again.ts'])
      assert.deepEqual((await viewOf(files, file)).duplicates, [], file);
    const twice = { 'src/c.ts': `${body('one')}\n\n${body('two')}\n` };
    assert.equal((await viewOf(twice, 'src/c.ts')).duplicates.length, 1);
  });

  it('finds imports that lead nowhere, and none that something answers', async () => {
    const files = {
      ...library,
      'src/app.ts': [
        "import fs from 'node:fs';",
        "import pad from 'left-pad/index';",
        "import gone from 'left-padx';",
        "import { tax } from './tax.js';",
        "import { none } from './nothing';",
        "import shop from 'shop';",
        "import { made } from './dist/made';",
        "import type { T } from 'vscode';",
        "import logo from './logo.svg';",
        "import { f } from '@/f';",
        "import { Declared } from '../declared.js';",
        "import { native } from './native';",
      ].join('\n'),
      'declared.d.ts': 'export interface Declared { a: number }\n',
      'src/native.ios.ts': 'export const native = 1;\n',
    };
    const { phantoms } = await viewOf(files, 'src/app.ts');
    assert.deepEqual(
      phantoms.map(({ specifier }) => specifier),
      ['left-padx', './nothing'],
    );
  });

  it('finds imports of Python that lead nowhere', async () => {
    const files = {
      'pyproject.toml':
        '[project]\nname = "shop"\ndependencies = ["requests>=2", "PyYAML", "google-cloud-storage"]\n',
      'shop/__init__.py': '',
      'shop/tax.py': 'RATE = 2\n',
      'other/tools/build.py': '',
      'other/conftest.py': '',
      'shop/cart.py': [
        'import os, json',
        'import requests, yaml',
        'from google.cloud import storage',
        'import data_utilz',
        'from .tax import RATE',
        'from .gone import nothing',
        'from shop import tax',
        'from . import _speedups',
        'import tools.build',
        'import conftest',
      ].join('\n'),
    };
    const { phantoms } = await viewOf(files, 'shop/cart.py');
    assert.deepEqual(
      phantoms.map(({ specifier, certain }) => [specifier, certain]),
      [
        ['data_utilz', false],
        ['.gone', true],
      ],
    );
  });
});
