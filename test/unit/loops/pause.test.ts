import assert from 'node:assert/strict';
import * as path from 'node:path';
import { setImmediate as everythingElse } from 'node:timers/promises';
import { Loop1 } from '../../../src/loops/loop1/loop1';
import type { Loop1Parts } from '../../../src/loops/loop1/loop1';
import type { ResearchSource } from '../../../src/loops/loop1/research/source';
import { workspaceSource } from '../../../src/loops/loop1/research/workspace';
import type { Loop1Run } from '../../../src/loops/loop1/run';
import { heldSource } from '../../support/heldSource';
import { MemoryKeeper } from '../../support/memoryKeeper';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

/** A keeper whose saves can be made to wait. */
class HeldKeeper extends MemoryKeeper {
  private gate: Promise<void> = Promise.resolve();

  /** Returns what lets the saves go on. */
  hold(): () => void {
    let open: () => void = () => undefined;
    this.gate = new Promise<void>((resolve) => (open = resolve));
    return open;
  }

  override async save(run: Loop1Run): Promise<void> {
    await this.gate;
    await super.save(run);
  }
}

describe('a Loop 1 that is told to pause', () => {
  const folder = temporaryFolder('loop1-pause');
  let count = 0;

  function make(parts: Partial<Loop1Parts> = {}) {
    const root = path.join(folder, `${count++}`);
    writeFiles(root, { 'compose.yaml': 'services:\n  db:\n    image: postgres\n', 'src/a.js': 'run();\n' });
    const keeper = new HeldKeeper();
    const open = () => new Loop1({ root, keeper, sources: [workspaceSource], ...parts });
    return { keeper, open, loop: open() };
  }

  const savedOf = ({ saved }: HeldKeeper) => saved.map((text) => JSON.parse(text) as Loop1Run);

  it('ends the sources that are asked', async () => {
    const [one, other] = [heldSource('git'), heldSource('static')];
    const { loop } = make({ sources: [workspaceSource, one.source, other.source] });
    const working = loop.start();
    await Promise.all([one.asked(1), other.asked(1)]);
    await loop.pause();
    assert.deepEqual(
      [...one.signals, ...other.signals].map(({ aborted }) => aborted),
      [true, true],
    );
    assert.equal((await working).status, 'paused');
  });

  it('does not wait for a source that does not listen, and takes nothing of what it says later', async () => {
    let answer: () => void = () => undefined;
    let onAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (onAsked = resolve));
    const deaf: ResearchSource = {
      ...{ id: 'git', title: 'Deaf', needsNetwork: false, timeoutMs: 600_000 },
      gather: async () => {
        onAsked();
        await new Promise<void>((resolve) => (answer = resolve));
        return { parts: {}, artifacts: [], notes: ['too late'] };
      },
    };
    const { keeper, loop } = make({ sources: [workspaceSource, deaf] });
    const looked = new Promise<void>((resolve) => loop.onDidChange((run) => run.firstLook && resolve()));
    const working = loop.start();
    await Promise.all([asked, looked]);
    await loop.pause();
    const saves = keeper.saved.length;
    answer();
    assert.equal((await working).status, 'paused');
    await loop.latest();
    assert.equal(keeper.saved.length, saves);
    assert.ok(!keeper.saved.some((text) => text.includes('too late')));
  });

  it('saves nothing that has not begun to be saved', async () => {
    const [one, other] = [heldSource('git'), heldSource('audits')];
    const { keeper, loop } = make({ sources: [workspaceSource, one.source, other.source] });
    const looked = new Promise<void>((resolve) => loop.onDidChange((run) => run.firstLook && resolve()));
    const working = loop.start();
    await Promise.all([one.asked(1), other.asked(1), looked]);
    const release = keeper.hold();
    one.release();
    other.release();
    // What the first has said is being saved, what the other has said waits for that.
    await everythingElse();
    const paused = loop.pause();
    release();
    await paused;
    const { status, research } = await working;
    assert.equal(status, 'paused');
    assert.deepEqual(
      research?.sources.map(({ id }) => id),
      ['workspace', 'git'],
    );
  });

  it('does not wait for a model that is being chosen', async () => {
    let onAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (onAsked = resolve));
    const { loop } = make({
      model: () => {
        onAsked();
        return new Promise(() => undefined);
      },
    });
    const working = loop.start();
    await asked;
    await loop.pause();
    assert.deepEqual([(await working).status, (await working).nextStep], ['paused', 'premortem']);
  });

  for (const step of ['premortem', 'remediation', 'rate'] as const)
    it(`before the step ${step} does it when it goes on, once`, async () => {
      const { keeper, loop, open } = make();
      let release: () => void = () => undefined;
      const reached = new Promise<void>((resolve) => {
        const stop = loop.onDidChange(({ nextStep, status }) => {
          if (nextStep !== step || status !== 'running') return;
          // What the step makes of it waits for the disk from here on.
          release = keeper.hold();
          stop();
          resolve();
        });
      });
      const working = loop.start();
      await reached;
      const before = keeper.saved.length;
      const paused = loop.pause();
      release();
      await paused;
      const run = await working;
      assert.deepEqual([run.status, run.nextStep, run.iteration], ['paused', step, 1]);
      assert.deepEqual(
        savedOf(keeper)
          .slice(before)
          .map(({ status, nextStep }) => [status, nextStep]),
        [['paused', step]],
      );
      assert.equal(run.history.length, 0);
      const done = await open().resume();
      assert.deepEqual([done.id, done.status, done.history.length], [run.id, 'waiting for you', 1]);
    });

  it('does not become failed by what breaks as it ends', async () => {
    const { loop } = make({
      model: (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('the provider fell over')));
          queueMicrotask(() => void loop.pause());
        }),
    });
    assert.equal((await loop.start()).status, 'paused');
  });
});
