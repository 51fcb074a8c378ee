import assert from 'node:assert/strict';
import { analyzeSource } from '../../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { grammarDirectory } from './grammarDirectory';

/** What TT01 says of which test. */
async function testsOf(path: string, text: string): Promise<(string | undefined)[]> {
  const parser = await SourceParser.load(grammarDirectory());
  const { theater } = await analyzeSource(parser, { path, text });
  return theater.filter(({ ruleId }) => ruleId === 'TT01').map(({ test }) => test);
}

describe('the test that a finding is about', () => {
  it('has the names of its suites before its own', async () => {
    const script = `describe('cart', () => {
  describe.each([1])('empty', () => { it('adds', () => { add(1); }); });
  it.only("totals", () => { total(); });
});
test('alone', async (t) => { await t.test('within', () => { run(); }); });`;
    assert.deepEqual(await testsOf('cart.test.js', script), [
      'cart > empty > adds',
      'cart > totals',
      'alone > within',
    ]);
    const python =
      'class TestCart:\n    def test_adds(self):\n        add(1)\n\ndef test_alone():\n    run()\n';
    assert.deepEqual(await testsOf('test_cart.py', python), ['TestCart > test_adds', 'test_alone']);
  });

  it('is not said where two have the same name', async () => {
    const script = `it('adds', () => { add(1); });\nit('adds', () => { expect(add(1)).toBe(1); });\nit('more', () => { add(2); });`;
    assert.deepEqual(await testsOf('cart.test.js', script), [undefined, 'more']);
  });
});
