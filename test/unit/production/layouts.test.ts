import assert from 'node:assert/strict';
import { ImportGraph, familyOf } from '../../../src/audit/production/discovery/importGraph';
import { WorkspaceSources } from '../../../src/audit/production/discovery/sources';
import { findTestsOf } from '../../../src/audit/production/discovery/testsOf';

const TEST = "import { test } from 'node:test'; test('x', () => {});";
const PYTEST = 'def test_it(): pass\n';

/** The tests found for `path` in a project of these files; those that only mention it are in brackets. */
async function testsOf(path: string, files: Record<string, string>): Promise<string[]> {
  const sources = new WorkspaceSources(
    Object.entries(files).map(([name, text]) => ({ path: name, content: Buffer.from(text) })),
  );
  const graph = new ImportGraph(sources);
  await graph.build(familyOf(path) ?? 'javascript');
  const { tests } = findTestsOf(path, graph, sources);
  return tests.map((test) => (test.imports ? test.path : `(${test.path})`));
}

/** Each project with the file whose test is to be found, which is the only one and called `check.test.*` or `test_check.py`. */
const PROJECTS: [title: string, path: string, files: Record<string, string>][] = [
  [
    'paths of a tsconfig.json without a baseUrl, several places for one name',
    'src/a.ts',
    {
      'tsconfig.json': '{ "compilerOptions": { "paths": { "~/*": ["./generated/*", "./src/*"] } } }',
      'test/check.test.ts': `${TEST} import '~/a';`,
    },
  ],
  [
    'paths in what a tsconfig.json extends',
    'packages/one/src/a.ts',
    {
      'config/base.json': '{ "compilerOptions": { "paths": { "@one/*": ["../packages/one/src/*"] } } }',
      'packages/one/tsconfig.json': '{ "extends": ["../../config/base.json"] }',
      'packages/one/test/check.test.ts': `${TEST} import '@one/a';`,
    },
  ],
  [
    'paths in a project that a tsconfig.json refers to, as new Vite projects have them',
    'src/a.ts',
    {
      'tsconfig.json':
        '{ "files": [], "references": [{ "path": "./tsconfig.node.json" }, { "path": "./tsconfig.app.json" }] }',
      'tsconfig.node.json': '{ "compilerOptions": {} }',
      'tsconfig.app.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*"] } } }',
      'test/check.test.ts': `${TEST} import '@/a';`,
    },
  ],
  [
    'a baseUrl',
    'src/deep/a.ts',
    {
      'tsconfig.json': '{ "compilerOptions": { "baseUrl": "src" } }',
      'test/check.test.ts': `${TEST} import 'deep/a';`,
    },
  ],
  [
    'imports of package.json, by name, by pattern and under conditions',
    'lib/a.js',
    {
      'package.json':
        '{ "imports": { "#a": { "browser": "./none.js", "node": ["./missing.js", "./lib/a.js"] }, "#lib/*.js": "./lib/*.js" } }',
      'test/check.test.js': `${TEST} import '#a';`,
    },
  ],
  [
    'imports of the nearest package.json alone',
    'packages/one/lib/a.js',
    {
      'package.json': '{ "imports": { "#lib/*": "./elsewhere/*.js" } }',
      'elsewhere/a.js': '',
      'packages/one/package.json': '{ "imports": { "#lib/*": "./lib/*.js" } }',
      'packages/one/check.test.js': `${TEST} import '#lib/a';`,
    },
  ],
  [
    "the package's own name by a pattern of its exports",
    'lib/deep/a.js',
    {
      'package.json': '{ "name": "@me/one", "exports": { "./*": { "import": "./lib/*.js" } } }',
      'test/check.test.js': `${TEST} import '@me/one/deep/a';`,
    },
  ],
  [
    'exports that are conditions alone',
    'lib/main.js',
    {
      'package.json':
        '{ "name": "one", "exports": { "import": "./lib/main.js", "require": "./dist/main.cjs" } }',
      'test/check.test.js': `${TEST} import 'one';`,
    },
  ],
  [
    'exports of a build that is not there, by the sources beside it',
    'packages/one/src/feature.ts',
    {
      'packages/one/package.json':
        '{ "name": "one", "exports": { ".": "./dist/index.js", "./feature": { "types": "./dist/feature.d.ts", "default": "./dist/feature.js" } } }',
      'packages/two/package.json': '{ "name": "two", "dependencies": { "one": "workspace:*" } }',
      'packages/two/check.test.ts': `${TEST} import 'one/feature';`,
    },
  ],
  [
    'a sibling package by its name, through its barrel',
    'packages/one/src/a.ts',
    {
      'package.json': '{ "workspaces": ["packages/*"] }',
      'packages/one/package.json':
        '{ "name": "@me/one", "main": "dist/index.js", "types": "dist/index.d.ts" }',
      'packages/one/src/index.ts': "export { a } from './a';",
      'packages/two/package.json': '{ "name": "@me/two" }',
      'packages/two/check.test.ts': `${TEST} import { a } from '@me/one';`,
    },
  ],
  [
    'a barrel that imports before it exports',
    'src/a.js',
    {
      'src/index.js':
        "import { a } from './a.js';\nimport * as b from './b.js';\n\nexport { a, b };\nexport default { a };\n",
      'src/b.js': '',

      'test/user.test.js': `${TEST} import '../src/a.js';`,
      'test/check.test.js': `${TEST} import { a } from '../src/index.js';`,
    },
  ],
  [
    'a barrel of CommonJS',
    'lib/a.js',
    {
      'lib/index.js':
        "'use strict';\nexports.a = require('./a');\nmodule.exports.b = require('./b').default;\n",
      'lib/b.js': '',

      'test/user.test.js': `${TEST} require('../lib/a')`,
      'test/check.test.js': `${TEST} const { a } = require('../lib')`,
    },
  ],
  [
    'the folder above, which is the workspace',
    'index.js',
    { 'test/check.test.js': `${TEST} require('../');` },
  ],
  ['the folder above without a slash', 'index.js', { 'test/check.test.js': `${TEST} require('..');` }],
  ['a dynamic import', 'a.js', { 'check.test.js': `${TEST} const { a } = await import('./a.js');` }],
  [
    'a require inside of a function',
    'a.js',
    { 'check.test.js': `${TEST} beforeEach(() => { subject = require('./a'); });` },
  ],
  [
    'the real module behind a mock, with its type',
    'a.ts',
    { 'check.test.ts': `${TEST} const real = await vi.importActual<typeof import('./a')>('./a');` },
  ],
  [
    'a module that a mocking library loads',
    'a.js',
    { 'check.test.js': `${TEST} const subject = proxyquire('./a', { fs: {} });` },
  ],
  [
    'names put together from a template',
    'src/rules/a.js',
    { 'check.test.js': `${TEST} for (const name of names) await import(\`./src/rules/\${name}.js\`);` },
  ],
  [
    'a file beside the module by its address',
    'src/a.js',
    { 'check.test.js': `${TEST} new Worker(new URL('./src/a.js', import.meta.url));` },
  ],
  [
    'a src folder',
    'src/pkg/a.py',
    { 'src/pkg/__init__.py': '', 'tests/test_check.py': `from pkg.a import x\n${PYTEST}` },
  ],
  [
    'fixtures of a conftest.py',
    'pkg/a.py',
    {
      'pkg/__init__.py': '',
      'tests/conftest.py': 'from pkg import a',
      'tests/unit/test_check.py': PYTEST,
    },
  ],
  [
    'fixtures of a plugin that a conftest.py names',
    'pkg/a.py',
    {
      'pkg/__init__.py': '',
      'tests/__init__.py': '',
      'tests/fixtures.py': 'from pkg import a',
      'conftest.py': 'pytest_plugins = ["tests.fixtures", "pytest_other"]',
      'tests/test_check.py': PYTEST,
    },
  ],
  [
    'namespace packages',
    'src/ns/one/a.py',
    { 'src/ns/one/b.py': '', 'tests/test_check.py': `from ns.one import a\n${PYTEST}` },
  ],
  [
    'names that packages hand on, with a star and from a package below',
    'pkg/sub/a.py',
    {
      'pkg/__init__.py': 'from .sub import *',
      'pkg/sub/__init__.py': 'from .a import x as x',
      'tests/test_check.py': `from pkg import x\n${PYTEST}`,
    },
  ],
  [
    'tests inside of the package, relative to it',
    'pkg/a.py',
    {
      'pkg/__init__.py': '',
      'pkg/tests/__init__.py': '',
      'pkg/tests/test_check.py': `from .. import a\n${PYTEST}`,
    },
  ],
  [
    'a module that is imported by name, relative to a package',
    'pkg/a.py',
    {
      'pkg/__init__.py': '',
      'tests/test_check.py': `import importlib\nm = importlib.import_module(".a", package="pkg")\n${PYTEST}`,
    },
  ],
  [
    'a module that is run by name',
    'pkg/a.py',
    { 'pkg/__init__.py': '', 'tests/test_check.py': `import runpy\nrunpy.run_module('pkg.a')\n${PYTEST}` },
  ],
  [
    'folders that pytest is told to import from',
    'backend/pkg/a.py',
    {
      'pyproject.toml': '[tool.pytest.ini_options]\npythonpath = ["backend"]\n',
      'backend/pkg/__init__.py': '',
      'tests/test_check.py': `import pkg.a\n${PYTEST}`,
    },
  ],
  [
    'folders that setuptools finds packages in',
    'python/pkg/a.py',
    {
      'setup.cfg': '[options]\npackage_dir =\n    =python\n',
      'python/pkg/__init__.py': '',
      'tests/test_check.py': `import pkg.a\n${PYTEST}`,
    },
  ],
  [
    'a sibling project by the name of its package',
    'libs/common/src/common/a.py',
    {
      'libs/common/pyproject.toml': '[project]\nname = "common"\n',
      'libs/common/src/common/__init__.py': '',
      'services/api/pyproject.toml': '[project]\nname = "api"\ndependencies = ["common>=1"]\n',
      'services/api/tests/test_check.py': `from common.a import x\n${PYTEST}`,
    },
  ],
];

describe('the test of a file is found through', () => {
  for (const [title, path, files] of PROJECTS) {
    it(title, async () => {
      const found = await testsOf(path, { [path]: '', ...files });
      assert.deepEqual(
        found.filter((name) => /(?:^|\/)(?:check\.test\.\w+|test_check\.py)$/.test(name)).length,
        1,
        `found ${found.join(', ') || 'nothing'}`,
      );
    });
  }
});
