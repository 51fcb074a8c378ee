import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { committedFiles, lastMove, moveLog } from '../../src/base/git';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';

const run = promisify(execFile);

describe('What moved a branch', () => {
  it('is told as a commit only when one was made, with the files that it added or changed', async () => {
    const root = temporaryFolder('moves');
    const git = async (...words: string[]): Promise<string> => {
      const who = ['-c', 'user.name=me', '-c', 'user.email=me@example.com'];
      return (await run('git', [...who, ...words], { cwd: root })).stdout.trim();
    };
    const isCommit = async (): Promise<boolean | undefined> => (await lastMove(root, undefined))?.isCommit;
    await git('init', '--quiet', '--initial-branch=main');
    writeFiles(root, { 'a.js': '1', 'old.js': '1' });
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'first');
    assert.equal(await isCommit(), true);
    const first = await git('rev-parse', 'HEAD');
    assert.deepEqual(await committedFiles(root, first, undefined), ['a.js', 'old.js']);
    await git('checkout', '--quiet', '-b', 'other');
    assert.equal(await isCommit(), false);
    fs.rmSync(path.join(root, 'old.js'));
    writeFiles(root, { 'b c.js': '2', 'sub/d.js': '3' });
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'checkout: moving from a to b');
    assert.equal(await isCommit(), true);
    assert.deepEqual(await committedFiles(root, 'HEAD', undefined), ['b c.js', 'sub/d.js']);
    await git('reset', '--quiet', '--hard', first);
    assert.deepEqual(await lastMove(root, undefined), { commit: first, isCommit: false });
    await git('commit', '--quiet', '--amend', '--allow-empty', '--message', 'first, better');
    assert.equal(await isCommit(), true);
    assert.ok(fs.existsSync(await moveLog(root, undefined)));
  });
});
