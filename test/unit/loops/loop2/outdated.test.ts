import assert from 'node:assert/strict';
import * as path from 'node:path';
import { makePlan } from '../../../../src/loops/loop2/plan/plan';
import { progressOf } from '../../../../src/loops/loop2/run';
import { loop2Bench } from '../../../support/loop2Bench';
import { temporaryFolder } from '../../../support/temporaryFolder';

const DRAFTS = ['a', 'b'].map((id) => ({ id, description: id, files: [`src/${id}.js`] }));
const YOU = { source: 'a test' };

describe('a task of Loop 2 whose files change after it has passed', function () {
  this.timeout(30_000);
  const folder = temporaryFolder('loop2-outdated');
  let number = 0;
  const stores: { close(): Promise<void> }[] = [];
  after(() => Promise.all(stores.map((store) => store.close())));
  /** With `a` done. */
  const begun = async (parts: Parameters<typeof loop2Bench>[1] = {}) => {
    const made = loop2Bench(path.join(folder, `${number++}`), parts);
    stores.push(made.store);
    await made.loop.begin(makePlan([{ drafts: DRAFTS, notes: [] }]), YOU);
    made.write({ 'src/a.js': 'GOOD' });
    await made.loop.ready('a');
    const done = async (): Promise<[number, number] | undefined> => {
      const run = await made.loop.latest();
      const progress = run && progressOf(run, new Date());
      return progress && [progress.done, progress.outdated];
    };
    return { ...made, done };
  };

  it('is counted no more, and again when they are as they were', async () => {
    const { loop, write, done, states } = await begun();
    await loop.lookForChanges();
    assert.deepEqual(await done(), [1, 0]);
    write({ 'src/a.js': 'GOOD but other' });
    await loop.lookForChanges();
    assert.deepEqual(await done(), [0, 1]);
    const run = await loop.latest();
    assert.match(run?.reason ?? '', /^0 of 2 tasks verified, 1 changed since; 1 task can be worked on\.$/);
    assert.match(run?.tasks[0]?.outdated?.reason ?? '', /have changed since they passed/);
    assert.equal((await states())['a'], 'done', 'what needs it is not held up');
    write({ 'src/a.js': 'GOOD' });
    await loop.lookForChanges();
    assert.deepEqual(await done(), [1, 0]);
  });

  it('is audited again when all else is done, and sent back where it does not hold any more', async () => {
    const withdrawn: string[] = [];
    const loop1 = {
      passed: async () => undefined,
      raise: async () => undefined,
      withdrawn: async ({ id }: { id: string }) => void withdrawn.push(id),
    };
    const { loop, write, states, audited } = await begun({ loop1 });
    // Nobody has looked: the end of the run does.
    write({ 'src/a.js': 'BAD TH01', 'src/b.js': 'GOOD' });
    const run = await loop.ready('b');
    assert.deepEqual(audited, ['src/a.js', 'src/b.js', 'src/a.js']);
    assert.deepEqual(await states(), { a: 'sent back', b: 'done' });
    assert.deepEqual([run.status, withdrawn], ['waiting for you', ['a']]);
    write({ 'src/a.js': 'GOOD again' });
    assert.equal((await loop.ready('a')).reason, '2 of 2 tasks verified.');
  });

  it('leaves a run completed that was, says so, and is audited again on wish', async () => {
    const { loop, write, done, audited } = await begun();
    write({ 'src/b.js': 'GOOD' });
    assert.equal((await loop.ready('b')).status, 'completed');
    await assert.rejects(loop.ready('b'), /b is done and can not become ready/);
    write({ 'src/a.js': 'GOOD but other' });
    await loop.lookForChanges();
    const run = await loop.latest();
    assert.deepEqual([run?.status, run?.reason], ['completed', '1 of 2 tasks verified, 1 changed since.']);
    audited.length = 0;
    assert.equal((await loop.ready('a')).reason, '2 of 2 tasks verified.');
    assert.deepEqual([audited, await done()], [['src/a.js'], [2, 0]]);
  });

  it('has three new attempts', async () => {
    const { loop, write, states } = await begun();
    write({ 'src/b.js': 'GOOD' });
    for (const text of ['BAD TH01 1', 'BAD TH02 2']) {
      write({ 'src/a.js': text });
      await loop.lookForChanges();
      await loop.ready('a');
    }
    assert.equal((await states())['a'], 'sent back');
    write({ 'src/a.js': 'BAD TH03 3' });
    await loop.ready('a');
    assert.equal((await states())['a'], 'needs you');
  });

  it('is audited again without being taken anew, when an agent has done it', async () => {
    const { loop, write, done } = await begun();
    await loop.reassign('b', 'agent');
    await loop.take('b', 'an agent');
    write({ 'src/b.js': 'GOOD' });
    await loop.ready('b');
    write({ 'src/b.js': 'GOOD but other' });
    await loop.lookForChanges();
    assert.deepEqual(await done(), [1, 1]);
    await loop.ready('b');
    assert.deepEqual(await done(), [2, 0]);
  });
});
