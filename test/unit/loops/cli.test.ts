import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseLoop1Arguments } from '../../../src/cli/loop1Arguments';
import type { Loop1Report } from '../../../src/loops/loop1/runText';
import { runCli } from '../../support/cli';
import { CLEAN_PROJECT } from '../../support/plantedProject';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

describe('seaworthy loop1', function () {
  // Each word starts a process.
  this.timeout(180_000);
  const folder = temporaryFolder('loop1-cli');
  let count = 0;

  function project(files: Record<string, string>) {
    const root = path.join(folder, `${count++}`);
    writeFiles(root, files);
    const environment = {
      XDG_STATE_HOME: path.join(folder, 'state'),
      XDG_CACHE_HOME: path.join(folder, 'cache'),
    };
    const run = (...words: string[]) => runCli(['loop1', ...words], { cwd: root, env: environment });
    const report = async (...words: string[]): Promise<Loop1Report> => {
      const { status, stdout, stderr } = await run(...words, '--json');
      assert.equal(status, 0, stderr);
      return JSON.parse(stdout) as Loop1Report;
    };
    return { root, run, report };
  }

  it('prints exactly the promised JSON, and goes on with the next iteration', async () => {
    const { 'package-lock.json': lockfile = '', ...faulty } = CLEAN_PROJECT;
    const { root, run, report } = project(faulty);
    const first = await report('start');
    assert.deepEqual(Object.keys(first), ['runId', 'iteration', 'status', 'failureRate', 'scenarios']);
    assert.deepEqual(Object.keys(first.failureRate), ['now', 'planned']);
    const [card] = first.scenarios;
    assert.deepEqual(Object.keys(card ?? {}), [
      ...['id', 'title', 'priority', 'likelihood', 'impact', 'state', 'source', 'evidence', 'prevention'],
    ]);
    assert.deepEqual(Object.keys(card?.evidence[0] ?? {}), ['file', 'line', 'shows']);
    assert.equal(card?.id, 'no-lockfile:package.json');
    assert.deepEqual([first.iteration, first.status], [1, 'waiting for you']);
    assert.deepEqual(await report('status'), first);
    assert.deepEqual(await report('cards'), first);

    fs.writeFileSync(path.join(root, 'package-lock.json'), lockfile);
    assert.match((await run('status')).stderr, /has changed since it was looked at/);
    const second = await report('start', '--workspace', root);
    assert.deepEqual([second.runId, second.iteration, second.status], [first.runId, 2, 'completed']);
    assert.deepEqual(second.scenarios, []);
    assert.match((await run('status')).stdout, /Since iteration 1: 1 gone, 0 new/);
  });

  it('finds nothing in a project that is well kept, with git and all that is asked without the network', async () => {
    const { root, report } = project(CLEAN_PROJECT);
    const git = (...words: string[]): void => {
      const { status, stderr } = spawnSync('git', words, { cwd: root, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    };
    const remote = path.join(folder, 'remote.git');
    git('init', '--quiet', '--bare', remote);
    git('init', '--quiet', '--initial-branch=main');
    git('remote', 'add', 'origin', remote);
    git('add', '--all');
    git('-c', 'user.name=me', '-c', 'user.email=me@example.com', 'commit', '--quiet', '--message', 'Begin');
    git('push', '--quiet', '--set-upstream', 'origin', 'main');
    const { scenarios, status } = await report('start');
    assert.deepEqual(
      scenarios.map(({ id, priority }) => `${priority} ${id}`),
      [],
    );
    assert.equal(status, 'completed');
  });

  it('takes what a person says of its cards, and takes it back', async () => {
    const { run, report } = project({ 'compose.yaml': 'services:\n  db:\n    image: postgres:17.2\n' });
    const { scenarios, failureRate } = await report('start');
    const ids = scenarios.map(({ id }) => id);
    const volume = 'database-without-volume:compose.yaml#db';
    assert.ok(ids.includes(volume));
    assert.match((await run('cards')).stdout, new RegExp(`Card: ${volume}\n`));
    const accepted = await report(
      'accept',
      'database-without-vol',
      '--reason',
      'a trial',
      '--until',
      '2099-12-31',
    );
    const card = accepted.scenarios.find(({ id }) => id === volume);
    assert.equal(card?.state, 'accepted');
    assert.ok(accepted.failureRate.now < failureRate.now);
    assert.match((await run('cards')).stdout, /accepted until \d{4}-\d\d-\d\d by .*: a trial/);
    assert.deepEqual(await report('reopen', volume), { ...accepted, scenarios, failureRate });

    assert.match((await run('export')).stdout, /^# .*\n[^]*All data is gone/);
    const whole = JSON.parse((await run('export', '--format', 'json')).stdout) as { iteration: number };
    assert.equal(whole.iteration, 1);

    const several = await run('dismiss', 'database-', '--reason', 'x');
    assert.equal(several.status, 2);
    assert.match(several.stderr, /\d cards begin with database-/);
    assert.match((await run('dismiss', 'no-such', '--reason', 'x')).stderr, /There is no card no-such/);

    await report('inject', 'No cloud services');
    const { scenarios: more } = await report('inject', 'The landlord cuts the power', '--card');
    assert.deepEqual(
      more.filter(({ source }) => source === 'you').map(({ title }) => title),
      ['The landlord cuts the power'],
    );
  });

  it('says what to do where there is no run, and what is wrong with its words', async () => {
    const { run } = project({ 'a.txt': '' });
    const none = await run('status');
    assert.deepEqual([none.status, none.stdout], [2, '']);
    assert.match(none.stderr, /no run in this workspace yet. Begin one/);
    assert.equal((await run('resume')).status, 2);
    assert.match((await run('accept', 'x', '--reason', 'y')).stderr, /no run in this workspace yet/);
    assert.equal((await run('stop')).status, 3);
    assert.equal((await run('start', '--workspace', '/nowhere/at/all')).status, 3);
  });

  it('ends with 1 when the run has not converged', async () => {
    const { run } = project({ 'compose.yaml': 'services:\n  db:\n    image: postgres:17.2\n' });
    assert.equal((await run('start')).status, 0);
    assert.equal((await run('start')).status, 0);
    const last = await run('start');
    assert.equal(last.status, 1);
    assert.match(last.stdout, /not converged/);
  });

  it('shows cards as text that can not steer a terminal', async () => {
    const name = 'a\u001b[31mb\u202e<script>alert(1)</script>';
    const { run } = project({ 'compose.yaml': `services:\n  "${name}":\n    image: postgres:17.2\n` });
    await run('start');
    const { stdout } = await run('cards');
    assert.match(stdout, /All data is gone/);
    assert.ok(!/[\u001b\u202e]/.test(stdout));
    const json = await run('cards', '--json');
    assert.ok(!/[\u001b\u202e]/.test(json.stdout));
  });
});

describe('the words of seaworthy loop1', () => {
  const now = new Date('2026-11-28T12:00:00');
  const read = (words: string, options: Parameters<typeof parseLoop1Arguments>[1] = {}) =>
    parseLoop1Arguments(words.split(' '), options, now).loop1Action;

  it('say what is wanted', () => {
    assert.deepEqual(read('start'), { name: 'start' });
    const reason = 'a trial';
    assert.deepEqual(read('accept no-ci', { reason, until: '2026-11-28' }), {
      ...{ name: 'accept', kind: 'accepted', card: 'no-ci', reason },
      expiresAt: new Date('2026-11-28T23:59:59.999').toISOString(),
    });
    assert.deepEqual(read('dismiss no-ci', { reason }), {
      ...{ name: 'dismiss', kind: 'dismissed', card: 'no-ci', reason, expiresAt: null },
    });
    assert.deepEqual(read('reopen no-ci'), { name: 'reopen', card: 'no-ci' });
    assert.deepEqual(read('inject cloud'), { name: 'inject', kind: 'constraint', text: 'cloud' });
    assert.deepEqual(read('inject fire', { card: true }), { name: 'inject', kind: 'card', text: 'fire' });
  });

  for (const [words, options, complaint] of [
    ['stop', {}, /needs one of: start, .*inject/],
    ['start x', {}, /takes no x/],
    ['accept', {}, /needs one CARD/],
    ['accept a b', { reason: 'x' }, /needs one CARD/],
    ['accept a', {}, /needs --reason/],
    ['accept a', { reason: ' ' }, /needs --reason/],
    ['accept a', { reason: 'x', until: 'tomorrow' }, /is no day/],
    ['accept a', { reason: 'x', until: '2027-02-31' }, /is no day/],
    ['accept a', { reason: 'x', until: '2026-11-27' }, /is over already/],
    ['export', { format: 'pdf' }, /choose one of md, html, json/],
    ['inject', {}, /needs one text/],
    ['inject a', { card: true, constraint: true }, /either/],
  ] as const)
    it(`are refused when they are "${words}" with ${JSON.stringify(options)}`, () => {
      assert.throws(() => read(words, options), { message: complaint });
    });
});
