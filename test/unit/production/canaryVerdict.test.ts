import assert from 'node:assert/strict';
import { doubtByCanaries } from '../../../src/audit/production/canaryVerdict';
import type { CanaryRecord } from '../../../src/audit/production/harness/records';
import { parseReport } from '../../../src/audit/production/report/parseReport';
import { createKey, wordOf } from '../../../src/audit/production/report/signatures';

describe("what the harness's own tests tell", () => {
  const key = createKey();
  const own = (): [CanaryRecord, CanaryRecord, CanaryRecord] => {
    const message = `1 !== ${wordOf(key, 'reason')}`;
    return [
      { type: 'canary', name: wordOf(key, 'pass'), status: 'passed' },
      { type: 'canary', name: 'a twin', status: 'failed', message },
      { type: 'canary', name: wordOf(key, 'fail'), status: 'failed', message },
    ];
  };
  const doubt = (change: (canaries: ReturnType<typeof own>) => CanaryRecord[]) => {
    const report = { ...parseReport(undefined), canaries: change(own()) };
    const step = { name: '', exitCode: 0, timedOut: false, stdout: '', stderr: '' };
    return doubtByCanaries(
      {
        ...{ runner: 'mocha', folder: '', files: [], importing: new Set<string>() },
        ...{ step, report, key },
      },
      new Set(),
    );
  };

  it('is nothing when they end as they must', () => {
    assert.equal(
      doubt((all) => all),
      undefined,
    );
    assert.equal(
      doubt(([pass, , fail]) => [pass, fail]),
      undefined,
    );
  });

  it('is that the run ended before them', () => {
    const missing = 'checks that run after all tests are missing';
    assert.equal(
      doubt(() => []),
      missing,
    );
    assert.equal(
      doubt(([, ...rest]) => rest),
      missing,
    );
    assert.equal(
      doubt(([pass, twin]) => [pass, twin]),
      missing,
    );
    assert.equal(
      doubt(([pass, , fail]) => [pass, { ...fail, name: wordOf(createKey(), 'fail') }]),
      missing,
    );
  });

  it('is that failures do not show', () => {
    const spared = /^a check made to fail did not/;
    assert.match(doubt(([pass, twin, fail]) => [pass, twin, { ...fail, status: 'passed' }]) ?? '', spared);
    assert.match(doubt(([pass, twin, fail]) => [pass, { ...twin, status: 'skipped' }, fail]) ?? '', spared);
    assert.match(doubt(([pass, twin, fail]) => [pass, twin, { ...fail, message: 'other' }]) ?? '', spared);
  });

  it('is that nothing can pass', () => {
    const broken = doubt(([pass, ...rest]) => [{ ...pass, status: 'failed', message: 'no' }, ...rest]);
    assert.equal(broken, "a check that can't fail did not pass (no)");
  });
});
