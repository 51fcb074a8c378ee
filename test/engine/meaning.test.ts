import assert from 'node:assert/strict';
import { runStage } from '../support/productionStage';
import { installedRunner } from '../support/runnerProject';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { sandbox } from './realEngine';

describe('what a run means', function () {
  this.timeout(120_000);

  it('is said of pytest: options that choose tests, expected failures and passes nobody expected', async () => {
    const workspace = temporaryFolder('meaning');
    writeFiles(workspace, {
      'pytest.ini': '[pytest]\naddopts = -q -k one --deselect test_a.py::test_two -x\n',
      'a.py': 'def one():\n    return 1\n',
      'test_a.py':
        'import pytest\nfrom a import one\n\n\ndef test_one():\n    assert one() == 1\n\n\ndef test_two():\n    assert one() + 1 == 2\n\n\n' +
        '@pytest.mark.xfail\ndef test_three():\n    assert one() == 3\n\n\n@pytest.mark.xfail\ndef test_four():\n    assert one() == 1\n\n\n' +
        '@pytest.mark.skip\ndef test_five():\n    pass\n',
    });
    const { result, notes } = await runStage(sandbox, workspace, 'a.py');
    assert.deepEqual([result.status, result.reason], ['pass', '']);
    assert.deepEqual(result.tests, { passed: 2, failed: 0, skipped: 2, expectedFailures: 1 });
    assert.match(
      notes.join('\n'),
      /settings of pytest: -k one, --deselect test_a\.py::test_two, -x not followed/,
    );
  });

  it('is said of mocha and node:test: filters, retries, flaky tests and those still to be written', async () => {
    const workspace = installedRunner('mocha');
    writeFiles(workspace, {
      '.mocharc.json': '{ "retries": 2, "grep": "nothing", "bail": true }',
      'lib/luck.cjs': 'let times = 0;\nexports.luck = () => ++times > 1;\n',
      'test/luck.test.cjs':
        "const assert = require('assert');\nconst { luck } = require('../lib/luck.cjs');\n" +
        "it('is lucky', () => assert.ok(luck()));\nit('is there', () => assert.equal(typeof luck, 'function'));\nit('is written one day');\n",
      'test/luck.node.test.cjs':
        "const { test } = require('node:test');\nrequire('../lib/luck.cjs');\ntest('open', { todo: true }, () => {});\n",
    });
    const { result, notes } = await runStage(sandbox, workspace, 'lib/luck.cjs');
    assert.deepEqual([result.status, result.reason, ...result.findings], ['pass', '']);
    assert.deepEqual(result.tests, { passed: 1, failed: 0, skipped: 0, todo: 2, flaky: 1 });
    assert.match(notes.join('\n'), /settings of mocha: bail , grep \("nothing"\) not followed/);
    assert.match(notes.join('\n'), /settings of mocha: retries \(2\): a test that fails is run again/);
    assert.match(notes.join('\n'), /Flaky: "is lucky" in test\/luck\.test\.cjs passed only .* the 2nd time/);
  });

  it('is said of jest: tests expected to fail, and a file whose tests pass by luck alone', async () => {
    const workspace = installedRunner('jest-30');
    writeFiles(workspace, {
      'jest.config.js': 'module.exports = { bail: 1, passWithNoTests: true };\n',
      'luck.js': 'let times = 0;\nexports.luck = () => ++times > 2;\n',
      'luck.test.js':
        "const { luck } = require('./luck');\njest.retryTimes(3);\n" +
        "test('is lucky', () => expect(luck()).toBe(true));\n" +
        "describe('with a name', () => test.failing('is wrong', () => expect(1).toBe(2)));\ntest.todo('later');\n",
    });
    const { result, notes } = await runStage(sandbox, workspace, 'luck.js');
    assert.deepEqual(
      [result.status, result.reason],
      ['not run', 'its tests passed only when they were run again'],
    );
    assert.deepEqual(result.tests, {
      passed: 0,
      failed: 0,
      skipped: 0,
      todo: 1,
      expectedFailures: 1,
      flaky: 1,
    });
    assert.match(notes.join('\n'), /settings of jest: bail \(1\), passWithNoTests/);
  });
});
