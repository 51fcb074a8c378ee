import assert from 'node:assert/strict';
import * as path from 'node:path';
import { analyzeSource } from '../../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../../src/audit/syntax/parser';
import type { TestOutline } from '../../../src/audit/testOutline';

async function outlineOf(file: string, text: string): Promise<TestOutline[]> {
  const parser = await SourceParser.load(path.join(__dirname, '../../../dist'));
  const analysis = await analyzeSource(parser, { path: file, text, outlines: true, isUnjudged: true });
  assert.deepEqual([...analysis.theater, ...analysis.quality], []);
  return analysis.outline ?? [];
}

function shown(outline: readonly TestOutline[]): string[] {
  return outline.flatMap(({ name, isSuite, isTemplate, startLine, endLine, children }) => [
    `${startLine}-${endLine} ${name}${isSuite ? ' (suite)' : ''}${isTemplate ? ' (each)' : ''}`,
    ...shown(children).map((line) => `  ${line}`),
  ]);
}

describe('the outline of a test file', () => {
  it('shows the tests of JavaScript in their suites, with their lines', async () => {
    const text = `import { describe, it, test } from 'vitest';
describe('cart', () => {
  describe('total', () => {
    it('of none', () => {
      expect(total([])).toBe(0);
    });
  });
  it.skip('later', () => {});
});
test.each([1, 2])('adds %i', (n) => expect(n).toBe(n));
`;
    assert.deepEqual(shown(await outlineOf('cart.test.ts', text)), [
      '2-9 cart (suite)',
      '  3-7 total (suite)',
      '    4-6 of none',
      '  8-8 later',
      '10-10 adds %i (each)',
    ]);
  });

  it('shows the tests of Python in their classes', async () => {
    const text = `import unittest

class CartTest(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(1, 1)

    def helper(self):
        pass

def test_alone():
    assert True
`;
    assert.deepEqual(shown(await outlineOf('test_cart.py', text)), [
      '3-8 CartTest (suite)',
      '  4-5 test_adds',
      '10-11 test_alone',
    ]);
  });
});
