import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { getEventListeners } from 'node:events';
import * as fs from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { silentLogger } from '../../src/base/logger';
import { DockerSandbox } from '../../src/sandbox/dockerSandbox';
import { pollFor } from '../support/timeLimit';
import { engine, owner, sandboxesOf, shell } from './realEngine';

/** Ten thousand in a long run: SEAWORTHY_SANDBOX_RUNS=10000. */
const RUNS = Number(process.env['SEAWORTHY_SANDBOX_RUNS'] ?? 300);
const AT_ONCE = 4;
/** Runs before the first count: caches and connections are there by then. */
const WARM_UP = 40;

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** What this process holds, by kind. */
function holdings(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  if (process.platform === 'linux') counts['file descriptors'] = fs.readdirSync('/proc/self/fd').length;
  return counts;
}

describe('many sandboxes', function () {
  this.timeout(Math.max(600_000, RUNS * 2000));

  it(`leave nothing: no container, socket, timer, listener or memory after ${RUNS} runs`, async () => {
    const id = randomBytes(8).toString('hex');
    const ours = new DockerSandbox(engine, { owner: { ...owner, id }, logger: silentLogger, keepReady: 1 });
    const { signal } = new AbortController();
    const runMany = async (count: number): Promise<void> => {
      let begun = 0;
      const worker = async (): Promise<void> => {
        while (begun++ < count) {
          const { end } = await ours.run(shell('echo x'), { signal });
          assert.equal(end, 'finished');
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      await ours.settled();
      await pollFor('the one that stays', 20_000, async () => (await sandboxesOf(id)).length === 1);
    };
    await runMany(WARM_UP);
    const early = holdings();
    collectGarbage();
    const earlyHeap = process.memoryUsage().heapUsed;

    await runMany(RUNS - WARM_UP);
    const late = holdings();
    collectGarbage();
    const grown = process.memoryUsage().heapUsed - earlyHeap;
    assert.equal(getEventListeners(signal, 'abort').length, 0);
    // A pooled connection to the engine more or less is no leak, one for each run is.
    for (const [kind, count] of Object.entries(late)) {
      assert.ok(count - (early[kind] ?? 0) <= 8, `${kind}: ${early[kind] ?? 0} became ${count}`);
    }
    assert.ok(grown < 4e6 + RUNS * 200, `the heap has grown by ${grown} bytes`);

    await ours.dispose();
    assert.deepEqual(await sandboxesOf(id), []);
  });

  it('are all gone when twenty are cancelled at once', async () => {
    const id = randomBytes(8).toString('hex');
    const ours = new DockerSandbox(engine, { owner: { ...owner, id }, logger: silentLogger });
    const controller = new AbortController();
    let running = 0;
    const runs = Array.from({ length: 20 }, () =>
      ours.run(shell("trap '' TERM; while :; do :; done"), {
        signal: controller.signal,
        onProgress: (message) => {
          if (message.startsWith('Running')) running += 1;
        },
      }),
    );
    const outcomes = Promise.allSettled(runs);
    await pollFor('some of them', 60_000, () => running >= 2);
    const begun = performance.now();
    controller.abort();
    const results = await outcomes;
    const milliseconds = performance.now() - begun;
    assert.ok(results.every(({ status }) => status === 'rejected'));
    assert.ok(milliseconds < 300, `answered after ${milliseconds} ms`);
    await ours.settled();
    assert.deepEqual(await sandboxesOf(id), []);
    await ours.dispose();
  });
});
