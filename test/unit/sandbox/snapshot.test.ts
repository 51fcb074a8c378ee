import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../../src/base/errors';
import type { Snapshot } from '../../../src/sandbox/snapshot';
import { takeSnapshot } from '../../../src/sandbox/workspaceSnapshot';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const paths = (snapshot: Snapshot): string[] => snapshot.files.map((file) => file.path);
const withheld = (snapshot: Snapshot): string[] => snapshot.withheld.map((file) => file.path);

function textOf(snapshot: Snapshot, file: string): string | undefined {
  return snapshot.files.find((each) => each.path === file)?.content.toString();
}

describe('takeSnapshot', () => {
  let root: string;

  beforeEach(() => {
    root = fs.realpathSync(fs.mkdtempSync(path.join(folder, 'workspace-')));
  });
  const folder = temporaryFolder('snapshot');

  it('takes files sorted, with their bytes and the executable bit', async () => {
    writeFiles(root, { 'b.js': 'b', 'a/ä ö.py': Buffer.from([0, 255]), 'a/run.sh': '#!/bin/sh' });
    fs.chmodSync(path.join(root, 'a/run.sh'), 0o755);
    const snapshot = await takeSnapshot(root);
    assert.deepEqual(snapshot.files, [
      { path: 'a/run.sh', content: Buffer.from('#!/bin/sh'), executable: true },
      { path: 'a/ä ö.py', content: Buffer.from([0, 255]) },
      { path: 'b.js', content: Buffer.from('b') },
    ]);
    assert.deepEqual(snapshot.withheld, []);
  });

  it('leaves out what git would, nested ignore files and the private exclude file included', async () => {
    writeFiles(root, {
      '.gitignore': 'dist/\n*.log\n!keep.log\n/only-top\n',
      '.git/info/exclude': 'private\n',
      'dist/x.js': '',
      'src/dist/y.js': '',
      'a.log': '',
      'keep.log': '',
      'only-top': '',
      'src/only-top': '',
      private: '',
      'src/.gitignore': '*.tmp\n!important.log\n',
      'src/a.tmp': '',
      'a.tmp': '',
      'src/important.log': '',
      'src/other.log': '',
    });
    assert.deepEqual(paths(await takeSnapshot(root)), [
      '.gitignore',
      'a.tmp',
      'keep.log',
      'src/.gitignore',
      'src/important.log',
      'src/only-top',
    ]);
  });

  it('never takes dependencies, caches and the repository', async () => {
    const out = [
      '.git/config',
      'node_modules/x/i.js',
      'p/node_modules/i.js',
      '.venv/a',
      'venv/a',
      'p/__pycache__/a',
    ];
    writeFiles(root, Object.fromEntries(['in.js', ...out].map((file) => [file, ''])));
    const snapshot = await takeSnapshot(root);
    assert.deepEqual(paths(snapshot), ['in.js']);
    assert.deepEqual(snapshot.withheld, []);
  });

  it('withholds secrets in any case and depth, says so, and keeps templates', async () => {
    const secret = [
      '.ENV',
      '.env.local',
      'a/.env',
      'a/Server.PEM',
      'a/x.key',
      'id_rsa',
      'id_ed25519.pub',
      'pass.kdbx',
      '.npmrc',
      '.pypirc',
      '.netrc',
      '.git-credentials',
      'x.tfstate.backup',
      'service-account-prod.json',
      'credentials.json',
      '.mcp.json',
    ];
    const folders = [
      '.aws/',
      '.ssh/',
      '.azure/',
      '.docker/',
      '.kube/',
      '.config/gcloud/',
      '.vscode/',
      '.idea/',
      '.claude/',
    ];
    const kept = [
      '.config/other',
      '.env.example',
      '.env.sample',
      '.env.template',
      'environment.ts',
      'keys.ts',
    ];
    writeFiles(
      root,
      Object.fromEntries(
        [...secret, ...folders.map((name) => `${name}x`), ...kept].map((file) => [file, 'x']),
      ),
    );
    const snapshot = await takeSnapshot(root);
    assert.deepEqual(paths(snapshot), kept);
    assert.deepEqual(withheld(snapshot).sort(), [...secret, ...folders].sort());
    assert.match(snapshot.withheld[0]?.why ?? '', /secrets/);
  });

  it('takes an included file although it is ignored, unless it may hold secrets', async () => {
    writeFiles(root, { '.gitignore': '*\n', 'dist/a.js': 'a', 'dist/.env': 'x', 'node_modules/m/b.js': 'b' });
    const include = ['dist/a.js', 'dist/.env', 'node_modules/m/b.js', 'not-there.js', '../outside.js'];
    const snapshot = await takeSnapshot(root, { include });
    assert.deepEqual(paths(snapshot), ['dist/a.js', 'node_modules/m/b.js']);
    assert.deepEqual(withheld(snapshot), ['../outside.js', 'dist/.env']);
  });

  it('puts what the editor holds in place of what is on disk', async () => {
    writeFiles(root, { 'a.js': 'old', 'b.js': 'same' });
    const overlays = new Map([
      ['a.js', 'new'],
      ['added/c.js', 'c'],
      ['.env', 'SECRET=1'],
      ['../up.js', 'x'],
    ]);
    const snapshot = await takeSnapshot(root, { overlays });
    assert.equal(textOf(snapshot, 'a.js'), 'new');
    assert.equal(textOf(snapshot, 'added/c.js'), 'c');
    assert.deepEqual(paths(snapshot), ['a.js', 'added/c.js', 'b.js']);
    assert.deepEqual(withheld(snapshot), ['../up.js', '.env']);
  });

  it('follows links inside the workspace alone, and never hangs on a pipe', async () => {
    const outside = path.join(folder, 'outside.txt');
    fs.writeFileSync(outside, 'outside');
    writeFiles(root, { 'real.js': 'real', '.env': 'SECRET=1', 'sub/x.js': 'x' });
    const link = (target: string, name: string): void => fs.symlinkSync(target, path.join(root, name));
    link('real.js', 'inside.js');
    link(outside, 'outside.js');
    link('.env', 'innocent.txt');
    link('nowhere', 'broken.js');
    link('loop.js', 'loop.js');
    link('sub', 'folder');
    link(folder, 'away');
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path.join(root, 'pipe.js')]);
    const snapshot = await takeSnapshot(root, { include: ['folder/x.js', 'away/outside.txt'] });
    assert.deepEqual(paths(snapshot), ['folder/x.js', 'inside.js', 'real.js', 'sub/x.js']);
    assert.equal(textOf(snapshot, 'inside.js'), 'real');
    assert.deepEqual(withheld(snapshot), [
      '.env',
      'away',
      'away/outside.txt',
      'broken.js',
      'folder',
      'innocent.txt',
      'loop.js',
      'outside.js',
      'pipe.js',
    ]);
  });

  it('withholds a single file over the limit, and refuses a workspace over it in words', async () => {
    writeFiles(root, { 'small.js': 'x' });
    const sparse = (name: string, bytes: number): void => {
      fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      fs.writeFileSync(path.join(root, name), '');
      fs.truncateSync(path.join(root, name), bytes);
    };
    sparse('movie.bin', 10_000_001);
    const snapshot = await takeSnapshot(root);
    assert.deepEqual(paths(snapshot), ['small.js']);
    assert.match(snapshot.withheld[0]?.why ?? '', /10 MB/);

    for (let index = 0; index < 7; index++) sparse(`assets/${index}.bin`, 9_500_000);
    await assert.rejects(takeSnapshot(root), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /too big.*Biggest: assets\/ \(67 MB in 7 files\)/);
      assert.match(error.nextStep ?? '', /\.gitignore/);
      return true;
    });
  });

  it('refuses more files than the limit', async () => {
    fs.mkdirSync(path.join(root, 'many'));
    for (let index = 0; index <= 20_000; index++)
      fs.writeFileSync(path.join(root, 'many', String(index)), '');
    await assert.rejects(takeSnapshot(root), /too big.*many\//);
  }).timeout(20_000);

  it('stops at folders nested too deeply', async () => {
    writeFiles(root, { [`${'d/'.repeat(39)}in.js`]: '', [`${'d/'.repeat(42)}out.js`]: '' });
    const snapshot = await takeSnapshot(root);
    assert.deepEqual(paths(snapshot), [`${'d/'.repeat(39)}in.js`]);
    assert.match(snapshot.withheld[0]?.why ?? '', /too deeply/);
  });

  it('is not stopped by an ignore file made to keep the matcher busy', async () => {
    const name = `${'a'.repeat(120)}c${'a'.repeat(120)}`;
    writeFiles(root, {
      '.gitignore': `${'*a'.repeat(30)}b\n${'**/a/'.repeat(20)}b\nout.js\n`,
      [name]: '',
      'out.js': '',
    });
    writeFiles(root, { [`${'a/'.repeat(38)}b.js`]: '' });
    assert.deepEqual(paths(await takeSnapshot(root)), ['.gitignore', `${'a/'.repeat(38)}b.js`, name].sort());
  });

  it('rejects when cancelled, and for a folder that is not there', async () => {
    writeFiles(root, { 'a.js': '' });
    await assert.rejects(takeSnapshot(root, { signal: AbortSignal.abort() }), { name: 'CancelledError' });
    await assert.rejects(takeSnapshot(path.join(root, 'gone')), UserError);
  });
});
