import assert from 'node:assert/strict';
import type { Loop2Run } from '../../../../src/loops/loop2/run';
import { draftOf } from '../../../../src/loops/loop2/proposal/draft';
import type { TaskRecord } from '../../../../src/loops/loop2/taskRecord';
import { viewOf } from '../../../../src/loops/loop2/view';
import { loop2Run } from '../../../support/loop2Run';

const NOW = new Date('2026-11-29T10:00:00.000Z');

describe('the view of a Loop 2', () => {
  const started = (changes: Record<string, Partial<TaskRecord>>, parts: Partial<Loop2Run> = {}): Loop2Run => {
    const run = loop2Run([
      { id: 'a', description: 'A', files: ['a.js'] },
      { id: 'b', description: 'B', dependencies: ['a'] },
      { id: 'c', description: 'C', dependencies: ['a'] },
      { id: 'd', description: 'D', dependencies: ['a', 'b'] },
    ]);
    const tasks = run.tasks.map((task) => ({ ...task, ...changes[task.id] }));
    return { ...run, status: 'waiting for you', tasks, ...parts };
  };
  const tasksOf = (run: Loop2Run) =>
    Object.fromEntries(
      viewOf(run, NOW)
        .phases.flatMap(({ tasks }) => tasks)
        .map((task) => [task.id, task]),
    );

  it('says whose turn it is, what waits for what, and where it is narrow', () => {
    const { phases } = viewOf(started({}), NOW);
    assert.deepEqual(
      phases.map(({ number, isNow, tasks }) => [number, isNow, tasks.map(({ id }) => id)]),
      [
        [1, true, ['a']],
        [2, false, ['b', 'c']],
        [3, false, ['d']],
      ],
    );
    const { a, b, d } = tasksOf(started({}));
    assert.deepEqual([a?.isTurn, a?.dependants, a?.waitsFor], [true, 3, []]);
    assert.deepEqual([b?.isTurn, b?.waitsFor, b?.blockedBy], [false, ['a'], '']);
    assert.deepEqual(d?.waitsFor, ['a', 'b']);
    const held = tasksOf(started({ a: { state: 'done', verdictId: 'v' }, b: { state: 'needs you' } }));
    assert.deepEqual([held['d']?.waitsFor, held['d']?.blockedBy], [['b'], 'b']);
  });

  it('offers what can be done with a task, and nothing else', () => {
    const can = (state: TaskRecord['state'], id = 'a') => tasksOf(started({ [id]: { state } }))[id]?.can;
    assert.deepEqual(can('open'), ['work', 'ready', 'model', 'assign', 'except', 'drop']);
    assert.deepEqual(can('open', 'b'), ['assign', 'except', 'drop']);
    assert.deepEqual(can('sent back'), ['work', 'ready', 'model', 'assign', 'except', 'drop']);
    assert.deepEqual(can('working'), ['work', 'ready', 'model', 'assign', 'drop']);
    assert.deepEqual(can('auditing'), []);
    assert.deepEqual(can('needs you'), ['ready', 'model', 'assign', 'retry', 'except', 'drop']);
    assert.deepEqual(can('cancelled'), ['assign', 'retry']);
    const draft = draftOf([{ file: 'a.js', before: null, after: '' }], '');
    const model = (state: TaskRecord['state']) =>
      tasksOf(started({ a: { state, worker: 'model', draft } }))['a']?.can;
    assert.deepEqual(model('proposed'), ['show', 'apply', 'sendBack', 'discard']);
    assert.deepEqual(model('working'), ['show', 'stop', 'drop']);
    assert.deepEqual(model('auditing'), ['show', 'stop']);
    assert.deepEqual(model('needs you')?.slice(0, 2), ['show', 'discard']);
    assert.deepEqual(tasksOf(started({}, { status: 'cancelled' }))['a']?.can, []);
  });

  it('counts verified tasks only, and offers for a run what fits how it stands', () => {
    const { progress, can } = viewOf(
      started({ a: { state: 'ready' }, b: { state: 'done', verdictId: 'v' }, c: { state: 'cancelled' } }),
      NOW,
    );
    assert.deepEqual([progress.done, progress.total], [1, 3]);
    assert.deepEqual(can, { resume: false, pause: false, cancel: true, add: true });
    assert.equal(viewOf(started({}, { status: 'interrupted' }), NOW).can.resume, true);
    assert.equal(viewOf(started({}, { status: 'running' }), NOW).can.pause, true);
  });
});
