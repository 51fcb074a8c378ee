import assert from 'node:assert/strict';
import { isChosen, patternOf } from '../../../src/audit/production/suite/chosenTests';

const one = (name: string, more: { isSuite?: true; isTemplate?: true } = {}) => ({
  name,
  isSuite: false,
  isTemplate: false,
  ...more,
});

describe('the choice of tests', () => {
  it('takes a test by its name alone, joined as runners and as reports do', () => {
    const pattern = new RegExp(patternOf([one('cart > adds (1+1)')]));
    for (const name of ['cart adds (1+1)', 'cart > adds (1+1)']) assert.match(name, pattern);
    for (const name of ['cart adds (1+1) twice', 'adds (1+1)', 'cart adds 1+1', 'my cart adds (1+1)'])
      assert.doesNotMatch(name, pattern);
  });

  it('takes all that is in a suite, and no suite whose name only begins like it', () => {
    const chosen = [one('cart', { isSuite: true })];
    assert.ok(isChosen('cart > adds', chosen) && isChosen('cart', chosen));
    assert.ok(!isChosen('carton > adds', chosen));
  });

  it('lets parameters be filled in', () => {
    const each = [one('adds %i and $b', { isTemplate: true })];
    assert.ok(isChosen('adds 1 and 2', each));
    assert.ok(!isChosen('adds 1 or 2', each));
    assert.ok(isChosen('test_total[1-2]', [one('test_total')]));
  });

  it('always runs the tests of the harness', () => {
    assert.match('0123456789abcdef', new RegExp(patternOf([one('a')])));
    assert.match('0123456789abcdef fedcba9876543210', new RegExp(patternOf([one('a')])));
  });
});
