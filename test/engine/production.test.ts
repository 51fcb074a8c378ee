import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import type { StageResult } from '../../src/audit/report';
import { fixture, runStage } from '../support/productionStage';
import { installedRunner } from '../support/runnerProject';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { sandbox } from './realEngine';

async function stageOf(
  project: string,
  file: string,
  options: Parameters<typeof runStage>[3] = {},
): Promise<StageResult> {
  return (await runStage(sandbox, fixture(project), file, options)).result;
}

/** Status, reason and places of the findings: what a user sees first. */
function seen({ status, reason, findings, tests }: StageResult) {
  return {
    status,
    reason,
    tests,
    findings: findings.map(({ ruleId, file, startLine }) => `${ruleId} ${file}:${startLine}`),
  };
}

function passed(counts: { passed: number; skipped?: number }) {
  return {
    status: 'pass',
    reason: '',
    tests: { passed: counts.passed, failed: 0, skipped: counts.skipped ?? 0 },
    findings: [],
  };
}

describe('production stage over JavaScript', function () {
  this.timeout(90_000);

  it('passes a file whose tests pass, and counts skipped tests apart', async () => {
    assert.deepEqual(seen(await stageOf('javascript-esm', 'src/sum.js')), passed({ passed: 2, skipped: 1 }));
  });

  it('passes CommonJS', async () => {
    assert.deepEqual(seen(await stageOf('javascript-cjs', 'lib/stack.js')), passed({ passed: 2 }));
  });

  it('fails with the test and the line of its assertion, and keeps what was printed', async () => {
    const result = await stageOf('javascript-esm', 'src/mean.js');
    assert.deepEqual(seen(result), {
      status: 'fail',
      reason: '1 of 2 tests failed',
      tests: { passed: 1, failed: 1, skipped: 0 },
      findings: ['PR02 test/mean.test.js:7'],
    });
    assert.match(result.findings[0]?.message ?? '', /^Test failed: mean of one number: .*2 !== 4/);
    assert.equal(result.findings[0]?.evidence, 'assert.equal(mean([4]), 4);');
    assert.match(result.output?.stdout ?? '', /looking at the mean/);
  });

  it('runs the unsaved text instead of the file', async () => {
    const unsaved =
      'import { sum } from "./sum.js";\nexport const mean = (numbers) => sum(numbers) / numbers.length;\n';
    assert.deepEqual(
      seen(await stageOf('javascript-esm', 'src/mean.js', { unsaved })),
      passed({ passed: 2 }),
    );
  });

  it('audits a test file by running it', async () => {
    assert.deepEqual(
      seen(await stageOf('javascript-esm', 'test/sum.test.js')),
      passed({ passed: 2, skipped: 1 }),
    );
  });

  it('is no pass when nothing tests the file', async () => {
    const result = await stageOf('javascript-esm', 'src/untested.js');
    assert.deepEqual(seen(result), {
      status: 'not run',
      reason: 'no test reaches this file',
      tests: null,
      findings: [],
    });
    assert.equal(result.nextStep, 'add-test');
  });

  it('is no pass when a test has only the name of the file', async () => {
    const { result, notes } = await runStage(sandbox, fixture('javascript-esm'), 'src/orphan.js');
    assert.equal(result.status, 'not run');
    assert.equal(result.reason, 'no test reaches this file');
    assert.match(notes.join('\n'), /test\/orphan\.test\.js .* never loaded this file/);
  });

  it('is no pass when every test is skipped', async () => {
    const result = await stageOf('javascript-esm', 'src/skipped.js');
    assert.equal(result.status, 'not run');
    assert.equal(result.reason, 'all 2 tests are skipped');
  });

  it('counts a program that its test starts as reached', async () => {
    assert.deepEqual(seen(await stageOf('javascript-esm', 'src/worker.js')), passed({ passed: 1 }));
  });

  it('is not kept by servers and timers', async () => {
    assert.deepEqual(seen(await stageOf('javascript-esm', 'src/server.js')), passed({ passed: 1 }));
  });

  it('fails a file that throws, has a syntax error or misses a module, at its line', async () => {
    const places = async (project: string, file: string) => {
      const { status, findings } = seen(await stageOf(project, file));
      return [status, ...findings];
    };
    assert.deepEqual(await places('javascript-esm', 'src/throws.js'), ['fail', 'PR01 src/throws.js:3']);
    assert.deepEqual(await places('javascript-esm', 'src/syntax.js'), ['fail', 'PR01 src/syntax.js:3']);
    assert.deepEqual(await places('javascript-esm', 'src/missing.js'), ['fail', 'PR01 src/missing.js:1']);
    assert.deepEqual(await places('javascript-cjs', 'lib/syntax.js'), ['fail', 'PR01 lib/syntax.js:4']);
  });

  it('fails for a test file that can not start', async () => {
    const { status, findings } = seen(await stageOf('javascript-esm', 'src/unstartable.js'));
    assert.deepEqual([status, findings], ['fail', ['PR03 test/unstartable.test.js:2']]);
  });

  it('asks for packages that are not installed, and says when a browser is needed', async () => {
    const needy = await stageOf('javascript-esm', 'src/imports-package.js');
    assert.equal(
      needy.reason,
      'it needs some-package-nobody-declared, which is not installed in the workspace',
    );
    assert.deepEqual([needy.status, needy.nextStep], ['not run', 'install-dependencies']);
    const page = await stageOf('javascript-esm', 'src/dom.js');
    assert.deepEqual(
      [page.status, page.reason],
      ['not run', 'it needs a browser to load: document is not defined'],
    );
  });

  it('is not taken in by process.exit(0) in a test', async () => {
    const result = await stageOf('javascript-esm', 'src/quits.js');
    assert.equal(result.status, 'not run');
    assert.match(result.reason, /the code may end the process itself/);
  });

  it('fails a test although the file under test replaces the assertions', async () => {
    const workspace = temporaryFolder('patched');
    writeFiles(workspace, {
      'twice.js':
        "const assert = require('node:assert');\nassert.equal = () => {};\nexports.twice = (x) => x;\n",
      'twice.test.js':
        "const test = require('node:test');\nconst assert = require('node:assert');\n" +
        "const { twice } = require('./twice');\ntest('twice', () => assert.equal(twice(2), 4));\n",
    });
    const { result } = await runStage(sandbox, workspace, 'twice.js');
    assert.deepEqual([result.status, result.tests], ['fail', { passed: 0, failed: 1, skipped: 0 }]);
  });

  it('is not run where an ignored file is imported', async () => {
    const workspace = temporaryFolder('ignored');
    writeFiles(workspace, {
      '.gitignore': 'generated.js\n',
      'generated.js': 'exports.x = 1;\n',
      'uses.js': "exports.x = require('./generated').x;\n",
    });
    const { result } = await runStage(sandbox, workspace, 'uses.js');
    assert.deepEqual(
      [result.status, result.reason],
      ['not run', 'it needs generated.js, which is not sent to the sandbox (an ignore file names it)'],
    );
  });

  it('names the limit that ended a load, a test and a flood', async () => {
    const limits = { timeoutMs: 5000 };
    const load = await stageOf('javascript-esm', 'src/endless.js', { limits });
    assert.deepEqual([load.status, load.reason], ['not run', 'the file did not finish loading within 2.5 s']);
    const test = await stageOf('javascript-esm', 'src/loop.js', { limits });
    assert.deepEqual([test.status, test.reason], ['not run', 'the tests did not finish within 3 s']);
    const flood = await stageOf('javascript-esm', 'src/flood.js');
    assert.equal(flood.status, 'not run');
    assert.match(flood.reason, /output limit/);
    assert.equal(flood.nextStep, 'raise-limit');
  });

  it('names a runner it can not use yet', async () => {
    const workspace = temporaryFolder('ava');
    writeFiles(workspace, {
      'id.js': 'export const id = (value) => value;\n',
      'id.test.js':
        "import test from 'ava';\nimport { id } from './id.js';\ntest('id', (t) => t.is(id(1), 1));\n",
      'package.json': '{ "type": "module" }',
    });
    const { result } = await runStage(sandbox, workspace, 'id.js');
    assert.equal(result.status, 'not run');
    assert.match(
      result.reason,
      /^these tests use ava, which Seaworthy does not run yet; the runner "script" can/,
    );
  });

  it('rejects when it is cancelled', async () => {
    await assert.rejects(stageOf('javascript-esm', 'src/loop.js', { signal: AbortSignal.timeout(1500) }), {
      name: 'CancelledError',
    });
  });
});

