import assert from 'node:assert/strict';
import type { HarnessRecord } from '../../../src/audit/production/harness/records';
import { decideProduction } from '../../../src/audit/production/verdict';
import { complete, evidence, run, test } from '../../support/evidence';

describe('tests that count', () => {
  it('are those that passed or failed, and the others are counted apart, and passes by none of them', () => {
    const only = (...tests: HarnessRecord[]) =>
      decideProduction(evidence({ runs: [run(complete(...tests))] }));
    const flaky = test('passed', { name: 'lucky', tries: 3 });
    const mixed = only(
      test('passed'),
      flaky,
      test('skipped', { kind: 'todo' }),
      test('skipped', { kind: 'expected failure' }),
      test('skipped'),
    );
    assert.deepEqual(
      [mixed.status, mixed.tests],
      ['pass', { passed: 1, failed: 0, skipped: 1, todo: 1, expectedFailures: 1, flaky: 1 }],
    );
    assert.match(
      mixed.notes.join(),
      /Flaky: "lucky" in a\.test\.js passed only when it was run for the 3rd time/,
    );
    const reason = (record: HarnessRecord) => [only(record).status, only(record).reason];
    assert.deepEqual(reason(flaky), ['not run', 'its tests passed only when they were run again']);
    assert.deepEqual(reason(test('skipped', { kind: 'todo' })), [
      'not run',
      'its tests are still to be written',
    ]);
    assert.deepEqual(reason(test('skipped', { kind: 'expected failure' })), [
      'not run',
      'its tests fail as they are expected to',
    ]);
  });

  it('come with what of the configuration changes what a run means', () => {
    const told: HarnessRecord = { type: 'configuration', message: 'bail not followed' };
    const { status, notes } = decideProduction(
      evidence({ runs: [run([told, ...complete(test('passed'))], { runner: 'mocha' })] }),
    );
    assert.equal(status, 'pass');
    assert.ok(notes.includes("The project's settings of mocha: bail not followed."), notes.join());
  });
});
