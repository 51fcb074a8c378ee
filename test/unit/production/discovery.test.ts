import assert from 'node:assert/strict';
import { ImportGraph } from '../../../src/audit/production/discovery/importGraph';
import type { Family } from '../../../src/audit/production/discovery/importGraph';
import { WorkspaceSources } from '../../../src/audit/production/discovery/sources';
import { findAllTests, findTestsOf } from '../../../src/audit/production/discovery/testsOf';
import { findRunner } from '../../../src/audit/production/runners/chooseRunner';

const TEST = "import { test } from 'node:test'; test('x', () => {});";

async function graphOf(files: Record<string, string>, family: Family = 'javascript') {
  const sources = new WorkspaceSources(
    Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) })),
  );
  const graph = new ImportGraph(sources);
  await graph.build(family);
  return { graph, sources };
}

async function testsOf(path: string, files: Record<string, string>, family: Family = 'javascript') {
  const { graph, sources } = await graphOf(files, family);
  const { tests, notes } = findTestsOf(path, graph, sources);
  return { tests: tests.map((test) => (test.imports ? test.path : `(${test.path})`)), notes };
}

describe('tests that belong to a file', () => {
  it('are itself, when it is one', async () => {
    const files = { 'a.test.js': TEST, 'a.js': '', 'b.test.js': `${TEST} import './a.test.js'` };
    assert.deepEqual((await testsOf('a.test.js', files)).tests, ['a.test.js']);
  });

  it('import it directly or through a file that only hands names on, the namesake first', async () => {
    const { tests, notes } = await testsOf('src/a.ts', {
      'src/a.ts': 'export const a = 1;',
      'src/index.ts': "export * from './a';",
      'src/b.ts': "import { a } from './a'; export const b = a;",
      'test/all.test.ts': `${TEST} import { a } from '../src';`,
      'test/a.test.ts': `${TEST} import { a } from '../src/a.js';`,
      'test/b.test.ts': `${TEST} import { b } from '../src/b';`,
    });
    assert.deepEqual(tests, ['test/a.test.ts', 'test/all.test.ts']);
    assert.match(notes.join(), /only through more files: 1 test file/);
  });

  it('are the nearest that lead to it, where none imports it', async () => {
    const { tests } = await testsOf('src/deep.js', {
      'src/deep.js': '',
      'src/middle.js': "require('./deep')",
      'src/outer.js': "require('./middle')",
      'test/middle.test.js': `${TEST} require('../src/middle')`,
      'test/outer.test.js': `${TEST} require('../src/outer')`,
    });
    assert.deepEqual(tests, ['test/middle.test.js']);
  });

  it('may only bear its name, or mention it', async () => {
    const files = {
      'src/a.js': '',
      'src/cli.js': '',
      'test/a.spec.js': TEST,
      'test/commands.test.js': `${TEST} fork('../src/cli.js')`,
    };
    assert.deepEqual((await testsOf('src/a.js', files)).tests, ['(test/a.spec.js)']);
    assert.deepEqual((await testsOf('src/cli.js', files)).tests, ['(test/commands.test.js)']);
    assert.deepEqual((await testsOf('src/none.js', { ...files, 'src/none.js': '' })).tests, []);
  });

  it('do not match by a name that says nothing, far away', async () => {
    const files = {
      'src/one/index.js': '',
      'src/two/index.test.js': TEST,
      'src/one/index.test.js': TEST,
      'test/one.test.js': TEST,
    };
    assert.deepEqual((await testsOf('src/one/index.js', files)).tests, [
      '(src/one/index.test.js)',
      '(test/one.test.js)',
    ]);
  });

  it('are no imports of types, no helpers and no fixtures', async () => {
    const { tests } = await testsOf('src/a.ts', {
      'src/a.ts': '',
      'test/types.test.ts': `${TEST} import type { A } from '../src/a';`,
      'test/helper.ts': "import '../src/a'; export const help = 1;",
      'test/fixtures/x.test.ts': `${TEST} import '../../src/a';`,
    });
    assert.deepEqual(tests, []);
  });

  it('are of many that come through a package those that bear its name or import it, else a few', async () => {
    const files: Record<string, string> = {
      'src/index.js': "export * from './list.js'; export * from './other.js';",
      'src/list.js': 'export const list = 1;',
      'src/other.js': 'export const other = 1;',
      'test/stress_list.test.js': `${TEST} import '../src/index.js';`,
      'test/itself.test.js': `${TEST} import '../src/list.js';`,
    };
    for (let index = 0; index < 9; index++)
      files[`test/t${index}.test.js`] = `${TEST} import '../src/index.js';`;
    const { tests, notes } = await testsOf('src/list.js', files);
    assert.deepEqual(tests.sort(), ['test/itself.test.js', 'test/stress_list.test.js']);
    assert.match(notes.join(), /only through more files: 9 test files; "all tests"/);
    assert.equal((await testsOf('src/other.js', files)).tests.length, 6);
  });

  it('are capped, which is said', async () => {
    const files: Record<string, string> = { 'a.js': '' };
    for (let index = 0; index < 30; index++) files[`t${index}.test.js`] = `${TEST} import './a.js';`;
    const { tests, notes } = await testsOf('a.js', files);
    assert.equal(tests.length, 20);
    assert.match(notes.join(), /30 test files belong to this file; the 20 closest were run/);
  });

  it('follow tsconfig paths, baseUrl, package imports and workspace packages', async () => {
    const files = {
      'tsconfig.base.json':
        '{ "compilerOptions": { "baseUrl": ".", /* c */ "paths": { "@/*": ["./src/*"], } } }',
      'tsconfig.json': '{ "extends": "./tsconfig.base.json" }',
      'package.json': '{ "name": "root", "imports": { "#in/*": { "default": "./src/*.ts" } } }',
      'packages/lib/package.json': '{ "name": "@me/lib", "main": "./src/main.ts" }',
      'packages/lib/src/main.ts': '',
      'src/a.ts': '',
      'alias.test.ts': `${TEST} import '@/a';`,
      'base.test.ts': `${TEST} import 'src/a';`,
      'internal.test.ts': `${TEST} import '#in/a';`,
      'package.test.ts': `${TEST} import '@me/lib';`,
    };
    assert.deepEqual((await testsOf('src/a.ts', files)).tests, [
      'alias.test.ts',
      'base.test.ts',
      'internal.test.ts',
    ]);
    assert.deepEqual((await testsOf('packages/lib/src/main.ts', files)).tests, ['package.test.ts']);
  });

  it('survive imports in a circle and out of the workspace', async () => {
    const files = {
      'a.js': "import './b.js'; import '../../outside.js'",
      'b.js': "import './a.js'",
      'b.test.js': `${TEST} import './b.js'`,
    };
    assert.deepEqual((await testsOf('a.js', files)).tests, ['b.test.js']);
  });
});

