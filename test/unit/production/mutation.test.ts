import assert from 'node:assert/strict';
import type { MutatedSource } from '../../../src/audit/mutation/mutants';
import type { ProvedFunction } from '../../../src/audit/mutation/proof';
import { assertingTests, judgeFunctions } from '../../../src/audit/production/mutation/judgeMutants';
import { mutantFindings } from '../../../src/audit/production/mutation/mutantFindings';
import { readProof } from '../../../src/audit/production/mutation/readProof';
import { createKey } from '../../../src/audit/production/report/signatures';
import { defaultRuleSettings } from '../../../src/audit/ruleSettings';
import { signedReport } from '../../support/signedReport';

const SOURCE: MutatedSource = {
  text: '',
  functions: [{ name: 'f', startLine: 1, endLine: 3 }],
  mutants: [
    { id: 1, function: 0, kind: 'value', line: 1, change: 'it returns 0', round: 0 },
    { id: 2, function: 0, kind: 'value', line: 1, change: 'it returns 1', round: 1 },
  ],
};
const BASELINE = { type: 'probe', status: 'baseline', passed: 2, message: '' };
const DONE = { type: 'probe', status: 'done', message: '' };
const reached = (mutant: number): object => ({ type: 'reached', mutant, tests: 2 });
const outcome = (mutant: number, kind: string): object => ({
  type: 'mutant',
  mutant,
  outcome: kind,
  name: 'a test',
  milliseconds: 1,
});

function judged(...groups: object[][]): ProvedFunction | undefined {
  const read = groups.map((records) => {
    const key = createKey();
    return readProof(signedReport(key, records), key);
  });
  return judgeFunctions(SOURCE, read)[0];
}

describe('what mutants show', () => {
  const both = [BASELINE, reached(1), reached(2)];

  it('is that an assertion checks, whatever else did not notice', () => {
    assert.equal(judged([...both, outcome(1, 'survived'), outcome(2, 'assertion'), DONE])?.proof, 'proved');
    const elsewhere = [BASELINE, reached(1), outcome(1, 'assertion'), DONE];
    assert.equal(
      judged([...both, outcome(1, 'survived'), outcome(2, 'survived'), DONE], elsewhere)?.proof,
      'proved',
    );
  });

  it('is that only a crash would be noticed, or nothing, or that no test comes by', () => {
    assert.equal(judged([...both, outcome(1, 'crash'), outcome(2, 'survived'), DONE])?.proof, 'crash-only');
    assert.equal(judged([...both, outcome(1, 'timeout'), outcome(2, 'survived'), DONE])?.proof, 'crash-only');
    assert.equal(judged([...both, outcome(1, 'survived'), outcome(2, 'survived'), DONE])?.proof, 'survived');
    assert.equal(judged([BASELINE, DONE])?.proof, 'not covered');
  });

  it('is which tests check something, each by the first change that it noticed', () => {
    const key = createKey();
    const asserted = (mutant: number, name: string): object => ({ type: 'asserted', mutant, name });
    const records = [asserted(1, 'a'), outcome(1, 'assertion'), asserted(2, 'b'), asserted(2, 'a')];
    // A mutant that was never planned is nobody's.
    const all = [...both, ...records, asserted(9, 'c'), DONE];
    const found = assertingTests(SOURCE, [readProof(signedReport(key, all), key)]);
    assert.deepEqual(found, [
      { name: 'a', function: 'f', line: 1, change: 'it returns 0' },
      { name: 'b', function: 'f', line: 1, change: 'it returns 1' },
    ]);
  });

  it('is nothing where a test that may check was not run', () => {
    const survived = [...both, outcome(1, 'survived'), outcome(2, 'survived'), DONE];
    const refused = [{ type: 'probe', status: 'refused', message: 'no' }];
    const cut = [...both, outcome(1, 'survived'), { type: 'probe', status: 'budget', message: '' }];
    const flaky = [{ ...BASELINE, message: 'a flaky one' }, ...both.slice(1), ...survived.slice(3)];
    for (const groups of [[survived, refused], [cut], [survived, cut], [flaky], [survived, []]])
      assert.equal(judged(...groups)?.proof, 'not judged', JSON.stringify(groups));
  });

  it('is believed only as far as it is signed, in its order', () => {
    const key = createKey();
    const whole = signedReport(key, [BASELINE, reached(1), outcome(1, 'assertion'), DONE]);
    const lines = whole.toString().split('\n');
    const changed = (edit: (all: string[]) => string[]): string | undefined =>
      readProof(Buffer.from(edit([...lines]).join('\n')), key).refusal;
    assert.equal(
      changed((all) => all),
      undefined,
    );
    const untrusted = "its report can't be trusted";
    assert.equal(
      changed(([first = '', ...rest]) => [first.replace('"passed":2', '"passed":3'), ...rest]),
      untrusted,
    );
    assert.equal(
      changed((all) => [all[0] ?? '', ...all.slice(2)]),
      untrusted,
    );
    assert.equal(
      changed((all) => [...all.slice(0, -1), all[2] ?? '', '']),
      untrusted,
    );
    assert.equal(
      changed((all) => all.slice(0, 2)),
      undefined,
    );
    assert.match(readProof(undefined, key).refusal ?? '', /did not come to their end/);
  });

  it('becomes a warning when two changes go unnoticed, and information when there was one', () => {
    const file = { path: 'a.py', text: 'def f():\n', language: 'python', unsaved: false } as const;
    const hollow = judged([...both, outcome(1, 'survived'), outcome(2, 'survived'), DONE]) as ProvedFunction;
    const found = (functions: ProvedFunction[]) =>
      mutantFindings(file, functions, defaultRuleSettings).findings.map(({ ruleId, severity, message }) => [
        ruleId,
        severity,
        message,
      ]);
    assert.deepEqual(found([hollow]), [
      ['MT01', 'warning', '2 tests run `f`, and none fails when it returns 0, or when it returns 1.'],
    ]);
    const single = { ...hollow, mutants: hollow.mutants.slice(0, 1) };
    assert.deepEqual(found([single])[0]?.slice(0, 2), ['MT01', 'info']);
    const crash = judged([...both, outcome(1, 'crash'), outcome(2, 'survived'), DONE]) as ProvedFunction;
    assert.deepEqual(found([crash])[0]?.slice(0, 2), ['MT02', 'info']);
    assert.deepEqual(
      found([
        { ...hollow, proof: 'proved' },
        { ...hollow, proof: 'not judged' },
      ]),
      [],
    );
    const ignored = { MT01: 'shown by the nightly run' };
    const aside = mutantFindings(file, [{ ...hollow, ignored }], defaultRuleSettings);
    assert.deepEqual(aside.findings, []);
    assert.deepEqual(
      aside.suppressed.map(({ finding, reason }) => [finding.ruleId, reason]),
      [['MT01', 'shown by the nightly run']],
    );
    assert.equal(mutantFindings(file, [{ ...crash, ignored }], defaultRuleSettings).findings.length, 1);
  });
});
