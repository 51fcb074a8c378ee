import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { addFailure, emptyCounts } from '../support/counts';
import type { Counts } from '../support/counts';

interface Batch {
  counts: Counts;
  output: string;
}

interface PoolModule {
  runPool(
    batches: string[][],
    options: { places: number; run: (files: string[], place: number) => Promise<Batch> },
  ): Promise<Counts>;
}

const passes = (): Batch => ({ counts: { ...emptyCounts(), passed: 1 }, output: '' });

function fails(title: string): Batch {
  const counts = emptyCounts();
  addFailure(counts, title, new Error('no'));
  return { counts, output: '' };
}

describe('The pool of test processes', () => {
  let pool: PoolModule;
  before(async () => {
    const script = path.join(__dirname, '../../scripts/lib/testPool.mjs');
    pool = (await import(pathToFileURL(script).href)) as PoolModule;
  });

  it('runs each batch once, and no two at once in a place', async () => {
    const busy = new Set<number>();
    const seen: string[] = [];
    const run = async ([file = '']: string[], place: number): Promise<Batch> => {
      assert.ok(!busy.has(place));
      busy.add(place);
      await new Promise((resolve) => setImmediate(resolve));
      busy.delete(place);
      seen.push(file);
      return passes();
    };
    const { passed, failed } = await pool.runPool([['a'], ['b'], ['c'], ['d']], { places: 2, run });
    assert.deepEqual([passed, failed, seen.sort()], [4, 0, ['a', 'b', 'c', 'd']]);
  });

  it('tells what passed only when it was run again, and fails what fails twice', async () => {
    const runs: string[] = [];
    const run = ([file = '']: string[]): Promise<Batch> => {
      const isAgain = runs.includes(file);
      runs.push(file);
      return Promise.resolve(file === 'bad' || (file === 'busy' && !isAgain) ? fails(file) : passes());
    };
    const counts = await pool.runPool([['bad'], ['busy'], ['good']], { places: 2, run });
    assert.deepEqual([counts.passed, counts.failed], [2, 1]);
    assert.deepEqual(
      counts.unsteady.map(({ title }) => title),
      ['busy'],
    );
    assert.equal(counts.failures[0]?.title, 'bad');
    assert.equal(runs.length, 5);
  });

  it('counts a process that broke as a failure', async () => {
    const run = (): Promise<Batch> => Promise.reject(new Error('killed'));
    const { failed, passed } = await pool.runPool([['a']], { places: 1, run });
    assert.deepEqual([failed, passed], [1, 0]);
  });
});
