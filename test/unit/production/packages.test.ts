import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { collectNodePackages } from '../../../src/audit/production/dependencies/nodePackages';
import { collectPythonPackages } from '../../../src/audit/production/dependencies/pythonPackages';
import type { PytestUse } from '../../../src/audit/production/dependencies/pythonPackages';
import { ImportGraph } from '../../../src/audit/production/discovery/importGraph';
import { WorkspaceSources } from '../../../src/audit/production/discovery/sources';
import { mayBeNodePackage, mayBePythonPackage } from '../../../src/audit/production/packages';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const PACKAGE = (name: string, more: object = {}) => JSON.stringify({ name, version: '1.0.0', ...more });

describe('installed packages of Node', () => {
  const workspace = temporaryFolder('node-packages');
  const outside = temporaryFolder('outside');

  before(() => {
    writeFiles(outside, { 'package.json': PACKAGE('stray'), 'secret.js': '' });
    writeFiles(workspace, {
      'node_modules/a/package.json': PACKAGE('a', {
        dependencies: { b: '1', '../evil': '1' },
        peerDependencies: { '@s/c': '1' },
      }),
      'node_modules/a/index.js': '',
      'node_modules/a/index.js.map': '',
      'node_modules/a/index.d.ts': '',
      'node_modules/a/README.md': '',
      'node_modules/a/.npmrc': 'token',
      'node_modules/a/test/big.js': '',
      'node_modules/a/lib/test/kept.js': '',
      'node_modules/a/node_modules/b/package.json': PACKAGE('b', {
        optionalDependencies: { a: '1', absent: '1' },
      }),
      'node_modules/a/node_modules/b/index.js': '',
      'node_modules/b/package.json': PACKAGE('b'),
      'node_modules/@s/c/package.json': PACKAGE('@s/c', { main: './test/main.js' }),
      'node_modules/@s/c/test/main.js': '',
      'node_modules/unused/package.json': PACKAGE('unused'),
      'packages/own/package.json': PACKAGE('own'),
      'sub/node_modules/b/package.json': PACKAGE('b'),
    });
    symlinkSync('../packages/own', `${workspace}/node_modules/own`);
    symlinkSync(outside, `${workspace}/node_modules/stray`);
  });

  async function collected(...uses: [name: string, folder: string][]) {
    const { files, links } = await collectNodePackages(
      workspace,
      uses.map(([name, folder]) => ({ name, folder })),
    );
    return { files: files.map(({ path }) => path.replace(/^src\/node_modules\//, '')).sort(), links };
  }

  it('are sent with what they depend on, nested first, without what nobody loads', async () => {
    const { files, links } = await collected(['a', 'deep/folder']);
    assert.deepEqual(files, [
      '@s/c/package.json',
      '@s/c/test/main.js',
      'a/index.js',
      'a/lib/test/kept.js',
      'a/node_modules/b/index.js',
      'a/node_modules/b/package.json',
      'a/package.json',
    ]);
    assert.deepEqual(links, []);
  });

  it('are looked up from the importing folder', async () => {
    assert.deepEqual((await collected(['b', 'sub'])).files, ['src/sub/node_modules/b/package.json']);
    assert.deepEqual((await collected(['b', ''])).files, ['b/package.json']);
  });

  it('are linked, not sent, when they lie in the workspace, and never taken from outside', async () => {
    const own = await collected(['own', '']);
    assert.deepEqual(own, { files: [], links: [['/work/src/node_modules/own', '/work/src/packages/own']] });
    assert.deepEqual(await collected(['stray', ''], ['absent', '']), { files: [], links: [] });
  });

  it('are refused when they are too large, and given up when cancelled', async () => {
    writeFiles(workspace, {
      'node_modules/huge/package.json': PACKAGE('huge'),
      'node_modules/huge/data.bin': Buffer.alloc(61_000_000),
    });
    await assert.rejects(collected(['huge', '']), { name: 'UserError', message: /larger than the 60 MB/ });
    const cancelled = collectNodePackages(workspace, [{ name: 'a', folder: '' }], AbortSignal.abort());
    await assert.rejects(cancelled, { name: 'CancelledError' });
  });
});

describe('installed packages of Python', () => {
  const workspace = temporaryFolder('python-packages');
  const site = 'venv/lib/python3.12/site-packages';

  before(() => {
    writeFiles(workspace, {
      [`${site}/yaml/__init__.py`]: '',
      [`${site}/yaml/__init__.pyi`]: '',
      [`${site}/PyYAML-6.0.dist-info/METADATA`]:
        'Name: PyYAML\nRequires-Dist: Helper.Lib>=2\nRequires-Dist: extra-lib ; extra == "more"\n\nRequires-Dist: not-a-header\n',
      [`${site}/PyYAML-6.0.dist-info/RECORD`]:
        'yaml/__init__.py,sha256=x,0\nyaml/__init__.pyi,,\nyaml/__pycache__/__init__.cpython-312.pyc,,\n../../../bin/yaml,,\n/etc/passwd,,\n"PyYAML-6.0.dist-info/METADATA",,\n',
      [`${site}/helper.py`]: '',
      [`${site}/helper_lib-2.0.dist-info/RECORD`]: 'helper.py,,\n',
      [`${site}/extra.py`]: '',
      [`${site}/extra_lib-2.0.dist-info/RECORD`]: 'extra.py,,\n',
      [`${site}/pytest/__init__.py`]: '',
      [`${site}/pytest-9.0.dist-info/RECORD`]: 'pytest/__init__.py,,\n',
      [`${site}/plugin.py`]: '',
      [`${site}/pytest_plugin-1.0.dist-info/RECORD`]: 'plugin.py,,\n',
      [`${site}/pytest_plugin-1.0.dist-info/entry_points.txt`]: '[pytest11]\nplugin = plugin\n',
      [`${site}/pytest_cov/plugin.py`]: '',
      [`${site}/pytest_cov-1.0.dist-info/RECORD`]: 'pytest_cov/plugin.py,,\n',
      [`${site}/pytest_cov-1.0.dist-info/entry_points.txt`]: '[pytest11]\ncov = pytest_cov.plugin\n',
    });
  });

  async function collected(modules: string[], pytest: PytestUse) {
    const files = await collectPythonPackages(workspace, ['', 'none'], new Set(modules), pytest);
    return files.map(({ path }) => path).sort();
  }

  it('are found by the module that is imported, with what they always require', async () => {
    assert.deepEqual(await collected(['yaml', 'os'], 'none'), [
      'site/PyYAML-6.0.dist-info/METADATA',
      'site/helper.py',
      'site/yaml/__init__.py',
    ]);
  });

  it('bring pytest and its plugins, those that spread or measure tests for a script of the project alone', async () => {
    assert.deepEqual(await collected([], 'for results'), ['site/plugin.py', 'site/pytest/__init__.py']);
    assert.deepEqual(await collected([], 'as it is'), [
      'site/plugin.py',
      'site/pytest/__init__.py',
      'site/pytest_cov/plugin.py',
    ]);
  });

  it('are none without a virtual environment', async () => {
    assert.deepEqual(await collectPythonPackages(workspace, ['none'], new Set(['yaml']), 'none'), []);
  });
});

describe('a module that could not be found', () => {
  const manifest =
    '{ "name": "x", "dependencies": { "react": "1" }, "devDependencies": { "@types/vscode": "1", "@types/s__c": "1" } }';
  const sources = (text: string) =>
    new WorkspaceSources([{ path: 'package.json', content: Buffer.from(text) }]);

  it('may be a package when a manifest declares it, or none declares anything', () => {
    for (const specifier of ['react', 'react/jsx-runtime', 'vscode', '@s/c', '@/alias', '~/alias']) {
      assert.equal(mayBeNodePackage(sources(manifest), 'a.js', specifier), true, specifier);
    }
    assert.equal(mayBeNodePackage(sources('{}'), 'a.js', 'anything'), true);
  });

  it('is missing for real when it is a file, or a package that nobody declares', () => {
    for (const specifier of [
      './a',
      '/work/src/a',
      'file:///a',
      'undeclared',
      '@s/undeclared',
      'node:nothing',
    ]) {
      assert.equal(mayBeNodePackage(sources(manifest), 'a.js', specifier), false, specifier);
    }
  });

  it('may be any distribution in Python, unless the workspace has the top of it', async () => {
    const graph = new ImportGraph(
      new WorkspaceSources([{ path: 'pkg/__init__.py', content: Buffer.alloc(0) }]),
    );
    assert.equal(mayBePythonPackage(graph, 'a.py', 'yaml'), true);
    assert.equal(mayBePythonPackage(graph, 'a.py', 'pkg.gone'), false);
  });
});
