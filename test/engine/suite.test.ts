import assert from 'node:assert/strict';
import { writeFiles, temporaryFolder } from '../support/temporaryFolder';
import { isCancelled } from '../../src/base/errors';
import { reachedLines, runSuite, testLines } from '../support/suiteRun';
import { pollFor } from '../support/timeLimit';
import { owner, sandbox, sandboxesOf } from './realEngine';

const MATHS = `export function sign(number) {
  if (number > 0) {
    return 1;
  } else {
    return -1;
  }
}

export function never() {
  return 'never';
}
`;
const TESTS = `import { describe, it, test } from 'node:test';
import assert from 'node:assert/strict';
import { sign } from '../src/maths.js';

describe('sign', () => {
  it('of one', () => assert.equal(sign(1), 1));
  it('of none', () => {
    assert.equal(sign(0), 0);
  });
  it.skip('later', () => {});
});
test('sign', () => console.log('printed by a test'));
`;

const CART_TESTS = `import pytest
import unittest
from shop.cart import total


@pytest.mark.parametrize("n", [1, 2])
def test_total(n):
    assert total([n]) == 1


class Empty(unittest.TestCase):
    def test_empty(self):
        self.assertEqual(total([]), 1)
`;

describe('a run over test files', function () {
  this.timeout(90_000);

  it('tells results, what was compared and what was reached, of node:test', async () => {
    const workspace = temporaryFolder('suite');
    writeFiles(workspace, {
      'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
      'src/maths.js': MATHS,
      'test/maths.test.js': TESTS,
    });
    const run = await runSuite(sandbox, workspace, new Map([['test/maths.test.js', undefined]]), {
      measures: true,
    });
    assert.deepEqual(testLines(run, 'test/maths.test.js'), [
      'sign > of one | passed | 6',
      'sign > of none | failed | 8 | -1 | 0',
      'sign > later | skipped | 10',
      'sign | passed | 12',
    ]);
    assert.match(run.output, /printed by a test/);
    assert.deepEqual([...run.covered.keys()], ['src/maths.js']);
    assert.deepEqual(reachedLines(run.covered.get('src/maths.js')?.reached), {
      ran: [2, 3, 5],
      missed: [10],
      branches: [[1, 1]],
    });
    assert.deepEqual(run.covered.get('src/maths.js')?.tests, ['test/maths.test.js']);
  });

  it('runs one test of a file alone', async () => {
    const workspace = temporaryFolder('suite');
    writeFiles(workspace, {
      'package.json': '{"type":"module"}',
      'src/maths.js': MATHS,
      'test/maths.test.js': TESTS,
    });
    const chosen = [{ name: 'sign > of one', isSuite: false, isTemplate: false }];
    const run = await runSuite(sandbox, workspace, new Map([['test/maths.test.js', chosen]]));
    assert.deepEqual(run.files.get('test/maths.test.js')?.problem, undefined);
    assert.deepEqual(testLines(run, 'test/maths.test.js'), ['sign > of one | passed | 6']);
    assert.doesNotMatch(run.output, /printed by a test/);
  });

  it('tells results, what was compared and what was reached, of pytest', async () => {
    const workspace = temporaryFolder('suite');
    writeFiles(workspace, {
      'shop/__init__.py': '',
      'shop/cart.py': 'def total(prices):\n    if not prices:\n        return 0\n    return sum(prices)\n',
      'tests/test_cart.py': CART_TESTS,
    });
    const run = await runSuite(sandbox, workspace, new Map([['tests/test_cart.py', undefined]]), {
      measures: true,
    });
    assert.deepEqual(testLines(run, 'tests/test_cart.py'), [
      'test_total[1] | passed | 6',
      'test_total[2] | failed | 8 | 2 | 1',
      'Empty > test_empty | failed | 13 | 0 | 1',
    ]);
    assert.deepEqual(reachedLines(run.covered.get('shop/cart.py')?.reached), {
      ran: [1, 2, 3, 4],
      missed: [],
      branches: [[1, 1]],
    });
    assert.deepEqual(run.covered.get('shop/cart.py')?.tests, ['tests/test_cart.py']);
  });

  it('ends at once when it is cancelled, tells nothing more and leaves no container', async () => {
    const workspace = temporaryFolder('suite');
    const waits = (name: string): string =>
      `import { test } from 'node:test';\ntest('${name}', () => new Promise((done) => { console.log('it waits'); setTimeout(done, 60_000); }));\n`;
    const paths = Array.from({ length: 40 }, (_, index) => `waits${index}.test.mjs`);
    writeFiles(workspace, Object.fromEntries(paths.map((path) => [path, waits(path)])));
    const cancel = new AbortController();
    const told: string[] = [];
    let cancelledAt = Infinity;
    const run = runSuite(sandbox, workspace, new Map(paths.map((path) => [path, undefined])), {
      measures: true,
      signal: cancel.signal,
      onFile: ({ path }) => told.push(path),
      onOutput: () => {
        cancelledAt = Math.min(cancelledAt, Date.now());
        cancel.abort();
      },
    });
    await assert.rejects(run, isCancelled);
    const tookMs = Date.now() - cancelledAt;
    assert.ok(tookMs < 2000, `it ended ${tookMs} ms after it was cancelled`);
    assert.deepEqual(told, []);
    await pollFor('removing the containers', 5000, async () => (await sandboxesOf(owner.id)).length === 0);
    assert.deepEqual(told, []);
  });
});
