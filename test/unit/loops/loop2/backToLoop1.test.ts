import assert from 'node:assert/strict';
import * as path from 'node:path';
import { workspaceSource } from '../../../../src/loops/loop1/research/workspace';
import { Loop1 } from '../../../../src/loops/loop1/loop1';
import { linkTo } from '../../../../src/loops/loop2/loop1Link';
import { findPlan } from '../../../../src/loops/loop2/plan/sources';
import { makePlan } from '../../../../src/loops/loop2/plan/plan';
import { loop2Bench } from '../../../support/loop2Bench';
import { temporaryFolder } from '../../../support/temporaryFolder';

describe('Loop 2 and Loop 1', function () {
  this.timeout(30_000);
  const folder = temporaryFolder('loop2-loop1');
  let number = 0;
  const stores: { close(): Promise<void> }[] = [];
  const opened = <T extends { store: { close(): Promise<void> } }>(made: T): T => {
    stores.push(made.store);
    return made;
  };
  after(() => Promise.all(stores.map((store) => store.close())));
  const bench = (parts: Parameters<typeof loop2Bench>[1] = {}) =>
    opened(loop2Bench(path.join(folder, `${number++}`), parts));
  const plan = () =>
    makePlan([
      {
        notes: [],
        drafts: ['a', 'b', 'c'].map((id) => ({ id, description: id, files: [`src/${id}.js`] })),
      },
    ]);
  const YOU = { source: 'a test' };

  it('raises cards of Loop 1 for what fails twice on one cause, what is critical, and a rate below 80 %', async () => {
    const raised: string[] = [];
    const passed: string[] = [];
    const loop1 = {
      passed: async (task: { id: string }) => void passed.push(task.id),
      withdrawn: async () => undefined,
      raise: async (escalation: { kind: string; taskId: string }) =>
        void raised.push(`${escalation.kind} ${escalation.taskId}`.trim()),
    };
    const { loop, write } = bench({ loop1 });
    await loop.begin(plan(), YOU);
    write({ 'src/a.js': 'BAD TH01' });
    await loop.ready('a');
    assert.deepEqual(raised, []);
    write({ 'src/a.js': 'BAD TH01 again' });
    await loop.ready('a');
    write({ 'src/b.js': 'CRITICAL' });
    await loop.ready('b');
    write({ 'src/b.js': 'GOOD', 'src/a.js': 'GOOD' });
    await loop.ready('a');
    await loop.ready('b');
    assert.deepEqual(
      [raised, passed],
      [
        ['repeated cause a', 'critical finding b'],
        ['a', 'b'],
      ],
    );
    write({ 'src/c.js': 'BAD TH09' });
    await loop.ready('c');
    const run = await loop.latest();
    assert.deepEqual(raised.slice(2), ['pass rate']);
    assert.deepEqual(
      run?.escalations.map(({ isRaised }) => isRaised),
      [true, true, true],
    );
    assert.match(run?.escalations[2]?.reason ?? '', /Only 33 % of 6 audits/);
  });

  it('hands tasks over, and takes a card back as gone when its probe finds nothing more', async () => {
    const place = path.join(folder, `${number++}`);
    const before = opened(loop2Bench(place));
    before.write({
      'package.json': '{"name":"shop","version":"1.0.0"}',
      'src/cart.js': 'export const sum = (a, b) => a + b;\n'.repeat(40),
      'src/rate.js': 'export const rate = (a) => a * 2;\n',
      'src/tax.js': 'export const tax = (a) => a * 3;\n',
    });
    const sources = [workspaceSource];
    const loop1 = new Loop1({ root: before.root, keeper: before.state.loop1Runs, sources });
    const one = await loop1.start();
    const wanted = { root: before.root, from: [], loop1Run: one, now: new Date() };
    const found = await findPlan(wanted, new AbortController().signal);
    assert.equal(found.source, 'Loop 1');
    const task = found.plan.tasks.find(({ id }) => id.startsWith('no-tests'));
    assert.equal(task?.acceptance.kind, 'probe', found.plan.tasks.map(({ id }) => id).join());

    const link = linkTo(() => Promise.resolve(loop1));
    const { loop, write } = opened(loop2Bench(place, { loop1: link, gate: { sources } }));
    await loop.begin(found.plan, { source: found.source });
    const id = task?.id ?? '';
    const refused = await loop.ready(id);
    assert.match(
      refused.tasks.find((each) => each.id === id)?.reason ?? '',
      /the probe "no-tests" still sees it/,
    );
    write({ 'test/cart.test.js': "import test from 'node:test';\ntest('sum', () => {});\n" });
    const files = [...(task?.files ?? []), 'test/cart.test.js'];
    const passed = await loop.ready(id, files);
    assert.equal(passed.tasks.find((each) => each.id === id)?.state, 'done', passed.reason);
    const told = await loop1.latest();
    assert.deepEqual(
      told?.decisions.map(({ scenarioId, kind, by }) => ({ scenarioId, kind, by })),
      [{ scenarioId: 'no-tests', kind: 'task passed', by: 'Loop 2' }],
    );
    const two = await loop1.start();
    assert.equal(two.premortem?.scenarios.find((scenario) => scenario.id === 'no-tests')?.state, 'gone');
    assert.ok(two.failureRate < one.failureRate, `${two.failureRate} of ${one.failureRate}`);
  });

  it('goes on without a Loop 1 that could be told, and notes it', async () => {
    const { root, state, loop, write } = (() => {
      const place = path.join(folder, `${number++}`);
      const parts = opened(loop2Bench(place));
      const loop1 = new Loop1({
        root: parts.root,
        keeper: parts.state.loop1Runs,
        sources: [workspaceSource],
      });
      return opened(loop2Bench(place, { loop1: linkTo(() => Promise.resolve(loop1)) }));
    })();
    assert.ok(root !== '' && state);
    await loop.begin(plan(), YOU);
    write({ 'src/a.js': 'CRITICAL' });
    await loop.ready('a');
    const run = await loop.latest();
    assert.match(
      run?.notes.join() ?? '',
      /Loop 1 could not be told of a: There is no run in this workspace yet/,
    );
    assert.deepEqual(
      run?.escalations.map(({ isRaised }) => isRaised),
      [false],
    );
  });
});