describe('production stage over TypeScript and JSX', function () {
  this.timeout(60_000);

  it('runs enums, namespaces, parameter properties, path aliases and imports of types', async () => {
    assert.deepEqual(seen(await stageOf('typescript', 'src/shapes/square.ts')), passed({ passed: 4 }));
  });

  it('keeps the lines of the source, through a file that hands names on', async () => {
    const { status, findings } = seen(await stageOf('typescript', 'src/shapes/circle.ts'));
    assert.deepEqual([status, findings], ['fail', ['PR02 test/shapes.test.ts:8']]);
  });

  it('fails what does not load, at its line', async () => {
    const crash = seen(await stageOf('typescript', 'src/crash.ts'));
    assert.deepEqual([crash.status, crash.findings], ['fail', ['PR01 src/crash.ts:6']]);
    const syntax = seen(await stageOf('typescript', 'src/syntax.ts'));
    assert.deepEqual([syntax.status, syntax.findings], ['fail', ['PR01 src/syntax.ts:2']]);
  });

  it('has nothing to run in declarations, and nothing reached in a file of types', async () => {
    assert.equal(
      (await stageOf('typescript', 'src/globals.d.ts')).reason,
      'type declarations have nothing to run',
    );
    assert.equal((await stageOf('typescript', 'src/shapes/types.ts')).reason, 'no test reaches this file');
  });

  it('says when the top level waits for ever', async () => {
    const result = await stageOf('typescript', 'src/never.ts');
    assert.equal(result.status, 'not run');
    assert.match(result.reason, /never finishes loading/);
  });

  it('runs a component with styles and pictures, in .tsx and in .js', async () => {
    assert.deepEqual(seen(await stageOf('component', 'src/Button.tsx')), passed({ passed: 1 }));
    assert.deepEqual(seen(await stageOf('component', 'src/badge.js')), passed({ passed: 1 }));
  });
});

