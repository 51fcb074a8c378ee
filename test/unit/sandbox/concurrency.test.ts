import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { capacityOf, RunQueue } from '../../../src/sandbox/concurrency';

const half = { cpus: 0.5, memoryMb: 512 };
const whole = { cpus: 2, memoryMb: 512 };

/** A queue and the names of the runs it has let in. */
function queueOf(capacity: { cpus: number; memoryMb: number }) {
  const queue = new RunQueue(() => capacity);
  const admitted: string[] = [];
  const told = new Map<string, number[]>();
  const leave = new Map<string, () => void>();
  const enter = (name: string, need = half, signal = new AbortController().signal): Promise<void> => {
    const ahead: number[] = [];
    told.set(name, ahead);
    return queue
      .enter(need, signal, (count) => ahead.push(count))
      .then((release) => {
        admitted.push(name);
        leave.set(name, release);
      });
  };
  return { queue, admitted, told, enter, leave: (name: string) => leave.get(name)?.() };
}

describe('RunQueue', () => {
  it('lets in as many as the CPUs hold, and the next when one leaves', async () => {
    const { admitted, enter, leave, told } = queueOf({ cpus: 1, memoryMb: 10_000 });
    for (const name of ['a', 'b', 'c', 'd']) void enter(name);
    await nextTurn();
    assert.deepEqual(admitted, ['a', 'b']);
    leave('a');
    // Giving back twice gives back once.
    leave('a');
    await nextTurn();
    assert.deepEqual(admitted, ['a', 'b', 'c']);
    assert.deepEqual(told.get('a'), []);
    assert.deepEqual(told.get('d'), [1, 0]);
  });

  it('lets in as many as the memory holds', async () => {
    const { admitted, enter } = queueOf({ cpus: 64, memoryMb: 1100 });
    for (const name of ['a', 'b', 'c']) void enter(name);
    await nextTurn();
    assert.deepEqual(admitted, ['a', 'b']);
  });

  it('is fair: a small one does not overtake a big one', async () => {
    const { admitted, enter, leave } = queueOf({ cpus: 2, memoryMb: 10_000 });
    void enter('small');
    void enter('big', whole);
    void enter('late');
    await nextTurn();
    assert.deepEqual(admitted, ['small']);
    leave('small');
    await nextTurn();
    assert.deepEqual(admitted, ['small', 'big']);
    leave('big');
    await nextTurn();
    assert.deepEqual(admitted, ['small', 'big', 'late']);
  });

  it('lets in alone what would never fit', async () => {
    const { admitted, enter, leave } = queueOf({ cpus: 1, memoryMb: 100 });
    void enter('huge', whole);
    void enter('next');
    await nextTurn();
    assert.deepEqual(admitted, ['huge']);
    leave('huge');
    await nextTurn();
    assert.deepEqual(admitted, ['huge', 'next']);
  });

  it('forgets who gives up, and tells the others', async () => {
    const { queue, admitted, enter, told } = queueOf({ cpus: 2, memoryMb: 10_000 });
    const controller = new AbortController();
    void enter('small');
    const big = enter('big', whole, controller.signal);
    void enter('late');
    await nextTurn();
    assert.deepEqual(told.get('late'), [1]);
    controller.abort();
    await assert.rejects(big, { name: 'CancelledError' });
    await nextTurn();
    assert.deepEqual(admitted, ['small', 'late']);
    assert.equal(queue.length, 0);
    await assert.rejects(enter('never', half, controller.signal), { name: 'CancelledError' });
  });
});

describe('capacityOf', () => {
  it('leaves some memory to the engine, and knows no limit where none is told', () => {
    assert.deepEqual(capacityOf({ cpus: 2, memoryBytes: 2 ** 30 }), { cpus: 2, memoryMb: 768 });
    assert.deepEqual(capacityOf({ cpus: 0, memoryBytes: 0 }), { cpus: Infinity, memoryMb: Infinity });
  });
});
