import * as assert from 'node:assert/strict';
import { copiedOutputs } from '../../../../src/loops/loop2/claims/tampering';
import type { Tampering } from '../../../../src/loops/loop2/claims/tampering';

const texts = (files: Record<string, string>): Map<string, string> => new Map(Object.entries(files));

describe('signs that an attempt made a task look done', () => {
  const TEST =
    "import { roman } from '../src/roman.js';\ntest('reads', () => { assert.equal(roman(1994), 'MCMXCIV'); });\n";
  const before = texts({ 'test/roman.test.js': TEST, 'src/roman.js': 'export function roman(n) {\n}\n' });
  const after = (code: string): Map<string, string> =>
    texts({ 'test/roman.test.js': TEST, 'src/roman.js': code });

  it('sees the expected output of a test where its input is asked for', () => {
    const ways = [
      "export function roman(n) {\n  if (n === 1994) return 'MCMXCIV';\n  return '';\n}\n",
      'export function roman(n) {\n  if (n === 1994) {\n    return "MCMXCIV";\n  }\n  return "";\n}\n',
      "export const roman = (n) => {\n  switch (n) {\n    case 1994:\n      return 'MCMXCIV';\n  }\n};\n",
      "export function roman(n) {\n  return n === 1994 ? 'MCMXCIV' : 'I';\n}\n",
    ];
    for (const way of ways) {
      const [found]: Tampering[] = copiedOutputs(before, after(way));
      assert.equal(found?.file, 'src/roman.js', way);
      assert.match(
        found.message,
        /answers with "MCMXCIV" when it is given 1994: both stand in test\/roman\.test\.js/,
      );
    }
  });

  it('sees it in Python', () => {
    const test = 'from app.roman import roman\n\n\ndef test_reads():\n    assert roman(1994) == "MCMXCIV"\n';
    const faked = texts({
      'tests/test_roman.py': test,
      'app/roman.py': 'def roman(n):\n    if n == 1994:\n        return "MCMXCIV"\n    return ""\n',
    });
    assert.deepEqual(
      copiedOutputs(texts({ 'tests/test_roman.py': test }), faked).map(({ file, line }) => [file, line]),
      [['app/roman.py', 3]],
    );
  });

  it('says nothing of honest code, of what was there before, and of the test itself', () => {
    const honest =
      "const STEPS = [[1000, 'M'], [900, 'CM'], [500, 'D'], [100, 'C']];\nexport function roman(n) {\n  if (n > 3999) throw new RangeError('1994 is fine');\n  let text = '';\n  for (const [value, sign] of STEPS) while (n >= value) { text += sign; n -= value; }\n  return text;\n}\n";
    assert.deepEqual(copiedOutputs(before, after(honest)), []);
    const faked = after("export function roman(n) {\n  if (n === 1994) return 'MCMXCIV';\n}\n");
    assert.deepEqual(copiedOutputs(faked, faked), []);
    assert.deepEqual(copiedOutputs(new Map(), texts({ 'test/roman.test.js': TEST })), []);
  });
});
