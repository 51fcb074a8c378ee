import assert from 'node:assert/strict';
import type { TestGroup } from '../../../src/audit/production/plan';
import { batchesOf } from '../../../src/audit/production/suite/batches';

function group(runner: TestGroup['runner'], path: string, folder = ''): TestGroup {
  return { runner, why: '', folder, tests: [{ path, imports: true }] };
}

function many(runner: TestGroup['runner'], count: number, folder = ''): TestGroup[] {
  return Array.from({ length: count }, (_, index) => group(runner, `${folder}${index}.test.js`, folder));
}

/** Files of each step of each batch. */
function shape(groups: TestGroup[], chosen = new Map<string, []>()): number[][] {
  return batchesOf(groups, chosen).map((batch) => batch.map(({ tests }) => tests.length));
}

describe('the division of test files into sandboxes', () => {
  it('starts a runner for some files at a time, and a sandbox for some of its starts', () => {
    assert.deepEqual(shape(many('vitest', 20)), [[8, 8], [4]]);
    assert.deepEqual(shape(many('node:test', 18)), [new Array(16).fill(1), [1, 1]]);
  });

  it('keeps folders and languages apart', () => {
    const groups = [...many('mocha', 2, 'a/'), ...many('mocha', 1, 'b/'), group('pytest', 'test_a.py', 'a/')];
    assert.deepEqual(shape(groups), [[2], [1], [1]]);
  });

  it('gives a file of which some tests were chosen a start of its own', () => {
    assert.deepEqual(shape(many('jest', 3), new Map([['1.test.js', []]])), [[1, 1, 1]]);
    const [batch] = batchesOf(many('jest', 2), new Map([['1.test.js', []]]));
    assert.deepEqual(
      batch?.map(({ only }) => only === undefined),
      [true, false],
    );
  });
});
