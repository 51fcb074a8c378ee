import assert from 'node:assert/strict';
import { runStage } from '../support/productionStage';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { sandbox } from './realEngine';

const NODE_TEST =
  "import { test } from 'node:test';\nimport assert from 'node:assert/strict';\n" +
  "test('a is 1', () => assert.equal(a, 1));\n";

describe('layouts of projects, in a sandbox', function () {
  this.timeout(60_000);

  const outcome = async (files: Record<string, string>, path: string) => {
    const workspace = temporaryFolder('layout');
    writeFiles(workspace, files);
    const { status, reason, tests } = (await runStage(sandbox, workspace, path)).result;
    return [status, reason, tests?.passed];
  };

  it('have packages that import one another by name, paths of a referred tsconfig and names of their own', async () => {
    const files = {
      'package.json': '{ "workspaces": ["packages/*"] }',
      'packages/one/package.json':
        '{ "name": "@me/one", "type": "module", "exports": { "./*": "./lib/*.js" } }',
      'packages/one/lib/a.js': 'export const a = 1;',
      'packages/two/package.json':
        '{ "name": "@me/two", "type": "module", "dependencies": { "@me/one": "*" }, "imports": { "#b": "./b.js" } }',
      'packages/two/b.js': "export { a } from '@me/one/a';",
      'packages/two/test/a.test.js': `import { a } from '#b';\n${NODE_TEST}`,
      'packages/three/tsconfig.json': '{ "files": [], "references": [{ "path": "tsconfig.app.json" }] }',
      'packages/three/tsconfig.app.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
      'packages/three/package.json': '{ "name": "three", "type": "module" }',
      'packages/three/src/c.ts': 'export const a: number = 1;',
      'packages/three/c.test.ts': `import { a } from '@/c';\n${NODE_TEST}`,
    };
    assert.deepEqual(await outcome(files, 'packages/one/lib/a.js'), ['pass', '', 1]);
    assert.deepEqual(await outcome(files, 'packages/three/src/c.ts'), ['pass', '', 1]);
  });

  it('have folders to import from, fixtures in plugins and projects that need one another', async () => {
    const files = {
      'libs/common/pyproject.toml': '[project]\nname = "our-common"\n',
      'libs/common/src/common/a.py': 'def one():\n    return 1\n',
      'api/pyproject.toml':
        '[project]\nname = "api"\ndependencies = ["our_common"]\n[tool.pytest.ini_options]\npythonpath = ["backend"]\n',
      'api/backend/app/b.py': 'from common.a import one\n\n\ndef two():\n    return one() + 1\n',
      'api/conftest.py': 'pytest_plugins = ["tests.plugin"]\n',
      'api/tests/__init__.py': '',
      'api/tests/plugin.py':
        'import pytest\nfrom app.b import two\n\n\n@pytest.fixture\ndef number():\n    return two()\n',
      'api/tests/test_b.py': 'def test_two(number):\n    assert number == 2\n',
    };
    assert.deepEqual(await outcome(files, 'api/backend/app/b.py'), ['pass', '', 1]);
    assert.deepEqual(await outcome(files, 'libs/common/src/common/a.py'), ['pass', '', 1]);
  });
});
