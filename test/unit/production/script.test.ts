import assert from 'node:assert/strict';
import { ImportGraph } from '../../../src/audit/production/discovery/importGraph';
import { WorkspaceSources } from '../../../src/audit/production/discovery/sources';
import { findProjectScript } from '../../../src/audit/production/script/projectScript';
import { SCRIPT_STEP } from '../../../src/audit/production/script/planScript';
import { judgeScript } from '../../../src/audit/production/script/scriptVerdict';
import type { ScriptEvidence } from '../../../src/audit/production/script/scriptVerdict';
import type { SandboxStepResult } from '../../../src/sandbox/sandbox';

function scriptOf(path: string, files: Record<string, string>, wanted = '') {
  const sources = new WorkspaceSources(
    Object.entries(files).map(([name, text]) => ({ path: name, content: Buffer.from(text) })),
  );
  return findProjectScript(path, wanted, sources, new ImportGraph(sources));
}

describe('the test script of a project', () => {
  it('is that of the nearest package.json that has one, with what npm runs around it', () => {
    const files = {
      'package.json': '{ "scripts": { "pretest": "lint", "test": "tap", "posttest": "tidy" } }',
      'lib/package.json': '{ "scripts": { "test": "echo \\"Error: no test specified\\" && exit 1" } }',
      'own/package.json': '{ "scripts": { "test": "ava" } }',
    };
    assert.deepEqual(scriptOf('lib/a.js', files), {
      command: 'lint && tap && tidy',
      folder: '',
      manifest: 'package.json',
    });
    assert.deepEqual(scriptOf('own/a.js', files), {
      command: 'ava',
      folder: 'own',
      manifest: 'own/package.json',
    });
    assert.equal(scriptOf('a.js', {}), undefined);
  });

  it('is that of the settings first, and of no package.json for Python', () => {
    const files = {
      'package.json': '{ "scripts": { "test": "ava" } }',
      'api/pyproject.toml': '',
      'api/a.py': '',
    };
    assert.equal(scriptOf('api/a.py', files), undefined);
    assert.deepEqual(scriptOf('api/a.py', files, ' tox '), {
      command: 'tox',
      folder: 'api',
      manifest: undefined,
    });
    assert.equal(scriptOf('a.js', files, 'make test')?.command, 'make test');
  });
});

describe('the verdict of a test script', () => {
  const judge = (step: Partial<SandboxStepResult>, more: Partial<ScriptEvidence> = {}) =>
    judgeScript({
      file: 'a.js',
      script: { command: 'tap', folder: '', manifest: 'package.json' },
      ended: {
        end: 'finished',
        detail: '',
        steps: [{ name: SCRIPT_STEP, exitCode: 0, timedOut: false, stdout: '', stderr: '', ...step }],
      },
      timeoutMs: 28_000,
      mayBePackage: (_, specifier) => !specifier.startsWith('.'),
      notSent: { module: () => undefined, path: () => undefined },
      text: () => '{\n  "scripts": {\n    "test": "tap" } }',
      ...more,
    });

  it('is never a pass: an exit code of 0 is inconclusive, and says why', () => {
    const { status, reason, tests } = judge({ exitCode: 0, stdout: 'all 7 tests passed' });
    assert.deepEqual([status, tests], ['not run', null]);
    assert.match(reason, /^inconclusive: .*only an exit code.*how many tests ran/);
  });

  it('is a failure for any other, at the script, in the words that speak of it', () => {
    const { status, reason, findings } = judge({
      exitCode: 3,
      stdout: 'ok 1\nAssertionError: 1 is not 2\n  }\n}\n',
    });
    assert.deepEqual([status, reason], ['fail', "the project's test script failed with exit code 3"]);
    assert.deepEqual(
      findings.map(({ ruleId, file, startLine, message }) => [ruleId, file, startLine, message]),
      [
        [
          'PR04',
          'package.json',
          3,
          "The project's test script failed with exit code 3: AssertionError: 1 is not 2",
        ],
      ],
    );
  });

  it('is not run where the sandbox lacks a program, a package or a file, or ended early', () => {
    const program = judge({ exitCode: 127, stderr: 'sh: 1: tap: not found' });
    assert.deepEqual([program.status, program.nextStep], ['not run', 'install-dependencies']);
    assert.match(program.reason, /tap: not found/);
    const missing = judge({ exitCode: 1, stderr: "Error: Cannot find module 'left'\n" });
    assert.deepEqual([missing.status, missing.nextStep], ['not run', 'install-dependencies']);
    const own = judge({ exitCode: 1, stderr: "Error: Cannot find module './left'\n" });
    assert.equal(own.status, 'fail');
    const file = judge(
      { exitCode: 1, stderr: 'ENOENT' },
      { notSent: { module: () => undefined, path: () => '.env, which is not sent' } },
    );
    assert.deepEqual(
      [file.status, file.reason],
      ['not run', 'the test script needs .env, which is not sent'],
    );
    assert.equal(judge({ exitCode: undefined }).status, 'not run');
    assert.match(judge({ exitCode: 137, timedOut: true }).reason, /did not finish within 28 s/);
    const early = judge({}, { ended: { end: 'out-of-memory', detail: 'Memory ran out.', steps: [] } });
    assert.deepEqual([early.status, early.reason], ['not run', 'memory ran out']);
  });
});
