import assert from 'node:assert/strict';
import { readNodeProject } from '../../../src/sandbox/dependencies/nodeProject';
import { overdue } from '../../../src/sandbox/dependencies/pruning';
import type { LockKind } from '../../../src/sandbox/dependencies/dependencyProject';
import { findLockfile } from '../../../src/sandbox/dependencies/dependencyProject';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

describe('a Node project to be installed', () => {
  const workspace = temporaryFolder('projects');
  let number = 0;

  function read(kind: LockKind, name: string, files: Record<string, string>) {
    const folder = `case${++number}`;
    writeFiles(workspace, {
      [`${folder}/package.json`]: '{"name":"own","scripts":{"postinstall":"evil"},"dependencies":{"a":"1"}}',
      ...Object.fromEntries(Object.entries(files).map(([file, text]) => [`${folder}/${file}`, text])),
    });
    return readNodeProject(workspace, folder, { name, kind }, { env: {}, home: '/nonexistent' });
  }
  const textOf = (files: { path: string; content: Buffer }[], name: string): string =>
    files.find(({ path }) => path === name)?.content.toString() ?? '';

  it('sends dependencies and settings, but no scripts and no credentials', async () => {
    const lock = JSON.stringify({
      lockfileVersion: 3,
      packages: {
        '': {},
        'packages/b': { version: '1.0.0' },
        'packages/../../evil': {},
        'node_modules/a': { resolved: 'https://registry.npmjs.org/a/-/a-1.tgz' },
        'node_modules/c': { resolved: 'https://packages.example/c.tgz' },
        'node_modules/b': { resolved: 'packages/b', link: true },
      },
    });
    const project = await read('npm', 'package-lock.json', {
      'package-lock.json': lock,
      'packages/b/package.json': '{"name":"b","bin":"x.js"}',
      '.npmrc':
        'registry=https://user:word@mirror.example/npm\n@own:registry = "https://own.example:8443/"\n' +
        '//mirror.example/npm/:_authToken=abc\nlegacy-peer-deps=true\nscript-shell=/bin/evil\n',
    });
    assert.deepEqual(project.members, ['', 'packages/b']);
    assert.deepEqual(project.hosts, ['mirror.example:443', 'own.example:8443', 'packages.example:443']);
    assert.equal(project.packages, 2);
    assert.equal(textOf(project.files, 'package.json').includes('evil'), false);
    assert.equal(
      textOf(project.files, '.npmrc'),
      'registry=https://mirror.example/npm/\n@own:registry=https://own.example:8443/\nlegacy-peer-deps=true\n',
    );
    assert.match(project.notes.join('\n'), /_authToken.*password in the address of mirror\.example/);
    const all = project.files.map(({ content }) => content.toString()).join('\n');
    assert.equal(/abc|user:word/.test(all), false);
  });

  it('is refused in words when it needs Git, a file, or Plug and Play', async () => {
    const from = (resolved: string) =>
      JSON.stringify({ lockfileVersion: 3, packages: { '': {}, 'node_modules/a': { resolved } } });
    const npm = (resolved: string) =>
      read('npm', 'package-lock.json', { 'package-lock.json': from(resolved) });
    await assert.rejects(npm('git+ssh://git@example.org/a.git#1'), { message: /from a Git repository/ });
    await assert.rejects(npm('file:vendor/a.tgz'), { message: /from a file/ });
    await assert.rejects(read('npm', 'package-lock.json', { 'package-lock.json': '{' }), {
      message: /not valid JSON/,
    });
    const berry = { 'yarn.lock': '__metadata:\n  version: 8\n' };
    await assert.rejects(read('yarn', 'yarn.lock', berry), {
      message: /Plug'n'Play/,
      nextStep: /nodeLinker/,
    });
    await assert.rejects(read('pnpm', 'pnpm-lock.yaml', { 'pnpm-lock.yaml': "lockfileVersion: '5.4'\n" }), {
      message: /version 5\.4/,
    });
  });

  it('is read from the lockfiles of pnpm and both yarns', async () => {
    const pnpm = await read('pnpm', 'pnpm-lock.yaml', {
      'pnpm-lock.yaml':
        "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies: {}\n\n  packages/b:\n    dependencies: {}\n\npackages:\n\n  'a@1.0.0':\n    resolution: {integrity: x}\n\nsnapshots:\n\n  'a@1.0.0': {}\n",
      'packages/b/package.json': '{}',
    });
    assert.deepEqual([pnpm.members, pnpm.packages, pnpm.format], [['', 'packages/b'], 1, '9']);

    const classic = await read('yarn', 'yarn.lock', {
      'yarn.lock':
        'a@1:\n  version "1.0.0"\n  resolved "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#abc"\n  integrity x\n',
      'package.json': '{"workspaces":["packages/*","!packages/no"]}',
      'packages/b/package.json': '{}',
      'packages/no/package.json': '{}',
    });
    assert.deepEqual(classic.members, ['', 'packages/b']);
    assert.deepEqual(classic.hosts, ['registry.npmjs.org:443']);
    assert.match(
      textOf(classic.files, 'yarn.lock'),
      /"https:\/\/registry\.npmjs\.org\/a\/-\/a-1\.0\.0\.tgz#abc"/,
    );

    const berry = await read('yarn', 'yarn.lock', {
      'yarn.lock':
        '__metadata:\n  version: 6\n\n"a@npm:1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n\n"own@workspace:.":\n  resolution: "own@workspace:."\n',
      '.yarnrc.yml':
        'nodeLinker: node-modules\nyarnPath: evil.cjs\nnpmAuthToken: secret\nnpmScopes:\n  own:\n    npmRegistryServer: "https://own.example"\n    npmAuthToken: secret\ncompressionLevel: 0\n',
    });
    assert.deepEqual([berry.kind, berry.format, berry.packages], ['yarn-berry', '6', 1]);
    const settings = textOf(berry.files, '.yarnrc.yml');
    assert.equal(/secret|evil/.test(settings), false);
    assert.match(settings, /own\.example[\s\S]*compressionLevel: 0[\s\S]*enableScripts: false/);
    assert.deepEqual(berry.hosts, ['own.example:443', 'registry.npmjs.org:443']);
  });

  it('is the nearest with a lockfile, inside the workspace only', async () => {
    writeFiles(workspace, {
      'found/yarn.lock': '',
      'found/deep/er/x.js': '',
      'found/deep/package-lock.json': '',
    });
    assert.equal((await findLockfile(workspace, 'found/deep/er/x.js', 'node'))?.folder, 'found/deep');
    assert.equal((await findLockfile(workspace, 'found/x.js', 'node'))?.kind, 'yarn');
    assert.equal(await findLockfile(`${workspace}/found/deep/er`, 'x.js', 'node'), undefined);
  });
});

describe('images of dependencies that have to go', () => {
  it('are those not used for 30 days, then the oldest of too many', () => {
    const day = 86_400_000;
    const now = 1000 * day;
    const images = [31, 1, 20, 2].map((age) => ({ age, lastUsed: now - age * day, size: 10 }));
    const ages = (limit: number): number[] => overdue(images, now, limit).map(({ age }) => age);
    assert.deepEqual(ages(1000), [31]);
    assert.deepEqual(ages(20), [20, 31]);
    assert.deepEqual(ages(0), [1, 2, 20, 31]);
  });
});
