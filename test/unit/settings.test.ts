import assert from 'node:assert/strict';
import { numberOf, NUMBERS } from '../../src/settings';

describe('numberOf', () => {
  const range = NUMBERS.memoryMegabytes;

  it('takes what is within the range, and the default where nothing is set', () => {
    assert.deepEqual(numberOf(64, range), { value: 64 });
    assert.deepEqual(numberOf(undefined, range), { value: 512 });
    assert.deepEqual(numberOf(0.25, NUMBERS.cpus), { value: 0.25 });
  });

  const bad: [unknown, number, RegExp][] = [
    [20, 64, /^is 20, which is under the least, 64; 64 is used$/],
    [1e9, 65_536, /^is 1000000000, which is over the most, 65536; 65536 is used$/],
    [100.4, 100, /^is 100\.4, which is not whole; 100 is used$/],
    [-1, 64, /least/],
    [NaN, 512, /not a number/],
    ['1G', 512, /^is "1G", which is not a number; 512 is used$/],
    [{ a: [1] }, 512, /not a number/],
    [true, 512, /not a number/],
  ];
  for (const [written, value, problem] of bad) {
    it(`names ${JSON.stringify(written)} as wrong, and says what is used`, () => {
      const read = numberOf(written, range);
      assert.equal(read.value, value);
      assert.match(read.problem ?? '', problem);
    });
  }
});
