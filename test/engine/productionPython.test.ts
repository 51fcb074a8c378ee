import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import type { StageResult } from '../../src/audit/report';
import { fixture, runStage } from '../support/productionStage';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { sandbox } from './realEngine';

async function stageOf(project: string, file: string): Promise<StageResult> {
  return (await runStage(sandbox, fixture(project), file)).result;
}

function seen({ status, reason, findings, tests }: StageResult) {
  return {
    status,
    reason,
    tests,
    findings: findings.map(({ ruleId, file, startLine }) => `${ruleId} ${file}:${startLine}`),
  };
}

describe('production stage with pytest', function () {
  this.timeout(60_000);

  it('passes a module of a src layout that its tests reach through a fixture', async () => {
    assert.deepEqual(seen(await stageOf('pytest', 'src/harbour/ships.py')), {
      status: 'pass',
      reason: '',
      tests: { passed: 3, failed: 0, skipped: 1 },
      findings: [],
    });
  });

  it('fails with the test and the line of its assertion, TestCase classes included in the count', async () => {
    const result = await stageOf('pytest', 'src/harbour/dues.py');
    assert.deepEqual(seen(result), {
      status: 'fail',
      reason: '1 of 3 tests failed',
      tests: { passed: 2, failed: 1, skipped: 0 },
      findings: ['PR02 tests/test_dues.py:10'],
    });
    assert.match(result.findings[0]?.message ?? '', /test_dues_are_four_per_tonne: .*6 == 8/);
    assert.match(result.output?.stdout ?? '', /counting dues/);
  });

  it('fails what does not load, at its line', async () => {
    const places = async (file: string) =>
      (({ status, findings }) => [status, ...findings])(seen(await stageOf('pytest', file)));
    assert.deepEqual(await places('src/harbour/crash.py'), ['fail', 'PR01 src/harbour/crash.py:3']);
    assert.deepEqual(await places('src/harbour/syntax.py'), ['fail', 'PR01 src/harbour/syntax.py:2']);
    assert.deepEqual(await places('src/harbour/missing.py'), ['fail', 'PR01 src/harbour/missing.py:1']);
    assert.deepEqual(await places('src/harbour/broken.py'), ['fail', 'PR03 tests/test_broken.py:1']);
  });

  it('asks for packages that are not installed', async () => {
    const result = await stageOf('pytest', 'src/harbour/needs.py');
    assert.equal(
      result.reason,
      'it needs requests_that_is_not_there, which is not installed in the workspace',
    );
    assert.deepEqual([result.status, result.nextStep], ['not run', 'install-dependencies']);
  });

  it('is no pass when a test has only the name of the module', async () => {
    const result = await stageOf('pytest', 'src/harbour/lonely.py');
    assert.deepEqual([result.status, result.reason], ['not run', 'no test reaches this file']);
  });

  it('is not taken in by os._exit(0) in a test', async () => {
    const result = await stageOf('pytest', 'src/harbour/quits.py');
    assert.equal(result.status, 'not run');
    assert.match(result.reason, /the code may end the process itself/);
  });

  describe('with a failing test', () => {
    const failing = 'from twice import twice\n\n\ndef test_twice():\n    assert twice(2) == 4\n';
    const judged = async (files: Record<string, string>) => {
      const workspace = temporaryFolder('lies');
      writeFiles(workspace, {
        'twice.py': 'def twice(x):\n    return x\n',
        'test_twice.py': failing,
        ...files,
      });
      const { status, reason } = (await runStage(sandbox, workspace, 'twice.py')).result;
      return reason === '' ? status : `${status}: ${reason}`;
    };
    const fails = 'fail: its only test failed';

    it('fails although a hook of the project makes a pass of it', async () => {
      const hook =
        'import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport():\n' +
        "    report = (yield).get_result()\n    report.outcome, report.longrepr = 'passed', None\n";
      assert.equal(await judged({ 'conftest.py': hook }), fails);
    });

    it('fails although the configuration leaves the test out', async () => {
      const ini = '[pytest]\naddopts = --deselect test_twice.py::test_twice --ignore=test_twice.py\n';
      assert.equal(await judged({ 'pytest.ini': ini }), fails);
    });

    it('is no pass when pytest is told to stop before it', async () => {
      const first = 'import pytest\nfrom twice import twice\n\n\ndef test_a():\n    assert twice(0) == 0\n';
      const stop =
        "\n\ndef test_b():\n    pytest.exit('enough', returncode=0)\n\n\ndef test_c():\n    assert twice(2) == 4\n";
      assert.match(
        await judged({ 'test_twice.py': first + stop }),
        /^not run: inconclusive: test_twice\.py ended before all/,
      );
    });

    it('is no pass when the assertions of TestCase are replaced', async () => {
      const swapped =
        'import unittest\nfrom twice import twice\n\nunittest.TestCase.assertEqual = lambda *_: None\n';
      const cases =
        '\n\nclass Twice(unittest.TestCase):\n    def test_twice(self):\n        self.assertEqual(twice(2), 4)\n';
      assert.match(await judged({ 'test_twice.py': swapped + cases }), /^not run: .* TestCase\.assertEqual$/);
      assert.match(
        await judged({ 'test_twice.py': `import pytest\n${swapped}${cases}` }),
        /^not run: .* TestCase\.assertEqual$/,
      );
    });
  });

  it('uses the packages of a virtual environment in the workspace', async () => {
    const workspace = temporaryFolder('venv');
    const site = '.venv/lib/python3.11/site-packages';
    writeFiles(workspace, {
      'knots.py': 'import sealib\n\n\ndef knots(speed):\n    return sealib.factor * speed\n',
      'test_knots.py': 'from knots import knots\n\n\ndef test_knots():\n    assert knots(2) == 6\n',
      [`${site}/sealib/__init__.py`]: 'from deeplib import factor\n',
      [`${site}/deeplib.py`]: 'factor = 3\n',
      [`${site}/Sea_Lib-1.0.dist-info/METADATA`]: 'Name: Sea-Lib\nRequires-Dist: deep.lib (>=1)\n\nText\n',
      [`${site}/Sea_Lib-1.0.dist-info/RECORD`]: 'sealib/__init__.py,,\nSea_Lib-1.0.dist-info/METADATA,,\n',
      [`${site}/deep_lib-1.0.dist-info/METADATA`]: 'Name: deep-lib\n\n',
      [`${site}/deep_lib-1.0.dist-info/RECORD`]: 'deeplib.py,,\n../../../bin/deep,,\n',
    });
    const { result } = await runStage(sandbox, workspace, 'knots.py');
    assert.deepEqual([result.status, result.tests], ['pass', { passed: 1, failed: 0, skipped: 0 }]);
  });

  it('does not let a module of the project take the place of the standard library', async () => {
    const workspace = temporaryFolder('shadow');
    cpSync(fixture('pytest'), workspace, { recursive: true });
    writeFiles(workspace, {
      'src/types.py': 'KIND = "ours"\n',
      'src/json.py': 'raise RuntimeError("the wrong json")\n',
    });
    const { result } = await runStage(sandbox, workspace, 'src/types.py');
    assert.deepEqual([result.status, result.reason], ['not run', 'no test reaches this file']);
  });
});