describe('production stage with mocha', function () {
  this.timeout(180_000);
  let workspace: string;

  before('mocha is installed into a copy of the project', () => {
    workspace = installedRunner('mocha');
    cpSync(fixture('mocha'), workspace, { recursive: true });
  });

  it('honours its configuration and counts a test without a body as still to be written', async () => {
    const { result } = await runStage(sandbox, workspace, 'lib/greet.js');
    assert.deepEqual([result.status, result.tests], ['pass', { passed: 1, failed: 0, skipped: 0, todo: 1 }]);
  });

  it('fails with each failed test, one that hangs among them', async () => {
    const { result } = await runStage(sandbox, workspace, 'lib/shout.js');
    assert.deepEqual(seen(result), {
      status: 'fail',
      reason: '2 of 3 tests failed',
      tests: { passed: 1, failed: 2, skipped: 0 },
      findings: ['PR02 test/shout.test.js:5', 'PR02 test/shout.test.js:6'],
    });
  });

  it('is not taken in by process.exit(0) in a test', async () => {
    const { result } = await runStage(sandbox, workspace, 'lib/quits.js');
    assert.equal(result.status, 'not run');
    assert.match(result.reason, /the code may end the process itself/);
  });

  it('fails for a test file that can not be loaded', async () => {
    const { result } = await runStage(sandbox, workspace, 'lib/late.js');
    assert.deepEqual([result.status, ...seen(result).findings], ['fail', 'PR03 test/late.test.js:3']);
  });

  it('asks for mocha where it is not installed', async () => {
    const result = await stageOf('mocha', 'lib/greet.js');
    assert.deepEqual(
      [result.status, result.reason],
      ['not run', 'these tests use mocha, which is not installed in the workspace'],
    );
    assert.equal(result.nextStep, 'install-dependencies');
  });
});

describe('production stage with packages behind links', function () {
  this.timeout(60_000);
  const workspace = temporaryFolder('links');

  it('finds what a package manager stores once and links', async function () {
    writeFiles(workspace, {
      'package.json': '{ "name": "linked", "dependencies": { "outer": "1.0.0" } }',
      'use.js': "exports.value = require('outer').value;",
      'use.test.js':
        "const { test } = require('node:test'); const { value } = require('./use'); test('v', () => { if (value !== 'inner') throw new Error(value); });",
      'node_modules/.pnpm/outer@1.0.0/node_modules/outer/package.json':
        '{ "name": "outer", "version": "1.0.0", "dependencies": { "inner": "1.0.0" } }',
      'node_modules/.pnpm/outer@1.0.0/node_modules/outer/index.js': "exports.value = require('inner');",
      'node_modules/.pnpm/inner@1.0.0/node_modules/inner/package.json':
        '{ "name": "inner", "version": "1.0.0" }',
      'node_modules/.pnpm/inner@1.0.0/node_modules/inner/index.js': "module.exports = 'inner';",
    });
    const { symlinkSync } = await import('node:fs');
    symlinkSync('.pnpm/outer@1.0.0/node_modules/outer', `${workspace}/node_modules/outer`);
    symlinkSync(
      '../../inner@1.0.0/node_modules/inner',
      `${workspace}/node_modules/.pnpm/outer@1.0.0/node_modules/inner`,
    );
    const { result } = await runStage(sandbox, workspace, 'use.js');
    assert.deepEqual(seen(result), passed({ passed: 1 }));
  });
});
