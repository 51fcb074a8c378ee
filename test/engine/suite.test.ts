import assert from 'node:assert/strict';
import { writeFiles, temporaryFolder } from '../support/temporaryFolder';
import { runSuite } from '../support/suiteRun';
import type { SuiteRun } from '../support/suiteRun';
import { sandbox } from './realEngine';

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

/** Name, status and what was compared of each test. */
function seen(run: SuiteRun, path: string): unknown[] {
  return (run.files.get(path)?.tests ?? []).map(({ name, status, expected, actual, line }) =>
    [name, status, line, ...(expected === undefined ? [] : [actual, expected])].join(' | '),
  );
}

/** The 1-based lines of statements that ran, and the counts of branches. */
function reached(run: SuiteRun, path: string): { ran: number[]; missed: number[]; branches: number[][] } {
  const { statements = [], branches = [] } = run.covered.get(path)?.reached ?? {};
  const lines = (isWanted: (count: number) => boolean): number[] =>
    statements.filter(({ count }) => isWanted(count)).map(({ place }) => place.line);
  return {
    ran: lines((count) => count > 0),
    missed: lines((count) => count === 0),
    branches: (branches ?? []).map(({ paths }) => paths.map(({ count }) => count)),
  };
}

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
    assert.deepEqual(seen(run, 'test/maths.test.js'), [
      'sign > of one | passed | 6',
      'sign > of none | failed | 8 | -1 | 0',
      'sign > later | skipped | 10',
      'sign | passed | 12',
    ]);
    assert.match(run.output, /printed by a test/);
    assert.deepEqual([...run.covered.keys()], ['src/maths.js']);
    assert.deepEqual(reached(run, 'src/maths.js'), { ran: [2, 3, 5], missed: [10], branches: [[1, 1]] });
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
    assert.deepEqual(seen(run, 'test/maths.test.js'), ['sign > of one | passed | 6']);
    assert.doesNotMatch(run.output, /printed by a test/);
  });

  it('tells results, what was compared and what was reached, of pytest', async () => {
    const workspace = temporaryFolder('suite');
    writeFiles(workspace, {
      'shop/__init__.py': '',
      'shop/cart.py': 'def total(prices):\n    if not prices:\n        return 0\n    return sum(prices)\n',
      'tests/test_cart.py':
        'import pytest\nfrom shop.cart import total\n\n\n@pytest.mark.parametrize("n", [1, 2])\ndef test_total(n):\n    assert total([n]) == 1\n',
    });
    const run = await runSuite(sandbox, workspace, new Map([['tests/test_cart.py', undefined]]), {
      measures: true,
    });
    assert.deepEqual(seen(run, 'tests/test_cart.py'), [
      'test_total[1] | passed | 5',
      'test_total[2] | failed | 7 | 2 | 1',
    ]);
    assert.deepEqual(reached(run, 'shop/cart.py'), { ran: [1, 2, 4], missed: [3], branches: [[0, 1]] });
    assert.deepEqual(run.covered.get('shop/cart.py')?.tests, ['tests/test_cart.py']);
  });
});
