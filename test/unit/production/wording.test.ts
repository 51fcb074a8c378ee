import assert from 'node:assert/strict';
import { clip } from '../../../src/audit/production/wording';

describe('what a failed test said, as a sentence', () => {
  const cases: [string, string][] = [
    ['the cart is empty\n\nstack and more', 'the cart is empty'],
    ['Expected values to be strictly equal:\n\n1 !== 2\n', 'Expected values to be strictly equal: 1 !== 2'],
    [
      'Expected values to be strictly equal:\n+ actual - expected\n\n+ 100\n- 50\n',
      'Expected values to be strictly equal: + actual - expected + 100 - 50',
    ],
  ];
  for (const [said, told] of cases) it(`is: ${told}`, () => assert.equal(clip(said), told));

  it('is cut where it is long', () => {
    assert.match(clip('x'.repeat(1000)), /^x{300}…$/);
  });
});
