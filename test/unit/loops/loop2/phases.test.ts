import assert from 'node:assert/strict';
import fc from 'fast-check';
import { divide } from '../../../../src/loops/loop2/plan/phases';

type Node = { id: string; dependencies: string[] };

/** Up to 500 tasks in any order; each depends on some that come before it in a hidden order. */
const acyclic = fc
  .integer({ min: 0, max: 500 })
  .chain((size) =>
    fc.record({
      edges: fc.array(fc.tuple(fc.nat(Math.max(0, size - 1)), fc.nat(Math.max(0, size - 1))), {
        maxLength: size * 3,
      }),
      order: fc.shuffledSubarray(
        Array.from({ length: size }, (_none, at) => at),
        { minLength: size, maxLength: size },
      ),
    }),
  )
  .map(({ edges, order }): Node[] => {
    const nodes = order.map((): Node => ({ id: '', dependencies: [] }));
    for (const [at, node] of nodes.entries()) node.id = `t${at}`;
    for (const [one, other] of edges) {
      const [low, high] = one < other ? [one, other] : [other, one];
      if (low !== high) nodes[high]?.dependencies.push(`t${low}`);
    }
    return order.flatMap((at) => nodes[at] ?? []);
  });

describe('phases of a plan', function () {
  this.timeout(60_000);

  it('hold each task of any acyclic plan once, after all it depends on and no later than that', () => {
    fc.assert(
      fc.property(acyclic, (tasks) => {
        const { phases, cycles, unknown } = divide(tasks);
        assert.deepEqual([cycles, unknown], [[], []]);
        assert.deepEqual(phases.flat().sort(), tasks.map(({ id }) => id).sort());
        const phaseOf = new Map(phases.flatMap((ids, at) => ids.map((id) => [id, at] as const)));
        for (const { id, dependencies } of tasks) {
          const highest = Math.max(-1, ...dependencies.map((each) => phaseOf.get(each) ?? NaN));
          assert.equal(phaseOf.get(id), highest + 1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('name exactly the members of every cycle, and still hold each task once', () => {
    const withCycles = fc
      .tuple(acyclic, fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }))
      .map(([tasks, sizes]) => {
        const rings = sizes.map((size, ring) =>
          Array.from({ length: size }, (_none, at) => `r${ring}-${at}`),
        );
        const members = rings.flatMap((ring, at) =>
          ring.map((id, place): Node => {
            // A ring leans on some of the plan, and some of the plan on it, never both.
            const leans = at % 2 === 0 ? tasks.slice(0, 1).map((task) => task.id) : [];
            return { id, dependencies: [ring[(place + 1) % ring.length] ?? id, ...leans] };
          }),
        );
        const odd = rings.flatMap((ring, at) => (at % 2 === 1 ? ring.slice(0, 1) : []));
        const last = { id: 'last', dependencies: odd };
        return { tasks: [...members, ...tasks, last], rings };
      });
    fc.assert(
      fc.property(withCycles, ({ tasks, rings }) => {
        const { phases, cycles } = divide(tasks);
        const key = (ids: readonly string[]): string => [...ids].sort().join();
        assert.deepEqual(cycles.map(key).sort(), rings.map(key).sort());
        assert.deepEqual(phases.flat().sort(), tasks.map(({ id }) => id).sort());
      }),
      { numRuns: 60 },
    );
  });

  it('drop neither tasks that nothing ties together nor the end of a chain', () => {
    const task = (id: string, ...dependencies: string[]): Node => ({ id, dependencies });
    assert.deepEqual(divide([task('a'), task('b'), task('c')]).phases, [['a', 'b', 'c']]);
    assert.deepEqual(divide([task('c', 'b'), task('b', 'a'), task('a')]).phases, [['a'], ['b'], ['c']]);
    assert.deepEqual(divide([task('a', 'b'), task('b', 'a'), task('c')]).cycles, [['a', 'b']]);
    assert.deepEqual(divide([task('a', 'a')]).cycles, [['a']]);
    assert.deepEqual(divide([]).phases, []);
  });

  it('name what the plan does not have, and what three or more wait for', () => {
    const tasks = ['b', 'c', 'd'].map((id) => ({ id, dependencies: ['a', 'gone', 'gone'] }));
    const { unknown, bottlenecks, phases } = divide([{ id: 'a', dependencies: [] }, ...tasks]);
    assert.deepEqual(
      unknown.map(({ task, dependency }) => `${task} ${dependency}`),
      ['b gone', 'c gone', 'd gone'],
    );
    assert.deepEqual(bottlenecks, [{ task: 'a', dependants: 3 }]);
    assert.deepEqual(phases, [['a'], ['b', 'c', 'd']]);
    assert.deepEqual(divide([{ id: 'a', dependencies: [] }, ...tasks.slice(1)]).bottlenecks, []);
  });

  it('take a chain that is as long as a plan can be', () => {
    const chain = Array.from({ length: 2000 }, (_none, at) => ({
      id: `${at}`,
      dependencies: at === 0 ? [] : [`${at - 1}`],
    }));
    assert.equal(divide(chain).phases.length, 2000);
  });
});
