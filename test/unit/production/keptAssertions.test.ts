import assert from 'node:assert/strict';
import { transformSync } from 'esbuild';
import { transform } from 'sucrase';
import { lostAssertion } from '../../../src/audit/production/harness/keptAssertions';

const SOURCE = `import assert from 'node:assert/strict';
import { expect, test, type Mock } from 'vitest';
import add, { sum as total } from './add';

// assert.equal(1, 1) in a comment, expect(x).toBe(3)
const text = "assert.equal(2, 2)";
test('adds', async () => {
  assert.equal(add(1, 2), 3);
  assert.deepEqual(total([1, 2]), 3 as number, \`assert.ok(\${text})\`);
  expect(add(1, 2)).toBe(3);
  await expect(Promise.resolve(1)).resolves.toEqual(1);
  await expect(async () => total(undefined!)).rejects.toThrow(/no list/);
  (text as unknown as Mock)?.toString();
});
`;

describe('the assertions of a test file', () => {
  it('are all there in what compilers make of it', () => {
    const made = {
      'esbuild, CommonJS': transformSync(SOURCE, { loader: 'ts', format: 'cjs' }).code,
      'esbuild, minified': transformSync(SOURCE, { loader: 'ts', format: 'esm', minify: true }).code,
      'sucrase, CommonJS': transform(SOURCE, { transforms: ['typescript', 'imports'] }).code,
      'sucrase, modules': transform(SOURCE, { transforms: ['typescript'] }).code,
      'nothing at all': SOURCE,
    };
    for (const [compiler, code] of Object.entries(made))
      assert.equal(lostAssertion(SOURCE, code), undefined, compiler);
  });

  it('are missed when one of them is gone, whatever stands in a comment', () => {
    assert.equal(lostAssertion(SOURCE, SOURCE.replace(/await expect\(Promise.*\n/, '')), 'toEqual');
    assert.equal(lostAssertion("it('a', () => assert.equal(twice(2), 4));", "it('a', () => {});"), 'equal');
    assert.equal(lostAssertion('expect(1).toBe(1); expect(2).toBe(2);', 'expect(1).toBe(1);'), 'toBe');
  });

  it('are not looked for where there are none', () => {
    assert.equal(lostAssertion('', ''), undefined);
    assert.equal(lostAssertion('// assert.equal(1, 2)\nconst { equal } = require("assert");', ''), undefined);
  });
});
