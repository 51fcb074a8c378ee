import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Loop1 } from '../../../src/loops/loop1/loop1';
import type { Loop1Parts } from '../../../src/loops/loop1/loop1';
import { workspaceSource } from '../../../src/loops/loop1/research/workspace';
import { reportOf } from '../../../src/loops/loop1/runText';
import type { Loop1Run } from '../../../src/loops/loop1/run';
import { heldSource } from '../../support/heldSource';
import { MemoryKeeper } from '../../support/memoryKeeper';
import { CLEAN_PROJECT } from '../../support/plantedProject';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

describe('the run of a Loop 1', () => {
  const folder = temporaryFolder('loop1-run');
  let count = 0;

  function make(files: Record<string, string>, parts: Partial<Loop1Parts> = {}) {
    const root = path.join(folder, `${count++}`);
    writeFiles(root, files);
    const keeper = new MemoryKeeper();
    const open = () => new Loop1({ root, keeper, sources: [workspaceSource], ...parts });
    return { root, keeper, open, loop: open() };
  }

  const FAULTY = { 'compose.yaml': 'services:\n  db:\n    image: postgres\n    ports: ["5432:5432"]\n' };
  const mending = (root: string, text: string) => fs.writeFileSync(path.join(root, 'compose.yaml'), text);

  it('saves each step in its order, and waits for a person above the target', async () => {
    const { keeper, loop } = make(FAULTY);
    const run = await loop.start({ goal: 'a shop' });
    assert.equal(run.status, 'waiting for you');
    assert.match(run.reason, /target 5 %.*P0 is open/);
    assert.equal(run.nextStep, null);
    const steps = keeper.saved.map((text) => (JSON.parse(text) as Loop1Run).nextStep);
    assert.deepEqual(
      steps.filter((step, index) => step !== steps[index - 1]),
      ['research', 'premortem', 'remediation', 'rate', null],
    );
    assert.equal((JSON.parse(keeper.saved[0] ?? '') as Loop1Run).failureRate, 100);
    assert.deepEqual(
      run.history.map(({ iteration, now }) => [iteration, now]),
      [[1, run.failureRate]],
    );
    assert.equal(run.goal.text, 'a shop');
  });

  it('ends as not converged after two iterations that brought nothing', async () => {
    const { loop } = make(FAULTY);
    await loop.start();
    assert.equal((await loop.start()).status, 'waiting for you');
    const run = await loop.start();
    assert.equal(run.status, 'not converged');
    assert.match(run.reason, /2 iterations brought nothing/);
  });

  it('counts success in the last iteration, and begins anew after it', async () => {
    const { root, keeper, open } = make(FAULTY);
    await open().start();
    const [run] = await keeper.list();
    assert.ok(run);
    await keeper.save({ ...run, iteration: 9 });
    mending(root, 'services: {}\n');
    const last = await open().start();
    assert.deepEqual([last.iteration, last.status, last.failureRate], [10, 'completed', 0]);
    const next = await open().start();
    assert.deepEqual([next.iteration, next.id === last.id], [1, false]);
  });

  it('ends as not converged in the last iteration above the target', async () => {
    const { root, keeper, open } = make(FAULTY);
    await open().start();
    const [run] = await keeper.list();
    assert.ok(run);
    await keeper.save({ ...run, iteration: 9 });
    mending(
      root,
      'services:\n  db:\n    image: postgres:17.2\n    volumes: [data:/var/lib/postgresql/data]\n',
    );
    const last = await open().start();
    assert.deepEqual([last.iteration, last.status], [10, 'not converged']);
  });

  it('begins a new run for another goal, and keeps its run for the same', async () => {
    const { loop } = make(FAULTY);
    const first = await loop.start({ goal: 'a shop' });
    assert.equal((await loop.start({ goal: 'a shop' })).id, first.id);
    assert.notEqual((await loop.start({ goal: 'a bank' })).id, first.id);
  });

  it('pauses in the middle of a step, keeps that through a restart, and goes on from there', async () => {
    const held = heldSource();
    const { keeper, loop, open } = make(FAULTY, { sources: [workspaceSource, held.source] });
    const working = loop.start();
    await held.asked(1);
    await loop.pause();
    const paused = await working;
    assert.deepEqual([paused.status, paused.nextStep, paused.iteration], ['paused', 'research', 1]);
    assert.equal((await keeper.list())[0]?.status, 'paused');

    const later = open();
    const resumed = later.resume();
    await held.asked(2);
    held.release();
    const done = await resumed;
    assert.deepEqual([done.id, done.iteration, done.status], [paused.id, 1, 'waiting for you']);
    assert.equal(done.history.length, 1);
  });

  it('takes a card and a constraint at once, in the middle of a phase', async () => {
    const held = heldSource();
    const { keeper, loop } = make(CLEAN_PROJECT, { sources: [workspaceSource, held.source] });
    const working = loop.start();
    await held.asked(1);
    await loop.inject('card', 'The only person who knows the tax rules leaves', {
      likelihood: 0.9,
      impact: 0.9,
    });
    await loop.inject('constraint', 'No cloud services');
    const [saved] = await keeper.list();
    assert.equal(saved?.ownCards[0]?.title, 'The only person who knows the tax rules leaves');
    assert.deepEqual(saved?.constraints, ['No cloud services']);
    assert.match(saved?.injections[0]?.during ?? '', /iteration 1, research/);
    held.release();
    const run = await working;
    assert.equal(run.failureRate, 81);
    assert.equal(run.status, 'waiting for you');
    const [card] = reportOf(run).scenarios;
    assert.deepEqual([card?.source, card?.priority], ['you', 'P0']);
  });

  it('shows accepted risks apart, which weigh nothing until they expire', async () => {
    let now = new Date('2026-11-28T10:00:00Z');
    const { loop } = make(FAULTY, { now: () => now });
    const { failureRate, premortem } = await loop.start();
    for (const { id } of premortem?.scenarios ?? [])
      await loop.decide({
        ...{ scenarioId: id, kind: 'accepted', reason: 'a trial for a week', by: 'me' },
        expiresAt: '2026-12-05T00:00:00Z',
      });
    const accepted = await loop.latest();
    assert.deepEqual([accepted?.failureRate, accepted?.status], [0, 'completed']);
    assert.ok(accepted && reportOf(accepted, now).scenarios.every(({ state }) => state === 'accepted'));
    now = new Date('2026-12-06T10:00:00Z');
    const after = await loop.start();
    assert.equal(after.failureRate, failureRate);
    assert.ok(reportOf(after, now).scenarios.every(({ state }) => state === 'open'));
  });

  it('wants a reason for a decision, and a scenario that is there', async () => {
    const { loop } = make(FAULTY);
    const { premortem } = await loop.start();
    const decision = { kind: 'dismissed' as const, by: 'me', expiresAt: null };
    const scenarioId = premortem?.scenarios[0]?.id ?? '';
    await assert.rejects(loop.decide({ ...decision, scenarioId, reason: ' ' }), /needs a reason/);
    await assert.rejects(loop.decide({ ...decision, scenarioId: 'x', reason: 'y' }), /no scenario x/);
  });

  it('does not take "the task passed" for gone while its probe still sees it', async () => {
    const { loop } = make(FAULTY);
    const { failureRate, premortem } = await loop.start();
    for (const { id } of premortem?.scenarios ?? [])
      await loop.decide({
        scenarioId: id,
        kind: 'task passed',
        reason: 'Loop 2',
        by: 'Loop 2',
        expiresAt: null,
      });
    assert.equal((await loop.latest())?.failureRate, failureRate);
  });

  it('keeps a scenario whose evidence can not be read any more', async function () {
    if (process.getuid?.() === 0) {
      // Root reads everything: a folder in place of the file can't be read by anyone.
      const { root, loop } = make({ ...FAULTY });
      await loop.start();
      mending(root, `${FAULTY['compose.yaml']}# ${'x'.repeat(600_000)}\n`);
      const run = await loop.start();
      const cards = reportOf(run).scenarios;
      assert.ok(cards.length > 0);
      assert.match(
        run.premortem?.scenarios[0]?.note ?? '',
        /not looked at this time \(compose.yaml too large/,
      );
      return;
    }
    const { root, loop } = make(FAULTY);
    await loop.start();
    fs.chmodSync(path.join(root, 'compose.yaml'), 0);
    const run = await loop.start();
    assert.ok(reportOf(run).scenarios.length > 0);
    assert.match(run.premortem?.scenarios[0]?.note ?? '', /not looked at this time/);
  });

  it('is the only one at work on a run', async () => {
    const held = heldSource();
    const { loop, open } = make(FAULTY, { sources: [workspaceSource, held.source] });
    const working = loop.start();
    await held.asked(1);
    await assert.rejects(open().resume(), /Another window/);
    await assert.rejects(loop.start(), /at work already/);
    await loop.cancel();
    assert.equal((await working).status, 'cancelled');
    await assert.rejects(loop.resume(), /no run to go on with/);
  });

  it('fails with the reason when the workspace is not there, and can be begun again', async () => {
    const { root, loop } = make(FAULTY);
    fs.renameSync(root, `${root}-away`);
    const failed = await loop.start();
    assert.equal(failed.status, 'failed');
    assert.match(failed.reason, /can not be read/);
    fs.renameSync(`${root}-away`, root);
    assert.equal((await loop.resume()).status, 'waiting for you');
  });

  it('says when the files are not those it looked at', async () => {
    const { root, loop } = make(FAULTY);
    await loop.start();
    assert.equal(await loop.hasDrifted(), false);
    mending(root, 'services: {}\n');
    assert.equal(await loop.hasDrifted(), true);
  });
});
