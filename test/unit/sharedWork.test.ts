import assert from 'node:assert/strict';
import { SharedWork } from '../../src/base/sharedWork';

/** Work whose end the test decides, and which stops when it is told to. */
function controlled() {
  const started: AbortSignal[] = [];
  const told: ((message: string) => void)[] = [];
  let end: (value: number) => void = () => undefined;
  const start = ({ signal, onProgress }: { signal: AbortSignal; onProgress: (message: string) => void }) => {
    started.push(signal);
    told.push(onProgress);
    return new Promise<number>((resolve) => (end = resolve));
  };
  return { start, started, told, end: (value: number) => end(value) };
}

describe('work that several wait for', () => {
  const waiter = () => {
    const messages: string[] = [];
    const cancel = new AbortController();
    const onProgress = (message: string): void => void messages.push(message);
    return { messages, cancel, options: { signal: cancel.signal, onProgress } };
  };

  it('is done once for those who ask while it runs, who all hear of it', async () => {
    const shared = new SharedWork<number>();
    const work = controlled();
    const [one, two, other] = [waiter(), waiter(), waiter()];
    const results = [shared.join('a', one.options, work.start), shared.join('a', two.options, work.start)];
    const apart = controlled();
    const third = shared.join('b', other.options, apart.start);
    work.told[0]?.('half');
    work.end(7);
    apart.end(8);
    assert.deepEqual(await Promise.all([...results, third]), [7, 7, 8]);
    assert.deepEqual([work.started.length, apart.started.length], [1, 1]);
    assert.deepEqual([one.messages, two.messages, other.messages], [['half'], ['half'], []]);
    const again = shared.join('a', one.options, work.start);
    work.end(9);
    assert.equal(await again, 9);
    assert.equal(work.started.length, 2);
  });

  it('goes on while one waits, and is cancelled with the last, who waits for its end', async () => {
    const shared = new SharedWork<number>();
    const work = controlled();
    const [one, two] = [waiter(), waiter()];
    const first = shared.join('a', one.options, work.start);
    const second = shared.join('a', two.options, work.start);
    one.cancel.abort();
    await assert.rejects(first, { name: 'CancelledError' });
    assert.equal(work.started[0]?.aborted, false);
    let isOver = false;
    second.catch(() => (isOver = true));
    two.cancel.abort();
    await new Promise(setImmediate);
    assert.deepEqual([work.started[0]?.aborted, isOver], [true, false]);
    work.end(0);
    await assert.rejects(second, { name: 'CancelledError' });
    const third = shared.join('a', waiter().options, work.start);
    work.end(3);
    assert.equal(await third, 3);
    assert.equal(work.started.length, 2);
  });

  it('fails for all, and can be tried again', async () => {
    const shared = new SharedWork<number>();
    const fail = () => Promise.reject(new Error('no room'));
    const [one, two] = [waiter(), waiter()];
    const both = [shared.join('a', one.options, fail), shared.join('a', two.options, fail)];
    for (const result of both) await assert.rejects(result, { message: 'no room' });
    assert.equal(await shared.join('a', one.options, () => Promise.resolve(1)), 1);
  });
});
