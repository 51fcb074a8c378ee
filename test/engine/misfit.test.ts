import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ARM64, elf, MACH_ARM64, X64 } from '../support/machineCode';
import { runStage } from '../support/productionStage';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { sandbox } from './realEngine';

const [OWN, OTHER] = process.arch === 'arm64' ? [ARM64, X64] : [X64, ARM64];

describe('packages of the workspace that do not fit the image', function () {
  this.timeout(60_000);
  const workspace = temporaryFolder('misfit');

  function writeBinary(file: string, content: Buffer): void {
    fs.mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
    fs.writeFileSync(path.join(workspace, file), content);
  }

  before(() => {
    const modules = 'node_modules/native';
    writeFiles(workspace, {
      'package.json': '{"name":"own","dependencies":{"native":"1","other":"1"}}',
      [`${modules}/package.json`]: '{"name":"native","version":"1.0.0"}',
      [`${modules}/index.js`]:
        "try { module.exports = require('./build/native.node'); } catch (error) { if (!globalThis.fallback) throw error; module.exports = {}; }",
      'node_modules/other/package.json': '{"name":"other","version":"1.0.0"}',
      'node_modules/other/index.js': "exports.load = () => require('./build/other.node');",
      'load.js': "require('native');\nexports.one = () => 1;\n",
      'load.test.js': test('load', 1),
      'late.js': "const { load } = require('other');\nexports.one = () => load();\nexports.two = () => 2;\n",
      'late.test.js': test('late', 1),
      'wrong.js': "globalThis.fallback = true;\nrequire('native');\nexports.one = () => 2;\n",
      'wrong.test.js': test('wrong', 1),
      'right.js': "globalThis.fallback = true;\nrequire('native');\nexports.one = () => 1;\n",
      'right.test.js': test('right', 1),
      'requirements.txt': 'extension\n',
      'measure.py': 'from extension import speed\n\n\ndef measure():\n    return speed()\n',
      'test_measure.py': 'from measure import measure\n\n\ndef test_measure():\n    assert measure() == 1\n',
      '.venv/lib/python3.12/site-packages/extension/__init__.py': 'from ._speed import speed\n',
      '.venv/lib/python3.12/site-packages/extension-1.0.dist-info/METADATA':
        'Name: extension\nVersion: 1.0\n',
      '.venv/lib/python3.12/site-packages/extension-1.0.dist-info/RECORD':
        'extension/__init__.py,,\nextension/_speed.cpython-312-aarch64-linux-gnu.so,,\n',
    });
    writeBinary(`${modules}/build/native.node`, MACH_ARM64);
    writeBinary('node_modules/other/build/other.node', elf(OTHER, ['libc.so.6']));
    writeBinary(
      '.venv/lib/python3.12/site-packages/extension/_speed.cpython-312-aarch64-linux-gnu.so',
      elf(OWN, ['libc.so.6']),
    );
  });

  function test(name: string, answer: number): string {
    return (
      `const { test } = require('node:test');\nconst assert = require('node:assert');\nconst { one } = require('./${name}');\n` +
      `test('one', () => assert.equal(one(), ${answer}));\n`
    );
  }

  it('are said to be for another system when the file can not be loaded', async () => {
    const { result } = await runStage(sandbox, workspace, 'load.js');
    assert.equal(result.status, 'not run', result.reason);
    assert.match(result.reason, /the workspace's native is for macOS, and a sandbox runs Linux/);
    assert.match(result.reason, /Install Dependencies for Audits/);
    assert.equal(result.nextStep, 'install-dependencies');
  });

  it('are said to be for another CPU when a test needs them', async () => {
    const { result } = await runStage(sandbox, workspace, 'late.js');
    assert.equal(result.status, 'not run', result.reason);
    assert.match(
      result.reason,
      /the workspace's other is for (?:arm64|x64) CPUs, and the image is for (?:x64|arm64)/,
    );
  });

  it('excuse no failure that is not theirs, and no pass', async () => {
    assert.equal((await runStage(sandbox, workspace, 'wrong.js')).result.status, 'fail');
    assert.equal((await runStage(sandbox, workspace, 'right.js')).result.status, 'pass');
  });

  it('are said to be for another Python', async () => {
    const { result } = await runStage(sandbox, workspace, 'measure.py');
    assert.equal(result.status, 'not run', result.reason);
    assert.match(
      result.reason,
      /the workspace's extension is for Python 3\.12, and the image has Python 3\.11/,
    );
  });
});
