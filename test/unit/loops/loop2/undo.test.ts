import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Loop1 } from '../../../../src/loops/loop1/loop1';
import { workspaceSource } from '../../../../src/loops/loop1/research/workspace';
import { linkTo } from '../../../../src/loops/loop2/loop1Link';
import { makePlan } from '../../../../src/loops/loop2/plan/plan';
import type { TaskDraft } from '../../../../src/loops/loop2/plan/task';
import { undone } from '../../../../src/loops/loop2/taskRecord';
import { loop2Bench } from '../../../support/loop2Bench';
import { temporaryFolder } from '../../../support/temporaryFolder';

/** `b` needs `a`, `c` needs `b`; `d` stands beside them. */
const DRAFTS: TaskDraft[] = [
  { id: 'a', description: 'A', files: ['src/a.js', 'src/new/made.js'] },
  { id: 'b', description: 'B', files: ['src/b.js'], dependencies: ['a'] },
  { id: 'c', description: 'C', files: ['src/c.js'], dependencies: ['b'] },
];
const YOU = { source: 'a test' };
const OLD = 'old\r\nGOOD ü\n';

describe('undoing a task of Loop 2', function () {
  this.timeout(30_000);
  const folder = temporaryFolder('loop2-undo');
  let number = 0;
  const stores: { close(): Promise<void> }[] = [];
  after(() => Promise.all(stores.map((store) => store.close())));

  const bench = (parts: Parameters<typeof loop2Bench>[1] = {}) => {
    const made = loop2Bench(path.join(folder, `${number++}`), parts);
    stores.push(made.store);
    const git = (...words: string[]): string => {
      const who = ['-c', 'user.name=me', '-c', 'user.email=me@example.com', '-c', 'core.autocrlf=false'];
      return execFileSync('git', [...who, ...words], { cwd: made.root, encoding: 'utf8' }).trim();
    };
    const text = (file: string): string | undefined =>
      fs.existsSync(path.join(made.root, file))
        ? fs.readFileSync(path.join(made.root, file), 'utf8')
        : undefined;
    return { ...made, git, text };
  };
  type Bench = ReturnType<typeof bench>;

  /** In a repository, with `a` done and what it made on the disk. */
  const withDone = async (parts: Parameters<typeof loop2Bench>[1] = {}): Promise<Bench> => {
    const made = bench(parts);
    const { git, write, loop } = made;
    git('init', '--quiet', '--initial-branch=main');
    write({ 'src/a.js': OLD, 'src/other.js': 'not of the task' });
    git('add', '.');
    git('commit', '--quiet', '--message', 'first');
    // What is not committed was there before all the same.
    write({ 'src/a.js': `${OLD}more` });
    await loop.begin(makePlan([{ drafts: DRAFTS, notes: [] }]), YOU);
    await loop.take('a', 'me');
    write({ 'src/a.js': 'GOOD new', 'src/new/made.js': 'GOOD', 'src/other.js': 'of somebody else' });
    await loop.ready('a');
    assert.equal((await made.states())['a'], 'done');
    return made;
  };

  it('puts its files back to the byte, touches nothing else, and keeps what it takes away', async () => {
    const { loop, git, text, states } = await withDone();
    const head = git('rev-parse', 'HEAD');
    const index = git('ls-files', '--stage');
    assert.deepEqual((await loop.planUndo('a')).files, ['src/a.js', 'src/new/made.js']);
    const { files, taken } = await loop.undo('a');
    assert.deepEqual(files, ['src/a.js', 'src/new/made.js']);
    assert.deepEqual([text('src/a.js'), text('src/new/made.js')], [`${OLD}more`, undefined]);
    assert.equal(text('src/other.js'), 'of somebody else');
    assert.deepEqual([git('rev-parse', 'HEAD'), git('ls-files', '--stage')], [head, index]);
    assert.equal(git('branch', '--list'), '* main');
    assert.deepEqual(
      [git('show', `${taken}:src/a.js`), git('show', `${taken}:src/new/made.js`)],
      ['GOOD new', 'GOOD'],
    );
    // It is not swept away with what nothing leads to.
    git('gc', '--quiet', '--prune=now');
    assert.equal(git('show', `${taken}:src/new/made.js`), 'GOOD');
    assert.equal((await states())['a'], 'open');
    const run = await loop.latest();
    assert.deepEqual(
      [run?.status, run?.reason],
      ['waiting for you', '0 of 3 tasks verified; 1 task can be worked on.'],
    );
    await assert.rejects(loop.undo('a'), /It is not known what the files of a were before it was begun/);
  });

  it('does the task again after that, with new attempts, and holds what needs it', async () => {
    const { loop, write, states } = await withDone();
    write({ 'src/b.js': 'GOOD' });
    await loop.take('b', 'me');
    await loop.undo('a');
    await assert.rejects(loop.ready('b'), /The task b waits for a/);
    await loop.take('a', 'me');
    write({ 'src/a.js': 'GOOD other', 'src/new/made.js': 'GOOD' });
    await loop.ready('a');
    await loop.ready('b');
    assert.deepEqual(await states(), { a: 'done', b: 'done', c: 'open' });
  });

  it('marks what was done on its ground, counts it no more, and has it audited again in the end', async () => {
    const { loop, write, audited } = await withDone();
    write({ 'src/b.js': 'GOOD', 'src/c.js': 'GOOD' });
    await loop.ready('b');
    await loop.undo('a');
    const run = await loop.latest();
    const b = run?.tasks.find(({ id }) => id === 'b');
    assert.deepEqual([b?.state, b?.outdated?.why], ['done', 'undone']);
    assert.match(run?.reason ?? '', /^0 of 3 tasks verified, 1 changed since; 1 task can be worked on\./);
    write({ 'src/a.js': 'GOOD other', 'src/new/made.js': 'GOOD' });
    await loop.ready('a');
    audited.length = 0;
    assert.equal((await loop.ready('c')).reason, '3 of 3 tasks verified.');
    assert.deepEqual(audited, ['src/c.js', 'src/b.js']);
  });

  it('refuses where a file was changed after it had passed, and leaves all as it is', async () => {
    const { loop, write, text, states } = await withDone();
    write({ 'src/a.js': 'GOOD and of somebody else' });
    await assert.rejects(loop.undo('a'), /src\/a\.js was changed since a has passed/);
    assert.deepEqual(
      [text('src/a.js'), text('src/new/made.js'), (await states())['a']],
      ['GOOD and of somebody else', 'GOOD', 'done'],
    );
  });

  it('refuses where another task has worked on the same file since', async () => {
    const { loop, write } = await withDone();
    const id = await loop.inject({ description: 'More of A', files: ['src/a.js'] });
    await loop.take(id, 'me');
    await assert.rejects(loop.undo('a'), new RegExp(`The task ${id} has worked on the same files`));
    write({ 'src/a.js': 'GOOD twice' });
    await loop.ready(id);
    await assert.rejects(loop.undo('a'), new RegExp(`The task ${id} has worked on the same files`));
    // In the reverse order it goes.
    await loop.undo(id);
    await loop.undo('a');
  });

  it('says what is lacking without git, and for what was never taken', async () => {
    const { loop, write } = bench();
    write({ 'src/a.js': OLD });
    await loop.begin(makePlan([{ drafts: DRAFTS, notes: [] }]), YOU);
    await assert.rejects(loop.undo('a'), /not known what the files of a were/);
    await loop.take('a', 'me');
    await assert.rejects(loop.undo('a'), /not known what the files of a were/);
  });

  it('writes through no link that leads out of the workspace', async () => {
    const { loop, root, text } = await withDone();
    const outside = path.join(root, '..', 'outside');
    fs.mkdirSync(outside);
    fs.writeFileSync(path.join(outside, 'made.js'), 'GOOD');
    fs.rmSync(path.join(root, 'src/new'), { recursive: true });
    fs.symlinkSync(outside, path.join(root, 'src/new'));
    await assert.rejects(loop.undo('a'), /src\/new\/made\.js was changed since a has passed/);
    assert.deepEqual(fs.readdirSync(outside), ['made.js']);
    assert.equal(text('src/a.js'), 'GOOD new');
  });

  it('can be done again after it was killed before the files were put back', async () => {
    const { loop, state, text, states } = await withDone();
    const run = await loop.latest();
    assert.ok(run);
    const tasks = run.tasks.map((task) => (task.id === 'a' ? undone(task) : task));
    await state.loop2Runs.save({ ...run, tasks });
    assert.equal((await states())['a'], 'open');
    await loop.undo('a');
    assert.deepEqual([text('src/a.js'), text('src/new/made.js')], [`${OLD}more`, undefined]);
  });

  it('takes back what Loop 1 was told of it, and nothing that a person has said', async () => {
    const place = path.join(folder, `${number}`);
    const scenarios: string[] = [];
    const told: Loop1[] = [];
    const link = linkTo(async () => told[0] ?? assert.fail('it is not there yet'));
    const made = bench({ loop1: link });
    assert.equal(path.dirname(made.root), place);
    const { git, write, loop } = made;
    git('init', '--quiet');
    write({ 'src/a.js': OLD });
    const parts = { root: made.root, keeper: made.state.loop1Runs, sources: [workspaceSource] };
    const loop1 = new Loop1(parts);
    told.push(loop1);
    await loop1.start();
    await loop1.inject('card', 'It burns');
    scenarios.push((await loop1.latest())?.ownCards[0]?.id ?? '');
    const [scenarioId = ''] = scenarios;
    await loop1.decide({ scenarioId, kind: 'accepted', reason: 'It may', by: 'me', expiresAt: null });
    const drafts = [{ id: 'a', description: 'A', files: ['src/a.js'], scenarios }];
    await loop.begin(makePlan([{ drafts, notes: [] }]), YOU);
    await loop.take('a', 'me');
    write({ 'src/a.js': 'GOOD' });
    await loop.ready('a');
    const said = async () => (await loop1.latest())?.decisions.map(({ kind }) => kind);
    assert.deepEqual(await said(), ['accepted', 'task passed']);
    await loop.undo('a');
    assert.deepEqual(await said(), ['accepted']);
  });
});
