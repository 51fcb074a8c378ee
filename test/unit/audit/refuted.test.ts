import assert from 'node:assert/strict';
import type { MutationReport } from '../../../src/audit/mutation/proof';
import { withoutRefuted } from '../../../src/audit/refuted';
import type { StageResult } from '../../../src/audit/report';
import { finding } from '../../support/reports';

const unseen = (test?: string) =>
  finding({
    ruleId: 'TT01',
    severity: 'warning',
    stage: 'theater',
    file: 'src/cart.test.ts',
    message: `no assertion in ${test ?? 'a test'}`,
    ...(test === undefined ? {} : { test }),
  });
const OTHER = finding({
  ruleId: 'TT02',
  severity: 'warning',
  stage: 'theater',
  message: 'tautology',
  test: 'cart > adds',
});

function theater(...findings: StageResult['findings']): StageResult {
  return { stage: 'theater', status: 'fail', reason: 'found', findings, durationMs: 1, tests: null };
}

/** A proof in which an assertion of each of these tests failed. */
function proof(names: string[], rest: Partial<MutationReport> = {}): MutationReport {
  const change = { function: 'add', line: 3, change: 'its body is removed' };
  return {
    budget: 'quick',
    of: 'src/cart.ts',
    status: 'run',
    reason: '',
    functions: [],
    asserting: names.map((name) => ({ name, ...change })),
    flaky: [],
    durationMs: 1,
    ...rest,
  };
}

describe('what mutants refute', () => {
  it('is that a test reaches no assertion, and that is set aside with the reason', () => {
    const stage = withoutRefuted(theater(unseen('cart > adds')), proof(['cart > adds']));
    assert.deepEqual([stage.status, stage.reason, stage.findings], ['pass', '', []]);
    assert.deepEqual(stage.suppressed, [
      {
        finding: unseen('cart > adds'),
        reason:
          'refuted by mutants: an assertion of this test fails when `add` is changed (src/cart.ts:3: its body is removed)',
      },
    ]);
  });

  it('is not what is said of another test of the file, nor what another rule says', () => {
    const both = theater(unseen('cart > adds'), unseen('cart > removes'), unseen('adds'), OTHER);
    const stage = withoutRefuted(both, proof(['cart > adds']));
    assert.equal(stage.status, 'fail');
    assert.deepEqual(stage.findings, [unseen('cart > removes'), unseen('adds'), OTHER]);
  });

  it('knows a test by the name that runners give it', () => {
    const stage = (test: string, name: string): number =>
      withoutRefuted(theater(unseen(test)), proof([name])).findings.length;
    // Of several files, the file comes first; pytest puts the parameters behind.
    assert.equal(stage('adds', '/work/src/cart.test.ts > adds'), 0);
    assert.equal(stage('TestCart > test_adds', 'TestCart > test_adds[1-2]'), 0);
    assert.equal(stage('adds', '/work/src/other.test.ts > adds'), 1);
    assert.equal(stage('adds', 'adds more'), 1);
    assert.equal(stage('adds', 'cart > adds'), 1);
  });

  it('is nothing where the test can not be told from another, or nothing was run', () => {
    const before = theater(unseen('adds'));
    const weak = [proof([]), proof(['adds'], { status: 'not run', reason: 'no engine' }), undefined];
    for (const one of weak) assert.deepEqual(withoutRefuted(before, one), before);
    const unnamed = theater(unseen());
    assert.deepEqual(withoutRefuted(unnamed, proof(['adds'])), unnamed);
    const ofItself = proof(['adds']);
    delete ofItself.of;
    assert.deepEqual(withoutRefuted(before, ofItself), before);
  });
});
