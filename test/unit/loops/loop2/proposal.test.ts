import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { GateParts } from '../../../../src/loops/loop2/gate/auditTask';
import type { TaskDraft } from '../../../../src/loops/loop2/plan/task';
import { modelBench } from '../../../support/modelBench';
import type { ModelBenchParts } from '../../../support/modelBench';
import { pollFor } from '../../../support/timeLimit';
import { temporaryFolder } from '../../../support/temporaryFolder';

const TASK: TaskDraft = { id: 'a', description: 'Write the cart', files: ['src/cart.js'] };
const FILES = { 'src/cart.js': 'old\n', 'src/other.js': 'GOOD\n' };
const write = (text: string, file = 'src/cart.js') => ({ tool: 'write', file, text });
const audit = { tool: 'audit', says: 'All is well.' };

describe('what a model proposes', function () {
  this.timeout(30_000);
  const folder = temporaryFolder('loop2-proposal');
  let number = 0;
  const stores: { close(): Promise<void> }[] = [];
  after(() => Promise.all(stores.map((store) => store.close())));
  const bench = (parts: ModelBenchParts, files: Record<string, string> = FILES) => {
    const made = modelBench(path.join(folder, `${number++}`), files, parts);
    stores.push(made.store);
    return made;
  };
  const proposed = async (parts: ModelBenchParts = { script: [write('GOOD new\n'), audit] }) => {
    const made = bench(parts);
    const run = await made.begin(TASK);
    const [task] = run.tasks;
    assert.equal(task?.state, 'proposed', task?.reason);
    return { ...made, run, task };
  };

  it('is audited beside the workspace, and is in it, byte for byte and without another audit, when a person says so', async () => {
    const text = 'GOOD \r\nno end of line  ';
    const { loop, run, read, audited, stagesFolder } = await proposed({ script: [write(text), audit] });
    assert.deepEqual(
      [run.status, run.reason],
      ['waiting for you', '0 of 1 task verified; 1 waits for you to look at changes.'],
    );
    assert.equal(read('src/cart.js'), 'old\n');
    const [verdict] = await loop.verdictsOf('a');
    const [done] = (await loop.approve('a')).tasks;
    assert.deepEqual(
      [done?.state, done?.verdictId, done?.draft, done?.attempts.length],
      ['done', verdict?.id, null, 1],
    );
    assert.equal(read('src/cart.js'), text);
    assert.deepEqual(audited, ['src/cart.js']);
    assert.deepEqual(fs.readdirSync(stagesFolder), []);
    await pollFor('the run to rest', 5000, async () => (await loop.latest())?.status === 'completed');
  });

  it('leaves a file that can be run one that can be run', async () => {
    const { loop, root, read } = await proposed();
    const file = path.join(root, 'src/cart.js');
    fs.chmodSync(file, 0o755);
    await loop.approve('a');
    assert.deepEqual([read('src/cart.js'), fs.statSync(file).mode & 0o777], ['GOOD new\n', 0o755]);
  });

  it('is audited again before it gets in where anything around it has changed', async () => {
    const { loop, read, write: put, audited } = await proposed();
    put({ 'src/other.js': 'BAD TH01\n' });
    assert.equal((await loop.approve('a')).tasks[0]?.state, 'done');
    assert.deepEqual([audited.length, read('src/cart.js')], [2, 'GOOD new\n']);

    // And stays out where that audit refuses it.
    let ends = 0;
    const run: GateParts['run'] = async () => ({ kind: 'ended', exitCode: ends, said: 'no fit' });
    const acceptance = { kind: 'command' as const, command: 'node x' };
    const other = bench({ script: [write('GOOD new\n'), audit, 'no more'], gate: { run } });
    assert.equal((await other.begin({ ...TASK, acceptance })).tasks[0]?.state, 'proposed');
    ends = 1;
    other.write({ 'src/other.js': 'moved\n' });
    const [task] = (await other.loop.approve('a')).tasks;
    assert.match(task?.attempts.at(-1)?.reason ?? '', /ended with exit code 1: no fit/);
    assert.equal(other.read('src/cart.js'), 'old\n');
  });

  it('is refused where a person has changed its files since, and is done anew from what is there', async () => {
    const {
      loop,
      read,
      write: put,
      prompts,
    } = await proposed({
      script: [
        write('GOOD new\n'),
        audit,
        { tool: 'read', file: 'src/cart.js' },
        write('GOOD newer\n'),
        audit,
      ],
    });
    put({ 'src/cart.js': 'a person was here\n' });
    await assert.rejects(loop.approve('a'), /src\/cart\.js has changed since the work on it began/);
    assert.equal(read('src/cart.js'), 'a person was here\n');
    assert.equal((await loop.latest())?.tasks[0]?.state, 'proposed');
    await loop.sendBack('a', 'Begin with what I wrote.');
    await loop.resume();
    assert.match(prompts.at(-2) ?? '', /a person was here/);
    assert.equal((await loop.approve('a')).tasks[0]?.state, 'done');
    assert.equal(read('src/cart.js'), 'GOOD newer\n');
  });

  it('is sent back with what a person wants, which costs no attempt, and not taken again as it was', async () => {
    const { loop, prompts } = await proposed({
      script: [write('GOOD new\n'), audit, audit, write('GOOD better\n'), audit],
    });
    await assert.rejects(loop.sendBack('a', ' '), /What is wrong with it was not said/);
    await loop.sendBack('a', 'Name it "basket"\nplease');
    const [back] = (await loop.latest())?.tasks ?? [];
    assert.deepEqual([back?.state, back?.wish], ['sent back', 'Name it "basket"\nplease']);
    const [task] = (await loop.resume()).tasks;
    assert.match(prompts[2] ?? '', /wants it done otherwise: "Name it \\"basket\\"\\nplease"/);
    assert.match(prompts[3] ?? '', /nothing was changed since it was refused/);
    assert.deepEqual(
      [task?.state, task?.wish, task?.draft?.edits[0]?.after],
      ['proposed', '', 'GOOD better\n'],
    );
    assert.deepEqual(
      task?.attempts.map(({ outcome }) => outcome),
      ['pass', 'pass'],
    );
  });

  it('is thrown away where it is not wanted, and the task is yours', async () => {
    const { loop, read } = await proposed();
    await loop.discard('a');
    const [task] = (await loop.latest())?.tasks ?? [];
    assert.deepEqual([task?.state, task?.worker, task?.draft], ['open', 'you', null]);
    assert.equal(read('src/cart.js'), 'old\n');
    await assert.rejects(loop.approve('a'), /Nothing waits for your word at the task a: it is open/);
    await assert.rejects(loop.discard('a'), /Nothing waits for your word/);
  });

  it('goes on from where its process died: in the workspace already, or not yet', async () => {
    for (const isThere of [false, true]) {
      const { loop, state, read, write: put, audited } = await proposed();
      const run = await loop.latest();
      assert.ok(run);
      const tasks = run.tasks.map((task) => ({
        ...task,
        state: 'auditing' as const,
        draft: task.draft && { ...task.draft, isApproved: true },
      }));
      await state.loop2Runs.save({ ...run, status: 'interrupted', tasks });
      if (isThere) put({ 'src/cart.js': 'GOOD new\n' });
      assert.equal((await loop.resume()).tasks[0]?.state, 'done');
      assert.deepEqual([read('src/cart.js'), audited.length], ['GOOD new\n', 1]);
    }
  });

  it('shows the model what it wrote before when the audit has refused that', async () => {
    const { prompts, task, read } = await proposed({
      script: [write('BAD TH01\n'), audit, { tool: 'read', file: 'src/cart.js' }, write('GOOD\n'), audit],
    });
    assert.match(prompts[2] ?? '', /The last audit refused it\..*TH01/);
    assert.match(prompts[3] ?? '', /BAD TH01/);
    assert.deepEqual(
      task.attempts.map(({ outcome }) => outcome),
      ['fail', 'pass'],
    );
    assert.equal(read('src/cart.js'), 'old\n');
  });

  it('is kept of a model that has used up its budget, to be looked at, and is never proposed without an audit', async () => {
    let step = 0;
    const { loop, begin, read } = bench({ ask: async () => JSON.stringify(write(`GOOD ${step++}\n`)) });
    const [task] = (await begin(TASK)).tasks;
    assert.match(task?.reason ?? '', /its 20 rounds are used up/);
    assert.deepEqual(
      [task?.state, task?.draft?.edits.length, read('src/cart.js')],
      ['needs you', 1, 'old\n'],
    );
    await assert.rejects(loop.approve('a'), /it is needs you/);
  });
});
