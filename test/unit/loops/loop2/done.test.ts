import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Loop2Run } from '../../../../src/loops/loop2/run';
import { judged, moved, MAX_ATTEMPTS, stateAt, unchangedSince } from '../../../../src/loops/loop2/taskRecord';
import type { TaskRecord } from '../../../../src/loops/loop2/taskRecord';
import type { TaskVerdict } from '../../../../src/loops/loop2/verdict';
import { ProjectState } from '../../../../src/repositories/projectState';
import { loop2Run, taskVerdict } from '../../../support/loop2Run';
import { openStore } from '../../../support/stateStore';
import { temporaryFolder } from '../../../support/temporaryFolder';

describe('done', function () {
  this.timeout(20_000);
  const folder = temporaryFolder('loop2-done');
  let count = 0;

  const audited = (run: Loop2Run, id = 'a'): TaskRecord => {
    const task = run.tasks.find((each) => each.id === id);
    assert.ok(task);
    return moved(moved(task, 'ready'), 'auditing');
  };
  const two = () =>
    loop2Run([
      { id: 'a', description: 'A' },
      { id: 'b', description: 'B', dependencies: ['a'] },
    ]);
  const open = (place = path.join(folder, `${count++}`)) => {
    const { store } = openStore(place);
    return { place, store, runs: new ProjectState(store, place, 'project', () => 30).loop2Runs };
  };
  const withTask = (run: Loop2Run, task: TaskRecord): Loop2Run => ({
    ...run,
    tasks: run.tasks.map((each) => (each.id === task.id ? task : each)),
  });

  it('is a task only by a verdict that is about it and passes it', () => {
    const run = two();
    const task = audited(run);
    assert.equal(judged(task, taskVerdict(run.id, 'a')).state, 'done');
    assert.throws(() => judged(task, taskVerdict(run.id, 'b')), /can not be given to a/);
    assert.throws(() => judged(task, taskVerdict(run.id, 'a', { id: '' })), /can not be given/);
    for (const state of ['open', 'ready', 'working', 'cancelled', 'needs you', 'sent back', 'done'] as const)
      assert.throws(() => judged({ ...task, state }, taskVerdict(run.id, 'a')), /can not be given/, state);
    // No other state leads there, and none leads away.
    const done = judged(task, taskVerdict(run.id, 'a'));
    assert.throws(() => moved(done, 'open'), /is done and can not become open/);
    // @ts-expect-error: the type knows that it is not for this function to say.
    assert.throws(() => moved(task, 'done'));
  });

  it('is not saved without its verdict, nor with that of another task, of another run, or one that fails', async () => {
    const { runs, store } = open();
    const run = two();
    const passed = taskVerdict(run.id, 'a');
    const done = withTask(run, judged(audited(run), passed));
    const wrong: TaskVerdict[][] = [
      [],
      [{ ...passed, id: 'another' }],
      [{ ...passed, taskId: 'b' }],
      [{ ...passed, runId: 'another' }],
      [{ ...passed, outcome: 'fail' }],
      [{ ...passed, outcome: 'not run' }],
    ];
    await runs.save(run);
    for (const verdicts of wrong)
      await assert.rejects(runs.save(done, verdicts), /a can not be done: no verdict in the store passes it/);
    const [kept] = await runs.list();
    assert.deepEqual([kept?.tasks[0]?.state, await runs.verdicts(run.id)], ['open', []]);
    await runs.save(done, [passed]);
    // Its verdict is there already.
    await runs.save({ ...done, reason: 'x' });
    assert.deepEqual((await runs.list())[0]?.tasks[0], done.tasks[0]);
    assert.deepEqual(await runs.verdicts(run.id, 'a'), [passed]);
    await store.close();
  });

  it('is not believed of a row whose verdict is gone', async () => {
    const { place, runs, store } = open();
    const run = two();
    const passed = taskVerdict(run.id, 'a');
    await runs.save(withTask(run, judged(audited(run), passed)), [passed]);
    await store.save([{ table: 'task_verdicts', removed: passed.id }]);
    await store.close();
    const later = open(place);
    const [task] = (await later.runs.list())[0]?.tasks ?? [];
    assert.deepEqual([task?.state, task?.verdictId], ['ready', null]);
    await later.store.close();
  });

  it('comes back equal after a restart, and goes with its run', async () => {
    const { place, runs, store } = open();
    const run = two();
    const passed = taskVerdict(run.id, 'a');
    const saved = withTask(run, judged(audited(run), passed));
    await runs.save(saved, [passed]);
    await store.close();
    const later = open(place);
    assert.deepEqual(await later.runs.list(), [saved]);
    await later.runs.remove(run.id);
    assert.deepEqual([await later.runs.list(), await later.runs.verdicts(run.id)], [[], []]);
    await later.store.close();
  });

  it('needs a person after three attempts, and no attempt is what could not be run', () => {
    const run = two();
    let task = audited(run);
    const away = taskVerdict(run.id, 'a', { outcome: 'not run', helps: 'wait', reason: 'no engine' });
    for (let again = 0; again < 5; again++) task = moved(judged(task, away), 'auditing');
    assert.deepEqual(task.attempts, []);
    const untrusted = judged(task, { ...away, helps: 'person' });
    assert.deepEqual([untrusted.state, untrusted.attempts.length], ['needs you', 0]);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const contentHash = `${attempt}`;
      task = judged(task, taskVerdict(run.id, 'a', { outcome: 'fail', reason: 'stub', contentHash }));
      assert.equal(task.state, attempt < MAX_ATTEMPTS ? 'sent back' : 'needs you');
      assert.equal(unchangedSince(task, contentHash)?.contentHash, contentHash);
      assert.equal(unchangedSince(task, 'other'), undefined);
      if (attempt < MAX_ATTEMPTS) task = moved(moved(task, 'ready'), 'auditing');
    }
    assert.match(task.reason, /^3 attempts have failed\. stub$/);
    // A person gives it three more.
    task = moved(task, 'open', { forgiven: task.attempts.length });
    task = judged(moved(moved(task, 'ready'), 'auditing'), taskVerdict(run.id, 'a', { outcome: 'fail' }));
    assert.equal(task.state, 'sent back');
  });

  it('does not come of an exception, which runs out', () => {
    const [task] = two().tasks;
    assert.ok(task);
    const exception = {
      reason: 'r',
      by: 'me',
      at: '2026-01-01T00:00:00.000Z',
      expiresAt: '2026-02-01T00:00:00.000Z',
    };
    const excepted = moved(task, 'excepted', { exception });
    assert.equal(stateAt(excepted, new Date('2026-01-31')), 'excepted');
    assert.equal(stateAt(excepted, new Date('2026-02-01')), 'needs you');
    assert.equal(excepted.verdictId, null);
  });
});
