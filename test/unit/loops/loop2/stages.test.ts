import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Stages } from '../../../../src/loops/loop2/stage/stages';
import { listSources } from '../../../../src/sandbox/sources';
import { temporaryFolder, writeFiles } from '../../../support/temporaryFolder';

const SIGNAL = new AbortController().signal;

describe('stages of a Loop 2', function () {
  this.timeout(30_000);
  const folder = temporaryFolder('loop2-stages');
  let number = 0;

  /** A workspace in `packages/shop` of a repository, with work that is committed, staged, changed, new, ignored and deleted. */
  function place(isRepository = true) {
    const own = path.join(folder, `${number++}`);
    const repository = path.join(own, 'repository');
    const root = path.join(repository, 'packages/shop');
    const git = (...words: string[]): string =>
      execFileSync('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@b', ...words], {
        encoding: 'utf8',
      });
    writeFiles(root, { 'a.js': 'committed\n', 'b.js': 'committed\n', 'gone.js': 'committed\n' });
    if (isRepository) {
      git('init', '-q', '-b', 'main');
      // A filter and a hook of the repository: nothing of it may be started.
      fs.writeFileSync(path.join(repository, '.gitattributes'), '*.js filter=evil\n');
      git('add', '.');
      git('commit', '-q', '-m', 'first');
      git('config', 'filter.evil.smudge', `touch ${path.join(own, 'smudged')}`);
      fs.mkdirSync(path.join(repository, '.git/hooks'), { recursive: true });
      const hook = path.join(repository, '.git/hooks/post-checkout');
      fs.writeFileSync(hook, `#!/bin/sh\ntouch ${path.join(own, 'hooked')}\n`, { mode: 0o755 });
    }
    writeFiles(root, {
      ...{ '.gitignore': 'secret/\n', 'secret/x': 'x', '.env': 'KEY=1', 'node_modules/m/i.js': '' },
      ...{ 'b.js': 'changed\n', 'new.js': 'new\n' },
    });
    fs.rmSync(path.join(root, 'gone.js'));
    if (isRepository) git('-c', 'filter.evil.smudge=cat', 'add', 'packages/shop/new.js');
    const taken = new Set<string>();
    const claim = async (name: string) => {
      if (taken.has(name)) return undefined;
      taken.add(name);
      return { release: async () => void taken.delete(name) };
    };
    const stagesFolder = path.join(own, 'stages');
    const make = (): Stages => new Stages({ root, folder: stagesFolder, claim, list: listSources });
    return { own, root, repository, git, make, stagesFolder, taken };
  }
  const files = (root: string): Record<string, string> =>
    Object.fromEntries(
      fs
        .readdirSync(root)
        .filter((name) => name !== '.git')
        .sort()
        .map((name) => [name, fs.readFileSync(path.join(root, name), 'utf8')]),
    );
  const AS_IT_LIES = { '.gitignore': 'secret/\n', 'a.js': 'mine\n', 'b.js': 'changed\n', 'new.js': 'new\n' };
  const EDIT = { file: 'a.js', before: null, after: 'mine\n' };

  it('are git worktrees with the files as they lie there, and leave branch, index and files alone', async () => {
    const { own, root, git, make, stagesFolder } = place();
    const state = (): string[] => [
      git('status', '--porcelain', '--branch'),
      git('branch', '-a'),
      git('rev-parse', 'HEAD'),
    ];
    const before = state();
    const stages = make();
    const one = await stages.open([EDIT], SIGNAL);
    const other = await stages.open([{ ...EDIT, file: 'deep/er.js' }], SIGNAL);
    assert.deepEqual(files(one.root), AS_IT_LIES);
    assert.equal(fs.readFileSync(path.join(other.root, 'deep/er.js'), 'utf8'), 'mine\n');
    assert.equal(fs.readFileSync(path.join(other.root, 'a.js'), 'utf8'), 'committed\n');
    assert.equal(git('worktree', 'list').trim().split('\n').length, 3);
    assert.equal(
      execFileSync('git', ['-C', one.root, 'log', '--format=%s'], { encoding: 'utf8' }),
      'first\n',
    );
    assert.deepEqual(state(), before);
    await one.close();
    await other.close();
    assert.deepEqual(state(), before);
    assert.equal(git('worktree', 'list').trim().split('\n').length, 1);
    assert.deepEqual(fs.readdirSync(stagesFolder), []);
    assert.equal(fs.readFileSync(path.join(root, 'a.js'), 'utf8'), 'committed\n');
    for (const trace of ['smudged', 'hooked']) assert.ok(!fs.existsSync(path.join(own, trace)), trace);
  });

  it('are plain copies where there is no repository', async () => {
    const { make, stagesFolder } = place(false);
    const stage = await make().open([EDIT], SIGNAL);
    assert.deepEqual(files(stage.root), AS_IT_LIES);
    assert.ok(!fs.existsSync(path.join(stage.root, '.git')));
    await stage.close();
    assert.deepEqual(fs.readdirSync(stagesFolder), []);
  });

  it('that a killed process has left are removed, those of a living one are not', async () => {
    const { make, git, stagesFolder, taken } = place();
    const died = await make().open([EDIT], SIGNAL);
    const alive = await make().open([EDIT], SIGNAL);
    taken.delete('seaworthy-stage-1');
    await make().sweep();
    assert.ok(!fs.existsSync(died.root));
    assert.deepEqual(files(alive.root), AS_IT_LIES);
    assert.equal(git('worktree', 'list').trim().split('\n').length, 2);
    // One whose folder is gone while git still knows of it is no hindrance.
    fs.rmSync(path.join(stagesFolder, 'seaworthy-stage-2'), { recursive: true });
    taken.clear();
    const next = make();
    const again = [await next.open([EDIT], SIGNAL), await next.open([EDIT], SIGNAL)];
    for (const stage of again) assert.deepEqual(files(stage.root), AS_IT_LIES);
    for (const stage of again) await stage.close();
    assert.equal(git('worktree', 'list').trim().split('\n').length, 1);
  });

  it('take no edit that leads out of them, and leave nothing when they are not made', async () => {
    const { root, make, stagesFolder, taken, own } = place();
    fs.symlinkSync(own, path.join(root, 'out'));
    for (const file of ['../x.js', '/etc/x', '../../../../x'])
      await assert.rejects(make().open([{ ...EDIT, file }], SIGNAL), /leads out of the workspace/, file);
    const abort = new AbortController();
    abort.abort();
    await assert.rejects(make().open([EDIT], abort.signal), /[Cc]ancel/);
    assert.deepEqual([fs.readdirSync(stagesFolder), taken.size], [[], 0]);
  });
});
