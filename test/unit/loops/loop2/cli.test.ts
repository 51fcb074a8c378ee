import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseLoop2Arguments } from '../../../../src/cli/loop2Arguments';
import type { Loop2Report } from '../../../../src/loops/loop2/runText';
import { runCli } from '../../../support/cli';
import { temporaryFolder, writeFiles } from '../../../support/temporaryFolder';

const LIST = '- [ ] AB-1 Write src/cart.js\n- [ ] AB-2 Write src/rate.js (depends on AB-1)\n';

describe('seaworthy loop2', function () {
  // Each word starts a process.
  this.timeout(180_000);
  const folder = temporaryFolder('loop2-cli');
  let count = 0;

  function project(files: Record<string, string>) {
    const root = path.join(folder, `${count++}`);
    writeFiles(root, files);
    const environment = {
      XDG_STATE_HOME: path.join(folder, 'state'),
      XDG_CACHE_HOME: path.join(folder, 'cache'),
    };
    const run = (...words: string[]) => runCli(['loop2', ...words], { cwd: root, env: environment });
    return { root, run };
  }

  it('prints exactly the promised JSON, and refuses a task that is not there', async () => {
    const { run, root } = project({ 'TODO.md': LIST });
    const begun = await run('start', '--json');
    assert.equal(begun.status, 0, begun.stderr);
    const report = JSON.parse(begun.stdout) as Loop2Report;
    assert.deepEqual(Object.keys(report), [
      ...['runId', 'status', 'reason', 'source', 'progress', 'phase', 'next', 'tasks'],
      ...['princesses', 'bottlenecks', 'escalations', 'notes'],
    ]);
    assert.deepEqual(Object.keys(report.tasks[0] ?? {}), [
      ...['id', 'description', 'princess', 'state', 'blockedBy', 'phase', 'worker', 'files', 'dependencies'],
      ...['scenarios', 'acceptance', 'attempts', 'verdictId', 'reason', 'outdated'],
    ]);
    assert.deepEqual([report.status, report.source, report.next], ['waiting for you', 'TODO.md', ['AB-1']]);
    const status = await run('status', '--json', '--workspace', root);
    assert.deepEqual(JSON.parse(status.stdout), report);
    const next = JSON.parse((await run('next', '--json')).stdout) as { tasks: unknown[]; phase: number };
    assert.deepEqual([next.phase, next.tasks], [1, report.tasks.slice(0, 1)]);

    const refused = await run('ready', 'AB-1', '--json');
    assert.equal(refused.status, 1, refused.stderr);
    const { task, verdict } = JSON.parse(refused.stdout) as {
      task: { state: string };
      verdict: { findings: { rule: string; file: string }[] };
    };
    assert.equal(task.state, 'sent back');
    assert.deepEqual(
      verdict.findings.map(({ rule, file }) => `${rule} ${file}`),
      ['claim missing src/cart.js'],
    );
    const again = await run('ready', 'AB-1');
    assert.deepEqual([again.status, again.stdout], [2, '']);
    assert.match(again.stderr, /Nothing of AB-1 has changed since it failed/);
    const later = await run('ready', 'AB-2');
    assert.match(later.stderr, /The task AB-2 waits for AB-1\. Do what "loop2 next" shows first\./);
    assert.match((await run('start')).stderr, /The last run is waiting for you/);
  });

  it('takes tasks in, excepts them, drops them and begins anew', async () => {
    const { run, root } = project({ 'todo/first.md': LIST });
    assert.match((await run('start')).stderr, /There is nothing to be done in it/);
    assert.match((await run('status')).stderr, /no run in this workspace yet/);
    assert.equal((await run('start', '--from', 'todo/first.md')).status, 0);
    const added = await run(
      'add',
      'Test it',
      '--files',
      'test/a.js, test/b.js',
      '--check',
      'npm test',
      '--after',
      'AB-2',
    );
    assert.match(added.stdout, /Phase 3\n {2}added-3 \[open\] Test it \(quality\)/);
    const day = `${new Date().getFullYear() + 1}-01-31`;
    const excepted = await run('except', 'AB-1', '--reason', 'later', '--until', day);
    assert.match(excepted.stdout, /Verified: 0 of 3, 1 excepted/);
    assert.match((await run('drop', 'AB-2')).stdout, /added-3 \[open, waits for AB-2\]/);
    assert.match((await run('cancel')).stdout, /: cancelled/);
    assert.match((await run('retry', 'AB-2')).stderr, /The run was cancelled/);
    fs.writeFileSync(path.join(root, 'TODO.md'), '- [ ] \u001b[31mred\u202e\n');
    const fresh = await run('start');
    assert.doesNotMatch(fresh.stdout, /\u001b|\u202e/);
    assert.match(fresh.stdout, /L1 \[open\] red/);
  });

  it('takes a task, gives it to somebody else, and undoes it', async () => {
    const { run, root } = project({ 'TODO.md': LIST, 'src/cart.js': 'exports.a = 1;\n' });
    execFileSync('git', ['init', '--quiet'], { cwd: root });
    await run('start');
    assert.match((await run('undo', 'AB-1')).stderr, /It is not known what the files of AB-1 were/);
    assert.match((await run('take', 'AB-1')).stdout, /AB-1 \[working\]/);
    writeFiles(root, { 'src/cart.js': 'exports.b = 2;\n' });
    const given = JSON.parse(
      (await run('reassign', 'AB-1', '--to', 'agent', '--json')).stdout,
    ) as Loop2Report;
    assert.deepEqual([given.tasks[0]?.state, given.tasks[0]?.worker], ['open', 'agent']);
    const { status, stderr, stdout } = await run('undo', 'AB-1');
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^AB-1: put back: src\/cart\.js; what was there is in the commit [0-9a-f]{40}$/m);
    assert.match(stdout, /AB-1 \[open\]/);
    assert.equal(fs.readFileSync(path.join(root, 'src/cart.js'), 'utf8'), 'exports.a = 1;\n');
  });

  it('says what is wrong with its words', () => {
    const wrong: [string[], object, RegExp][] = [
      [
        [],
        {},
        /needs one of: start, status, next, resume, pause, cancel, take, ready, retry, undo, drop, except, reassign, add/,
      ],
      [['status', 'x'], {}, /takes no x/],
      [['ready'], {}, /ready needs one TASK/],
      [['ready', 'a', 'b'], {}, /ready needs one TASK/],
      [['add', ' '], {}, /needs one text/],
      [['except', 'a'], { until: '2999-01-01' }, /needs --reason/],
      [['except', 'a'], { reason: 'r' }, /needs --reason.* and --until/],
      [['except', 'a'], { reason: 'r', until: '2026-02-31' }, /is no day/],
      [['reassign', 'a'], { to: 'a cat' }, /needs --to, which is one of: you, model, agent/],
      [['start'], { workspace: '/nowhere' }, /no such folder/],
    ];
    for (const [words, options, message] of wrong)
      assert.throws(() => parseLoop2Arguments(words, options), message, words.join(' '));
  });
});
