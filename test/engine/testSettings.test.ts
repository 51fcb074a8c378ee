import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import * as path from 'node:path';
import { runStage } from '../support/productionStage';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { sandbox } from './realEngine';

describe('how tests are found and run, by the settings', function () {
  this.timeout(60_000);

  it('runs the test script of the project with the packages that it declares, and never passes by it', async () => {
    const workspace = temporaryFolder('script');
    const program = '#!/usr/bin/env node\nprocess.exit(require("checks-of-ours"));\n';
    writeFiles(workspace, {
      'package.json':
        '{ "scripts": { "pretest": "node src/a.js", "test": "check" }, "devDependencies": { "checker": "1" } }',
      'src/a.js': 'exports.one = 1;',
      'node_modules/checker/package.json':
        '{ "name": "checker", "bin": { "check": "./cli.js" }, "dependencies": { "checks-of-ours": "1" } }',
      'node_modules/checker/cli.js': program,
      'node_modules/checks-of-ours/index.js': 'module.exports = 0;',
    });
    chmodSync(path.join(workspace, 'node_modules/checker/cli.js'), 0o755);
    const run = async () =>
      (await runStage(sandbox, workspace, 'src/a.js', { testing: { runner: 'script' } })).result;
    const { status, reason, tests, runners } = await run();
    assert.deepEqual([status, tests], ['not run', null]);
    assert.match(reason, /^inconclusive: the test script ended well, but that is only an exit code/);
    assert.match(runners?.[0]?.why ?? '', /"test" of package\.json: node src\/a\.js && check/);
    writeFiles(workspace, { 'node_modules/checks-of-ours/index.js': 'module.exports = 4;' });
    const failed = await run();
    assert.deepEqual(
      [failed.status, failed.reason],
      ['fail', "the project's test script failed with exit code 4"],
    );
  });

  it('runs all tests when asked to, counts those that load the file, and tells of the others', async () => {
    const workspace = temporaryFolder('all');
    const test = "const { test } = require('node:test'); const assert = require('node:assert');\n";
    writeFiles(workspace, {
      'src/a.js': 'exports.one = 1;',
      'test/hidden.test.js': `${test}test('by a computed name', () => assert.equal(require('../src/' + 'a').one, 1));`,
      'test/other.test.js': `${test}test('of something else', () => assert.fail());`,
    });
    const related = await runStage(sandbox, workspace, 'src/a.js');
    assert.equal(related.result.reason, 'no test reaches this file');
    const { result, notes } = await runStage(sandbox, workspace, 'src/a.js', { testing: { tests: 'all' } });
    assert.deepEqual([result.status, result.tests], ['pass', { passed: 1, failed: 0, skipped: 0 }]);
    assert.deepEqual(
      result.runners?.map(({ name, tests }) => [name, tests.length]),
      [['node:test', 2]],
    );
    assert.match(
      notes.join(),
      /test\/other\.test\.js was run, but never loaded this file.*Tests failed in it/,
    );
  });
});
