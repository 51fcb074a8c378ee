import assert from 'node:assert/strict';
import * as path from 'node:path';
import { CancelledError } from '../../../../src/base/errors';
import { makePlan } from '../../../../src/loops/loop2/plan/plan';
import type { TaskDraft } from '../../../../src/loops/loop2/plan/task';
import type { Worker } from '../../../../src/loops/loop2/worker';
import { loop2Bench } from '../../../support/loop2Bench';
import { auditReport } from '../../../support/reports';
import { temporaryFolder } from '../../../support/temporaryFolder';

/** `a` and `b` first, `c` needs `a`, `d` needs both. */
const FOUR: TaskDraft[] = [
  { id: 'a', description: 'A', files: ['src/a.js'] },
  { id: 'b', description: 'B', files: ['src/b.js'] },
  { id: 'c', description: 'C', files: ['src/c.js'], dependencies: ['a'] },
  { id: 'd', description: 'D', files: ['src/d.js'], dependencies: ['a', 'b'] },
];
const plan = (drafts: TaskDraft[] = FOUR) => makePlan([{ drafts, notes: [] }]);
const YOU = { source: 'a test' };

describe('the flow of a Loop 2', function () {
  this.timeout(30_000);
  const folder = temporaryFolder('loop2-flow');
  let number = 0;
  const stores: { close(): Promise<void> }[] = [];
  const opened = <T extends { store: { close(): Promise<void> } }>(made: T): T => {
    stores.push(made.store);
    return made;
  };
  after(() => Promise.all(stores.map((store) => store.close())));
  const bench = (parts: Parameters<typeof loop2Bench>[1] = {}) =>
    opened(loop2Bench(path.join(folder, `${number++}`), parts));
  /** A worker that writes what `texts` has next for a task. */
  const writer = (
    write: (files: Record<string, string>) => void,
    texts: Record<string, string[]>,
  ): Worker => ({
    name: 'a writer',
    work: async ({ task }) => {
      const text = texts[task.id]?.shift();
      if (text === undefined) return { kind: 'gave up', reason: 'nothing comes to mind' };
      write(Object.fromEntries(task.files.map((file) => [file, text])));
      return { kind: 'ready' };
    },
  });

  it('waits for you, phase after phase, and completes when all are verified', async () => {
    const { loop, write, states } = bench();
    const begun = await loop.begin(plan(), YOU);
    assert.deepEqual(
      [begun.status, begun.reason],
      ['waiting for you', '0 of 4 tasks verified; 2 tasks can be worked on.'],
    );
    await assert.rejects(loop.ready('c'), /The task c waits for a/);
    write({ 'src/a.js': 'GOOD', 'src/c.js': 'GOOD' });
    await loop.ready('a');
    // Its own needs are met, but the first phase is not through.
    await assert.rejects(loop.ready('c'), /c is of a later phase than 1/);
    write({ 'src/b.js': 'GOOD', 'src/d.js': 'GOOD' });
    await loop.ready('b');
    await loop.ready('c');
    const last = await loop.ready('d');
    assert.deepEqual([last.status, last.reason], ['completed', '4 of 4 tasks verified.']);
    assert.deepEqual(await states(), { a: 'done', b: 'done', c: 'done', d: 'done' });
    for (const { id, verdictId } of last.tasks)
      assert.deepEqual(
        (await loop.verdictsOf(id)).map((verdict) => verdict.id),
        [verdictId],
      );
    await assert.rejects(loop.ready('a'), /a is done and can not become ready/);
    // The next run is another one.
    assert.notEqual((await loop.begin(plan(), YOU)).id, last.id);
  });

  it('sends a task back with the findings, and looks again only when it has changed', async () => {
    const { loop, write, states, audited } = bench();
    await loop.begin(plan(), YOU);
    write({ 'src/a.js': 'BAD TH01' });
    await loop.ready('a');
    const [verdict] = await loop.verdictsOf('a');
    assert.equal(verdict?.outcome, 'fail');
    assert.deepEqual(
      verdict?.findings.map(({ rule, file, line }) => ({ rule, file, line })),
      [{ rule: 'TH01', file: 'src/a.js', line: 3 }],
    );
    await assert.rejects(loop.ready('a'), /Nothing of a has changed since it failed/);
    assert.deepEqual([audited, (await states())['a']], [['src/a.js'], 'sent back']);
    write({ 'src/a.js': 'UNTESTED' });
    await loop.ready('a');
    assert.match((await loop.latest())?.tasks[0]?.reason ?? '', /no test reaches it/);
    write({ 'src/a.js': 'BAD TH02' });
    await loop.ready('a');
    const run = await loop.latest();
    assert.deepEqual([run?.tasks[0]?.state, run?.tasks[0]?.attempts.length], ['needs you', 3]);
    // What needs it is stopped, and nothing else.
    write({ 'src/b.js': 'GOOD' });
    assert.match(
      (await loop.ready('b')).reason,
      /1 of 4 tasks verified; 1 needs you, 2 wait for what does not get on\./,
    );
    await assert.rejects(loop.ready('c'), /c waits for a, which does not get on/);
    await loop.retry('a');
    write({ 'src/a.js': 'GOOD' });
    await loop.ready('a');
    assert.equal((await states())['a'], 'done');
  });

  it('goes on past what does not get on, with all that does not need it', async () => {
    const { loop, write, states } = bench();
    await loop.begin(
      plan([
        { id: 'a', description: 'A', files: ['src/a.js'] },
        { id: 'b', description: 'B', files: ['src/b.js'] },
        { id: 'c', description: 'C', files: ['src/c.js'], dependencies: ['a'] },
        { id: 'e', description: 'E', files: ['src/e.js'], dependencies: ['b'] },
      ]),
      YOU,
    );
    await loop.cancelTask('a');
    write({ 'src/b.js': 'GOOD', 'src/e.js': 'GOOD' });
    await loop.ready('b');
    const last = await loop.ready('e');
    assert.deepEqual(await states(), { a: 'cancelled', b: 'done', c: 'open', e: 'done' });
    assert.deepEqual(
      [last.status, last.reason],
      ['not converged', '2 of 3 tasks verified; 1 waits for what does not get on.'],
    );
    await loop.retry('a');
    assert.equal((await loop.latest())?.status, 'waiting for you');
  });

  it('tries again what could not be run, without an attempt, and leaves it ready', async () => {
    const { loop, write, states, audited } = bench();
    await loop.begin(plan(), YOU);
    write({ 'src/a.js': 'AWAY' });
    const run = await loop.ready('a');
    assert.deepEqual([audited.length, (await states())['a'], run.tasks[0]?.attempts], [4, 'ready', []]);
    assert.match(run.tasks[0]?.reason ?? '', /no engine answers/);
    write({ 'src/a.js': 'GOOD' });
    await loop.resume();
    assert.equal((await states())['a'], 'done');
  });

  it('lets workers do their tasks beside each other, as many as may, and takes no word of theirs', async () => {
    let together = 0;
    let most = 0;
    const parts = bench();
    const inner = writer(parts.write, {
      a: ['BAD TH01', 'GOOD'],
      b: ['GOOD'],
      c: ['GOOD'],
      d: ['GOOD'],
      e: ['GOOD'],
    });
    const seen: (string | undefined)[] = [];
    const both: (() => void)[] = [];
    const worker: Worker = {
      name: 'a writer',
      work: async (job, signal) => {
        most = Math.max(most, ++together);
        // The first two wait for each other: were they not let in together, this would not end.
        if (job.task.id !== 'a' || !job.verdict)
          if (both.length < 1 && (job.task.id === 'a' || job.task.id === 'b'))
            await new Promise<void>((resolve) => both.push(resolve));
          else both.forEach((resolve) => resolve());
        seen.push(job.verdict && `${job.task.id} ${job.verdict.findings[0]?.rule ?? ''}`);
        const end = await inner.work(job, signal);
        together--;
        return end;
      },
    };
    const { loop, states } = opened(loop2Bench(path.join(parts.root, '..'), { workers: { model: worker } }));
    const drafts = [...FOUR, { id: 'e', description: 'E', files: ['src/e.js'] }];
    let busiest = 0;
    loop.onDidChange(({ tasks }) => {
      const busy = tasks.filter(({ state }) => ['working', 'ready', 'auditing'].includes(state));
      busiest = Math.max(busiest, busy.length);
    });
    const run = await loop.begin(plan(drafts), { source: 'a test', worker: 'model', parallel: 2 });
    assert.deepEqual(await states(), { a: 'done', b: 'done', c: 'done', d: 'done', e: 'done' });
    assert.deepEqual([run.status, most, busiest], ['completed', 2, 2]);
    assert.deepEqual(
      seen.filter((each) => each !== undefined),
      ['a TH01'],
    );
    assert.equal(run.tasks[0]?.attempts.length, 2);
  });

  it('ends a worker at once on pause, and goes on where it was', async () => {
    const files = bench();
    let begun: () => void = () => undefined;
    const isWorking = new Promise<void>((resolve) => (begun = resolve));
    let calls = 0;
    const worker: Worker = {
      name: 'slow',
      work: (_job, signal) => {
        if (++calls > 1) {
          files.write({ 'src/a.js': 'GOOD' });
          return Promise.resolve({ kind: 'ready' });
        }
        begun();
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new CancelledError())),
        );
      },
    };
    const { loop, states } = opened(loop2Bench(path.join(files.root, '..'), { workers: { model: worker } }));
    const whole = loop.begin(plan(FOUR.slice(0, 1)), { source: 'a test', worker: 'model' });
    await isWorking;
    await loop.pause();
    assert.equal(loop.isAtWork, false);
    assert.deepEqual([(await whole).status, await states()], ['paused', { a: 'open' }]);
    assert.equal((await loop.resume()).status, 'completed');
  });

  it('ends the worker of a task that is taken away, and no other', async () => {
    const files = bench();
    const waiting = new Map<string, () => void>();
    let bothWork: () => void = () => undefined;
    const areWorking = new Promise<void>((resolve) => (bothWork = resolve));
    const worker: Worker = {
      name: 'slow',
      work: ({ task }, signal) =>
        new Promise((resolve, reject) => {
          waiting.set(task.id, () => {
            files.write({ [task.files[0] ?? '']: 'GOOD' });
            resolve({ kind: 'ready' });
          });
          signal.addEventListener('abort', () => reject(new CancelledError()));
          if (waiting.size === 2) bothWork();
        }),
    };
    const { loop, states } = opened(loop2Bench(path.join(files.root, '..'), { workers: { model: worker } }));
    const whole = loop.begin(plan(FOUR.slice(0, 2)), { source: 'a test', worker: 'model' });
    await areWorking;
    await loop.reassign('a', 'you');
    await loop.cancelTask('b');
    const run = await whole;
    assert.deepEqual(await states(), { a: 'open', b: 'cancelled' });
    assert.equal(run.status, 'waiting for you');
  });

  it('takes in a task at any time, and refuses one that makes a ring or needs nothing known', async () => {
    const { loop, states } = bench();
    await loop.begin(plan(), YOU);
    const id = await loop.inject({ description: 'Another', files: ['src/x.js'], dependencies: ['a'] });
    const run = await loop.latest();
    assert.deepEqual(
      run?.phases.map(({ taskIds }) => taskIds),
      [
        ['a', 'b'],
        ['c', 'd', id],
      ],
    );
    await assert.rejects(
      loop.inject({ description: 'x', dependencies: ['nobody'] }),
      /There is no task nobody/,
    );
    await assert.rejects(
      loop.inject({ description: 'x', dependencies: ['added-6'] }),
      /none of them can begin|no task/,
    );
    await assert.rejects(loop.inject({ description: '  ' }), /no text for a task/);
    assert.equal((await states())[id], 'open');
  });

  it('excepts a task for a reason, by a name, until a day, and counts it apart', async () => {
    const { loop } = bench();
    await loop.begin(plan(FOUR.slice(0, 1)), YOU);
    const day = new Date(Date.now() + 86_400_000).toISOString();
    await assert.rejects(loop.except('a', { reason: ' ', by: 'me', expiresAt: day }), /reason and a name/);
    await assert.rejects(loop.except('a', { reason: 'r', by: '', expiresAt: day }), /reason and a name/);
    for (const expiresAt of ['', 'never', '2020-01-01'])
      await assert.rejects(loop.except('a', { reason: 'r', by: 'me', expiresAt }), /a day to come/);
    await loop.except('a', { reason: 'later', by: 'me', expiresAt: day });
    const run = await loop.latest();
    assert.deepEqual([run?.status, run?.reason], ['completed', '0 of 1 task verified, 1 excepted.']);
    assert.deepEqual([run?.tasks[0]?.state, run?.tasks[0]?.verdictId], ['excepted', null]);
  });

  it('compares the tests of an agent with those before it took the task, and notes what you change', async () => {
    const { loop, write } = bench();
    const test = (...lines: string[]) => `import test from 'node:test';\n${lines.join('\n')}\n`;
    write({ 'src/a.js': 'GOOD', 'test/a.test.js': test("test('a', () => { assert.equal(a(), 1); });") });
    await loop.begin(plan(FOUR.slice(0, 1)), YOU);
    await loop.reassign('a', 'agent');
    await assert.rejects(loop.ready('a'), /The task a was not taken/);
    await loop.take('a', 'an agent');
    write({ 'test/a.test.js': test("test('a', () => { assert.ok(a()); });") });
    const refused = await loop.ready('a');
    assert.match(
      refused.tasks[0]?.reason ?? '',
      /tests check less than before: test\/a\.test\.js: 1 of 1 assertions/,
    );
    await loop.reassign('a', 'you');
    write({ 'src/a.js': 'GOOD, and changed' });
    assert.equal((await loop.ready('a')).tasks[0]?.state, 'done');
    assert.match((await loop.verdictsOf('a'))[0]?.notes.join() ?? '', /1 of 1 assertions/);
  });

  it('is the work of one window at a time', async () => {
    const place = path.join(folder, `${number++}`);
    const one = opened(loop2Bench(place));
    const other = opened(loop2Bench(place));
    await one.loop.begin(plan(), YOU);
    const run = await one.loop.latest();
    const claim = await one.state.loop2Runs.claim(run?.id ?? '');
    one.write({ 'src/a.js': 'GOOD' });
    await assert.rejects(other.loop.ready('a'), /Another window or command is at work on this run/);
    await claim?.release();
    assert.equal((await other.loop.ready('a')).tasks[0]?.state, 'done');
    assert.equal((await one.states())['a'], 'done');
  });

  it('does not audit what is changed in the middle of it', async () => {
    let audits = 0;
    const { loop, write, states } = bench({
      gate: {
        audit: async (file) => {
          if (++audits === 1) write({ [file]: 'GOOD, and changed' });
          return auditReport({ file });
        },
      },
    });
    await loop.begin(plan(), YOU);
    write({ 'src/a.js': 'GOOD' });
    await loop.ready('a');
    const verdicts = await loop.verdictsOf('a');
    assert.deepEqual([audits, (await states())['a']], [2, 'done']);
    assert.deepEqual(
      verdicts.map(({ outcome }) => outcome),
      ['pass', 'not run'],
    );
  });
});
