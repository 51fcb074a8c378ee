import assert from 'node:assert/strict';
import * as path from 'node:path';
import { makePlan } from '../../../../src/loops/loop2/plan/plan';
import { loop2Bench } from '../../../support/loop2Bench';
import { temporaryFolder } from '../../../support/temporaryFolder';

const DRAFTS = ['a', 'b', 'c'].map((id) => ({ id, description: id, files: [`src/${id}.js`] }));

describe('a Loop 2 whose process has died', function () {
  this.timeout(30_000);
  const folder = temporaryFolder('loop2-interrupted');
  let store: { close(): Promise<void> } | undefined;
  after(() => store?.close());

  it('stands as it is gone on with', async () => {
    const made = loop2Bench(path.join(folder, 'one'));
    store = made.store;
    const { loop, state } = made;
    const run = await loop.begin(makePlan([{ drafts: DRAFTS, notes: [] }]), { source: 'a test' });
    const tasks = run.tasks.map((task) => {
      if (task.id === 'a') return { ...task, state: 'auditing' as const };
      return task.id === 'b' ? { ...task, state: 'working' as const, worker: 'model' as const } : task;
    });
    await state.loop2Runs.save({ ...run, status: 'interrupted', tasks });
    const after = await loop.latest();
    assert.deepEqual(
      after?.tasks.map((task) => task.state),
      ['ready', 'open', 'open'],
    );
    assert.ok(after.princesses.every(({ working, status }) => working === 0 && status === 'idle'));
  });
});
