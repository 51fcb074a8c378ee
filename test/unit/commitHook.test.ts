import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { installCommitHook, removeCommitHook } from '../../src/audit/commitHook';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';

const CLI = path.join(__dirname, '../../dist/cli.js');
const FAKE = "export function calculateTrend(data) {\n  return 'STABLE';\n}\n";
const FINE = 'export const double = (number) => number * 2;\n';

describe('The hook that audits before a commit', function () {
  this.timeout(60_000);
  const folder = temporaryFolder('commit-hook');
  let root: string;
  let number = 0;

  const git = (...words: string[]) => {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org'];
    const env = { ...process.env, XDG_CACHE_HOME: path.join(folder, 'cache') };
    const { status, stderr, stdout } = spawnSync('git', [...identity, ...words], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    return { status, stderr, stdout };
  };
  const commits = (): number => Number(git('rev-list', '--count', '--all').stdout);

  beforeEach(() => {
    root = path.join(folder, `it's ${(number += 1)}`);
    writeFiles(root, { 'package.json': '{}', 'app/src/fine.js': FINE });
    assert.equal(git('init', '-q', '-b', 'trunk').status, 0);
  });

  it('lets pass what is fine, stops what fails, and can be passed by', async () => {
    await installCommitHook(root, CLI);
    git('add', '.');
    assert.deepEqual([git('commit', '-qm', 'one').status, commits()], [0, 1]);
    writeFiles(root, { 'app/src/fake.js': FAKE });
    git('add', '.');
    const refused = git('commit', '-qm', 'two');
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /app\/src\/fake\.js/);
    assert.match(refused.stderr, /TH01/);
    assert.match(refused.stderr, /--no-verify/);
    assert.equal(commits(), 1);
    assert.equal(git('commit', '-qm', 'two', '--no-verify').status, 0);
  });

  it('judges what is staged, not what is on the disk', async () => {
    await installCommitHook(root, CLI);
    git('add', '.');
    writeFiles(root, { 'app/src/fine.js': FAKE });
    assert.equal(git('commit', '-qm', 'what is staged is fine').status, 0);
    git('add', '.');
    writeFiles(root, { 'app/src/fine.js': FINE });
    assert.equal(git('commit', '-qm', 'what is staged is fake').status, 1);
    // git makes an index of its own for this.
    writeFiles(root, { 'app/src/fine.js': FAKE });
    assert.equal(git('commit', '-qam', 'all').status, 1);
    assert.equal(commits(), 1);
  });

  it('looks at its own folder alone, where that is a part of the repository', async () => {
    await installCommitHook(path.join(root, 'app'), CLI);
    writeFiles(root, { 'other/fake.js': FAKE });
    git('add', '.');
    assert.equal(git('commit', '-qm', 'one').status, 0);
    writeFiles(root, { 'app/fake.js': FAKE });
    git('add', '.');
    assert.equal(git('commit', '-qm', 'two').status, 1);
  });

  it('keeps its hands off a hook of others, and says what to add to it', async () => {
    const file = path.join(root, '.git/hooks/pre-commit');
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, '#!/bin/sh\nexit 0\n');
    await assert.rejects(installCommitHook(root, CLI), (error: { message: string; nextStep?: string }) => {
      assert.match(error.message, /already/);
      assert.match(error.nextStep ?? '', /audit --staged/);
      return true;
    });
    assert.equal(await removeCommitHook(root), undefined);
    assert.equal(fs.readFileSync(file, 'utf8'), '#!/bin/sh\nexit 0\n');
  });

  it('goes where the repository has its hooks, but not where all repositories have them', async () => {
    git('config', 'core.hooksPath', '.hooks');
    const file = await installCommitHook(root, CLI);
    assert.equal(file, path.join(root, '.hooks/pre-commit'));
    assert.equal(await removeCommitHook(root), file);
    assert.equal(fs.existsSync(file), false);
    git('config', '--unset', 'core.hooksPath');
    const shared = path.join(folder, 'global');
    fs.writeFileSync(shared, `[core]\n\thooksPath = ${path.join(folder, 'shared')}\n`);
    const before = process.env['GIT_CONFIG_GLOBAL'];
    process.env['GIT_CONFIG_GLOBAL'] = shared;
    try {
      await assert.rejects(installCommitHook(root, CLI), /all your repositories/);
    } finally {
      if (before === undefined) delete process.env['GIT_CONFIG_GLOBAL'];
      else process.env['GIT_CONFIG_GLOBAL'] = before;
    }
    assert.equal(fs.existsSync(path.join(folder, 'shared')), false);
  });

  it('stops no commit when the extension is gone, and finds it again after an update', async () => {
    const extensions = path.join(folder, 'extensions');
    const place = (version: string): string =>
      path.join(extensions, `seaworthy.seaworthy-${version}/dist/cli.js`);
    await installCommitHook(root, place('0.1.0'));
    writeFiles(root, { 'app/src/fake.js': FAKE });
    git('add', '.');
    const free = git('commit', '-qm', 'one');
    assert.equal(free.status, 0);
    assert.match(free.stderr, /not audited/);
    fs.mkdirSync(path.dirname(place('0.2.0')), { recursive: true });
    fs.writeFileSync(place('0.2.0'), 'console.log("2 of it"); process.exit(1);\n');
    const stopped = git('commit', '--amend', '-qm', 'one');
    assert.equal(stopped.status, 1);
    assert.match(stopped.stderr, /2 of it/);
  });
});