describe('Python tests that belong to a file', () => {
  const project = {
    'pyproject.toml': '',
    'src/pkg/__init__.py': 'from .core import run',
    'src/pkg/core.py': 'from . import util',
    'src/pkg/util.py': '',
    'src/pkg/sub/__init__.py': '',
    'src/pkg/sub/leaf.py': 'from ..util import x',
    'tests/conftest.py': '',
    'tests/test_core.py': 'from pkg import run\ndef test_a(): pass',
    'tests/test_sub.py': 'import pkg.sub.leaf\ndef test_a(): pass',
    'tests/test_helpers.py': 'from pkg import core',
  };

  it('reach it through packages, relative imports and a src folder', async () => {
    assert.deepEqual((await testsOf('src/pkg/core.py', project, 'python')).tests, ['tests/test_core.py']);
    assert.deepEqual((await testsOf('src/pkg/sub/leaf.py', project, 'python')).tests, ['tests/test_sub.py']);
    assert.deepEqual((await testsOf('src/pkg/util.py', project, 'python')).tests, [
      'tests/test_core.py',
      'tests/test_sub.py',
    ]);
  });

  it('reach it through a conftest', async () => {
    const files = {
      ...project,
      'tests/conftest.py': 'from pkg.sub import leaf',
      'tests/test_leaf.py': 'def test_a(leaf): pass',
    };
    assert.deepEqual(
      (await testsOf('src/pkg/sub/leaf.py', files, 'python')).tests,
      ['tests/test_sub.py', 'tests/test_leaf.py'].sort(),
    );
  });

  it('know the name a module is imported by', async () => {
    const { graph } = await graphOf(
      { ...project, 'src/ns/deep/mod.py': 'from . import x', 'tool.py': '' },
      'python',
    );
    assert.deepEqual(graph.python.moduleOf('src/pkg/sub/leaf.py'), { name: 'pkg.sub.leaf', root: 'src' });
    assert.deepEqual(graph.python.moduleOf('src/pkg/__init__.py'), { name: 'pkg', root: 'src' });
    assert.deepEqual(graph.python.moduleOf('src/ns/deep/mod.py'), { name: 'ns.deep.mod', root: 'src' });
    assert.deepEqual(graph.python.moduleOf('tool.py'), { name: 'tool', root: '' });
  });

  it('tell a missing part of the workspace from a missing package', async () => {
    const { graph } = await graphOf(project, 'python');
    assert.equal(graph.python.isLocal('tests/test_core.py', 'pkg.absent'), true);
    assert.equal(graph.python.isLocal('tests/test_core.py', 'requests'), false);
  });
});

