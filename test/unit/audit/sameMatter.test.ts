import assert from 'node:assert/strict';
import { isShownByOther } from '../../../src/audit/sameMatter';
import { finding } from '../../support/reports';

describe('what another tool already shows', () => {
  const swallowed = finding({ ruleId: 'TH08', startLine: 10, endLine: 12 });
  const cases: [string, string, number, boolean][] = [
    ['eslint', 'no-empty', 10, true],
    ['Ruff', 'S110', 12, true],
    ['sonarqube', 'typescript:S2486', 11, true],
    ['oxc', 'eslint(no-empty)', 11, true],
    ['eslint', '@typescript-eslint/no-empty', 11, true],
    ['eslint', 'no-empty', 13, false],
    ['eslint', 'no-empty-pattern', 10, false],
    ['my-own-tool', 'no-empty', 10, false],
    ['eslint', '', 10, false],
  ];
  for (const [source, code, startLine, expected] of cases) {
    it(`${source} ${code} at ${startLine}: ${expected ? 'the same' : 'another matter'}`, () => {
      assert.equal(isShownByOther(swallowed, [{ source, code, startLine, endLine: startLine }]), expected);
    });
  }

  it('never covers for a rule that no other tool has', () => {
    const problem = { source: 'eslint', code: 'no-empty', startLine: 10, endLine: 12 };
    assert.equal(isShownByOther(finding({ ruleId: 'TH02', startLine: 10, endLine: 12 }), [problem]), false);
  });
});
