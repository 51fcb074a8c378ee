import assert from 'node:assert/strict';
import * as path from 'node:path';
import { Loop1 } from '../../../src/loops/loop1/loop1';
import type { Loop1Parts } from '../../../src/loops/loop1/loop1';
import { workspaceSource } from '../../../src/loops/loop1/research/workspace';
import type { Loop1Run } from '../../../src/loops/loop1/run';
import { viewOf } from '../../../src/loops/loop1/view';
import { heldSource } from '../../support/heldSource';
import { MemoryKeeper } from '../../support/memoryKeeper';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const FAULTY = {
  'compose.yaml': 'services:\n  db:\n    image: postgres\n    ports: ["5432:5432"]\n',
  'src/a.js': 'run();\n',
};

describe('a run of Loop 1 in several windows', () => {
  const folder = temporaryFolder('loop1-windows');
  let count = 0;

  function make(parts: Partial<Loop1Parts> = {}) {
    const root = path.join(folder, `${count++}`);
    writeFiles(root, FAULTY);
    const keeper = new MemoryKeeper();
    const open = () => new Loop1({ root, keeper, sources: [workspaceSource], ...parts });
    return { keeper, open };
  }

  const dismissal = (scenarioId: string) => ({
    ...{ scenarioId, kind: 'dismissed' as const, reason: 'a toy', by: 'me', expiresAt: null },
  });

  it('keeps what both have said of it', async () => {
    const { open } = make();
    const [one, other] = [open(), open()];
    const { premortem } = await one.start();
    const [first, second] = premortem?.scenarios ?? [];
    assert.ok(first && second);
    await other.latest();
    await one.decide(dismissal(first.id));
    await Promise.all([
      other.decide(dismissal(second.id)),
      other.inject('constraint', 'No cloud'),
      other.inject('card', 'The landlord cuts the power'),
    ]);
    const run = await one.start();
    assert.equal(run.iteration, 2);
    assert.deepEqual(
      run.decisions.map(({ scenarioId }) => scenarioId),
      [first.id, second.id],
    );
    assert.deepEqual([run.constraints, run.ownCards.length], [['No cloud'], 1]);
  });

  it('is told to the windows that look on', async () => {
    const { open } = make();
    const [one, other] = [open(), open()];
    const seen: Loop1Run[] = [];
    const stop = other.onDidChange((run) => seen.push(run));
    const { updatedAt } = await one.start();
    await other.latest();
    assert.equal(seen.at(-1)?.status, 'waiting for you');
    assert.equal(seen.at(-1)?.updatedAt, updatedAt);
    stop();
    const times = seen.length;
    await one.inject('constraint', 'No cloud');
    await other.latest();
    assert.equal(seen.length, times);
  });

  it('is not changed by one while another is at work on it, which is said', async () => {
    const held = heldSource();
    const { keeper, open } = make({ sources: [workspaceSource, held.source] });
    const one = open();
    const working = one.start();
    await held.asked(1);
    const other = open();
    await assert.rejects(other.inject('constraint', 'No cloud'), /Another window/);
    await assert.rejects(other.pause(), /Another window/);
    assert.equal((await keeper.list())[0]?.status, 'running');
    held.release();
    assert.equal((await working).status, 'waiting for you');
    await other.inject('constraint', 'No cloud');
    assert.deepEqual((await one.latest())?.constraints, ['No cloud']);
  });

  it('is not begun again by a window that has not seen its end', async () => {
    const { keeper, open } = make();
    const [one, other] = [open(), open()];
    const { id } = await one.start();
    // Ended at the very moment between what the window has seen and its claim.
    const claim = keeper.claim.bind(keeper);
    keeper.claim = async (wanted) => {
      keeper.claim = claim;
      await one.cancel();
      return claim(wanted);
    };
    await assert.rejects(other.start(), /just been ended elsewhere/);
    assert.equal((await other.latest())?.status, 'cancelled');
    assert.notEqual((await other.start()).id, id);
  });
});

describe('the first cards of a Loop 1', () => {
  const folder = temporaryFolder('loop1-first-cards');

  it('are there while sources are still asked, can be decided, and give way to the pre-mortem', async () => {
    writeFiles(folder, FAULTY);
    const held = heldSource('static');
    const keeper = new MemoryKeeper();
    const loop = new Loop1({ root: folder, keeper, sources: [workspaceSource, held.source] });
    const cardsOf = (run: Loop1Run): string[] =>
      viewOf(run, new Date()).columns.flatMap(({ cards }) => cards.map(({ id }) => id));
    const shown = new Promise<Loop1Run>((resolve) =>
      loop.onDidChange((run) => cardsOf(run).length > 0 && resolve(run)),
    );
    const working = loop.start();
    const early = await shown;
    const id = 'database-without-volume:compose.yaml#db';
    assert.deepEqual([early.nextStep, early.premortem, early.failureRate], ['research', null, 100]);
    assert.ok(cardsOf(early).includes(id));
    // They outlast the window.
    assert.ok(cardsOf((await keeper.list())[0] ?? early).includes(id));
    await held.asked(1);
    await loop.decide({ scenarioId: id, kind: 'accepted', reason: 'a toy', by: 'me', expiresAt: null });
    held.release();
    const run = await working;
    assert.equal(run.firstLook, undefined);
    assert.deepEqual(
      viewOf(run, new Date()).settled.map((card) => card.id),
      [id],
    );
    assert.deepEqual(
      new Set([...cardsOf(run), id]),
      new Set(cardsOf(early)),
      'nothing that was shown early was a mistake',
    );
  });
});