describe('production stage without pytest', function () {
  this.timeout(60_000);
  // The images of the tests bring pytest; this hides it as if they did not.
  const hidden = { 'pytest.py': 'raise ImportError("hidden")\n' };

  it('asks for pytest where a test needs it', async () => {
    const workspace = temporaryFolder('no-pytest');
    cpSync(fixture('pytest'), workspace, { recursive: true });
    writeFiles(workspace, hidden);
    const { result } = await runStage(sandbox, workspace, 'src/harbour/dues.py');
    assert.equal(result.status, 'not run');
    assert.match(result.reason, /^pytest is not installed: it is neither in the sandbox's image nor in/);
    assert.equal(result.nextStep, 'install-dependencies');
  });

  it('runs TestCase classes of a project that uses pytest under unittest', async () => {
    const workspace = temporaryFolder('no-pytest');
    cpSync(fixture('unittest'), workspace, { recursive: true });
    writeFiles(workspace, { ...hidden, 'requirements.txt': 'pytest\n' });
    const { result } = await runStage(sandbox, workspace, 'app/queue.py');
    assert.deepEqual([result.status, result.tests], ['pass', { passed: 2, failed: 0, skipped: 1 }]);
    assert.doesNotMatch(result.output?.stdout ?? '', /passed in/);
  });
});

describe('production stage with unittest', function () {
  this.timeout(60_000);

  it('passes, and only imports a module that could be run', async () => {
    assert.deepEqual(seen(await stageOf('unittest', 'app/queue.py')), {
      status: 'pass',
      reason: '',
      tests: { passed: 2, failed: 0, skipped: 1 },
      findings: [],
    });
  });

  it('fails with each failed test once, subtests included', async () => {
    assert.deepEqual(seen(await stageOf('unittest', 'app/slow.py')), {
      status: 'fail',
      reason: '2 of 2 tests failed',
      tests: { passed: 0, failed: 2, skipped: 0 },
      findings: ['PR02 tests/test_slow.py:8', 'PR02 tests/test_slow.py:13'],
    });
  });
});