describe('the runner of a test file', () => {
  async function runnerOf(
    path: string,
    files: Record<string, string>,
    chosen?: Parameters<typeof findRunner>[3],
  ) {
    const { graph, sources } = await graphOf(files, path.endsWith('.py') ? 'python' : 'javascript');
    const found = findRunner(path, graph, sources, chosen);
    return ['runner' in found ? found.runner : `no ${found.unsupported}`, found.why];
  }
  const globals = "describe('a', () => it('b'));";

  it('is the one it imports', async () => {
    const manifest = {
      'package.json': '{ "devDependencies": { "jest": "1" }, "scripts": { "test": "jest" } }',
    };
    assert.deepEqual(await runnerOf('a.test.js', { ...manifest, 'a.test.js': TEST }), [
      'node:test',
      'its tests import it',
    ]);
    assert.deepEqual(
      await runnerOf('a.test.js', { ...manifest, 'a.test.js': "import { it } from 'vitest'" }),
      ['vitest', 'its tests import it'],
    );
  });

  it('is the one its manifest names, the script before the dependencies, the nearest first', async () => {
    const root =
      '{ "devDependencies": { "jest": "1", "mocha": "1" }, "scripts": { "test": "nyc mocha --exit" } }';
    const files = {
      'package.json': root,
      'a.test.js': globals,
      'sub/package.json': '{ "devDependencies": { "ava": "1" } }',
      'sub/b.test.js': globals,
    };
    assert.deepEqual(await runnerOf('a.test.js', files), [
      'mocha',
      'the script "test" of package.json starts it',
    ]);
    assert.deepEqual(await runnerOf('sub/b.test.js', files), ['no ava', 'sub/package.json depends on ava']);
    assert.deepEqual(await runnerOf('a.test.js', { 'a.test.js': globals, '.mocharc.yml': '' }), [
      'mocha',
      'configured by .mocharc.yml',
    ]);
    assert.deepEqual(await runnerOf('a.test.js', { 'a.test.js': globals, 'jest.config.js': '' }), [
      'jest',
      'configured by jest.config.js',
    ]);
    const script = '{ "scripts": { "test": "npm run test:unit", "test:unit": "node --import tsx --test" } }';
    assert.deepEqual(await runnerOf('a.test.js', { 'a.test.js': '', 'package.json': script }), [
      'node:test',
      'the script "test:unit" of package.json starts it',
    ]);
  });

  it('is a guess that says so, where nothing names one', async () => {
    const [mocha, why] = await runnerOf('a.test.js', { 'a.test.js': globals });
    assert.equal(mocha, 'mocha');
    assert.match(why ?? '', /nothing names a runner/);
    assert.equal((await runnerOf('a.test.js', { 'a.test.js': '' }))[0], 'node:test');
  });

  it('is the chosen one for its own language, whatever the project says', async () => {
    const files = { 'a.test.js': TEST, 'test_a.py': 'import pytest' };
    assert.deepEqual(await runnerOf('a.test.js', files, 'jest'), ['jest', 'chosen in the settings']);
    assert.equal((await runnerOf('a.test.js', files, 'unittest'))[0], 'node:test');
    assert.equal((await runnerOf('test_a.py', files, 'unittest'))[0], 'unittest');
    assert.equal((await runnerOf('test_a.py', files, 'jest'))[0], 'pytest');
  });

  it('is decided by extension, never by text', async () => {
    assert.deepEqual(await runnerOf('test_a.py', { 'test_a.py': "import pytest\n# describe('x')" }), [
      'pytest',
      'its tests import it',
    ]);
  });

  it('is pytest, or unittest without it, for classes that need not be a TestCase', async () => {
    const test = 'from . import ShipTest\nclass A(ShipTest):\n    def test_a(self): pass';
    assert.equal((await runnerOf('test_a.py', { 'test_a.py': test }))[0], 'python');
    const sure = 'import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass';
    assert.deepEqual(
      await runnerOf('t/test_a.py', { 't/test_a.py': sure, 't/__init__.py': 'import pytest' }),
      ['python', 'the project uses pytest: t/__init__.py'],
    );
  });

  it('is unittest for TestCase classes, unless the project uses pytest', async () => {
    const test = 'import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass';
    assert.equal((await runnerOf('test_a.py', { 'test_a.py': test }))[0], 'unittest');
    assert.deepEqual(
      await runnerOf('test_a.py', { 'test_a.py': test, 'pyproject.toml': '[tool.pytest.ini_options]' }),
      ['python', 'the project uses pytest: pyproject.toml'],
    );
    assert.deepEqual(await runnerOf('test_a.py', { 'test_a.py': test, 'requirements.txt': 'pytest==8' }), [
      'python',
      'the project uses pytest: requirements.txt',
    ]);
    assert.deepEqual(await runnerOf('test_a.py', { 'test_a.py': `${test}\ndef test_b(): pass` }), [
      'pytest',
      'its tests are functions or plain classes, which only it runs',
    ]);
  });
});

describe('all tests', () => {
  it('are those of the language, the ones that reach the file first, each with whether it does', async () => {
    const files = {
      'src/b.js': '',
      'src/c.js': "import './b.js'",
      'test/a.test.js': TEST,
      'test/b.test.js': `${TEST} import '../src/b.js'`,
      'test/c.test.js': `${TEST} import '../src/c.js'`,
      'test/test_d.py': 'def test_d(): pass',
    };
    const { graph, sources } = await graphOf(files);
    const { tests, notes } = findAllTests('src/b.js', graph, sources);
    assert.deepEqual(
      tests.map(({ path, imports }) => `${path} ${imports}`),
      ['test/b.test.js true', 'test/c.test.js true', 'test/a.test.js false'],
    );
    assert.deepEqual(notes, []);
  });
});
