import assert from 'node:assert/strict';
import type { FunctionProof, MutationReport } from '../../../src/audit/mutation/proof';
import { withoutRefuted } from '../../../src/audit/refuted';
import type { StageResult } from '../../../src/audit/report';
import { finding } from '../../support/reports';

const UNSEEN = finding({ ruleId: 'TT01', severity: 'warning', stage: 'theater', message: 'no assertion' });
const OTHER = finding({ ruleId: 'TT02', severity: 'warning', stage: 'theater', message: 'tautology' });

function theater(...findings: StageResult['findings']): StageResult {
  return { stage: 'theater', status: 'fail', reason: 'found', findings, durationMs: 1, tests: null };
}

function proof(proofs: [FunctionProof, tests: number][], rest: Partial<MutationReport> = {}): MutationReport {
  const functions = proofs.map(([one, tests], at) => ({
    name: `f${at}`,
    startLine: 1,
    endLine: 2,
    proof: one,
    tests,
    mutants: [],
  }));
  return {
    budget: 'quick',
    of: 'src/cart.ts',
    status: 'run',
    reason: '',
    functions,
    flaky: [],
    durationMs: 1,
    ...rest,
  };
}

describe('what mutants refute', () => {
  it('is that tests reach no assertion, and that is set aside with the reason', () => {
    const stage = withoutRefuted(theater(UNSEEN), proof([['proved', 2], ['proved', 1], ['not covered', 0]])); // prettier-ignore
    assert.deepEqual([stage.status, stage.reason, stage.findings], ['pass', '', []]);
    assert.deepEqual(stage.suppressed, [
      {
        finding: UNSEEN,
        reason:
          'refuted by mutants: an assertion failed for each of the 2 functions of src/cart.ts that these tests reach',
      },
    ]);
  });

  it('is nothing else: other findings stay, and fail', () => {
    const stage = withoutRefuted(theater(UNSEEN, OTHER), proof([['proved', 1]]));
    assert.deepEqual([stage.status, stage.findings, stage.suppressed?.length], ['fail', [OTHER], 1]);
  });

  it('is nothing where a function that is reached is not proved, none is reached, or nothing was run', () => {
    const before = theater(UNSEEN);
    const weak = [
      proof([['proved', 1], ['crash-only', 1]]), // prettier-ignore
      proof([['not covered', 0]]),
      proof([['proved', 1]], { status: 'not run', reason: 'no engine' }),
      undefined,
    ];
    for (const one of weak) assert.deepEqual(withoutRefuted(before, one), before);
    const ofItself = proof([['proved', 1]]);
    delete ofItself.of;
    assert.deepEqual(withoutRefuted(before, ofItself), before);
  });
});
