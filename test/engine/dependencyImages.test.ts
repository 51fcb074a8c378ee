import assert from 'node:assert/strict';
import { silentLogger } from '../../src/base/logger';
import { PROJECT_ROOT } from '../../src/audit/production/layout';
import { dialFrom } from '../../src/sandbox/dependencies/dial';
import { DependencyImages } from '../../src/sandbox/dependencies/dependencyImages';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { pull } from '../../src/sandbox/unavailable';
import { runStage } from '../support/productionStage';
import { skipBecause } from '../support/skip';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { packPackage, realPackageManager, serveFiles } from './packageRegistry';
import { engine, NODE_IMAGE, owner, sandbox, sandboxesOf } from './realEngine';

const images = new DependencyImages({
  engine,
  owner,
  logger: silentLogger,
  surroundings: { env: {}, home: '/nonexistent' },
  dial: dialFrom({}),
  installerDirectory: `${__dirname}/../../dist/installer`,
  rootInAudit: PROJECT_ROOT,
  pullImage: pull,
});

const helper = packPackage('helper', {
  'package.json':
    '{"name":"helper","version":"1.0.0","scripts":{"install":"node -e \\"fs.writeFileSync(\'/deps/project/ran\',\'\')\\""}}',
  'index.js': "exports.half = (n) => n / 2; exports.ran = require('fs').existsSync('/deps/project/ran');",
});
const answer = packPackage('answer', {
  'package.json':
    '{"name":"answer","version":"1.0.0","type":"module","exports":"./index.js","dependencies":{"helper":"^1.0.0"}}',
  'index.js': "import { half, ran } from 'helper'; export const answer = half(84); export { ran };",
});
const manifest = { name: 'project', version: '1.0.0', dependencies: { answer: '^1.0.0' } };

function lockfile(address: string, answerIntegrity = answer.integrity): string {
  return JSON.stringify({
    name: 'project',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': manifest,
      'node_modules/answer': {
        version: '1.0.0',
        resolved: `${address}answer/-/answer-1.0.0.tgz`,
        integrity: answerIntegrity,
        dependencies: { helper: '^1.0.0' },
      },
      'node_modules/helper': {
        version: '1.0.0',
        resolved: `${address}helper/-/helper-1.0.0.tgz`,
        integrity: helper.integrity,
        hasInstallScript: true,
      },
    },
  });
}

/** Names of the containers that install something now. */
async function installations(): Promise<string[]> {
  const names = (await sandboxesOf(owner.id)).map(({ name }) => name);
  return names.filter((name) => name.startsWith('seaworthy-install-'));
}

describe('images of dependencies', function () {
  this.timeout(180_000);
  const workspace = temporaryFolder('dependency-images');
  const variants = temporaryFolder('dependency-variants');
  let registry: Awaited<ReturnType<typeof serveFiles>>;

  before(async function () {
    const npm = await realPackageManager('npm', '3');
    if (!npm) skipBecause(this, "npm's registry can not be reached");
    registry = await serveFiles(
      new Map([
        ['/npm/-/npm-11.21.2.tgz', npm ?? Buffer.alloc(0)],
        ['/answer/-/answer-1.0.0.tgz', answer.tarball],
        ['/helper/-/helper-1.0.0.tgz', helper.tarball],
      ]),
    );
    writeFiles(workspace, {
      'package.json': JSON.stringify({ ...manifest, scripts: { postinstall: 'exit 1' } }),
      'package-lock.json': lockfile(registry.address),
      '.npmrc': `registry=${registry.address}\n//127.0.0.1:${registry.port}/:_authToken=very-secret\n`,
      'src/double.mjs':
        "import { answer, ran } from 'answer';\nexport const double = () => answer * 2;\nexport { ran };\n",
      'src/double.test.mjs':
        "import test from 'node:test';\nimport assert from 'node:assert';\nimport { double, ran } from './double.mjs';\n" +
        "test('doubles', () => { assert.equal(double(), 84); assert.equal(ran, false); });\n",
    });
  });

  after(async () => {
    registry?.close();
    await images.kept.remove((await images.kept.list()).map(({ id }) => id));
    assert.deepEqual(await images.kept.list(), []);
  });

  function install(folder: string, signal = AbortSignal.timeout(170_000)) {
    return images.projectOf(folder, 'src/double.mjs', 'node').then(async (project) => {
      assert.ok(project);
      return images.install({ project, baseImage: NODE_IMAGE }, { signal, onProgress: () => undefined });
    });
  }

  /** A workspace like the first with another lockfile. */
  function variant(name: string, lock: string, npmrc = `registry=${registry.address}\n`): string {
    const folder = `${variants}/${name}`;
    writeFiles(folder, {
      'package.json': JSON.stringify(manifest),
      'package-lock.json': lock,
      '.npmrc': npmrc,
    });
    return folder;
  }

  it('are made by the real npm without scripts or credentials, and an audit finds the packages there', async () => {
    assert.equal(await images.find(workspace, 'src/double.mjs', 'node', NODE_IMAGE), undefined);
    const before = await runStage(sandbox, workspace, 'src/double.mjs', {
      findDependencies: (...asked) => images.find(...asked),
    });
    assert.equal(before.result.nextStep, 'install-dependencies');
    const made = await install(workspace);
    assert.deepEqual(made.modules?.folders, ['']);
    assert.ok(registry.requests.length >= 3);
    assert.deepEqual(
      registry.requests.filter(({ headers }) => headers.authorization !== undefined),
      [],
    );
    const prepared: string[] = [];
    const watched: Sandbox = {
      run: (...asked) => sandbox.run(...asked),
      prepare: (image) => prepared.push(image),
      resolveImage: (...asked) => sandbox.resolveImage(...asked),
    };
    const { result, notes } = await runStage(watched, workspace, 'src/double.mjs', {
      findDependencies: (...asked) => images.find(...asked),
    });
    assert.equal(result.status, 'pass', result.reason);
    assert.ok(notes.includes('Dependencies come from an image made of package-lock.json.'), notes.join('\n'));
    assert.deepEqual(prepared, [made.id]);
    const base = await (await engine.connect()).images.inspect(NODE_IMAGE);
    assert.deepEqual(result.image, { name: NODE_IMAGE, digest: base?.id, dependencies: made.id });
    assert.deepEqual(await installations(), []);
  });

  it('are made once for each lockfile and base image', async () => {
    const { id } = await install(workspace);
    const asked = registry.requests.length;
    assert.equal((await install(workspace)).id, id);
    assert.equal(registry.requests.length, asked);
    const [kept] = await images.kept.list();
    assert.equal(kept?.lastUsed, new Date().toISOString().slice(0, 10));
    assert.match(kept.source, /package-lock\.json on node:24-slim/);
    assert.equal(await images.find(workspace, 'src/double.mjs', 'node', 'python:3.11-slim'), undefined);
  });

  it('are made once for audits that need the same one at once', async () => {
    const folder = variant('shared', `${lockfile(registry.address)}\n`);
    const progress: string[][] = [[], []];
    const made = await Promise.all(
      progress.map(async (messages) => {
        const project = await images.projectOf(folder, 'src/double.mjs', 'node');
        assert.ok(project);
        return images.install(
          { project, baseImage: NODE_IMAGE },
          { signal: AbortSignal.timeout(170_000), onProgress: (message) => messages.push(message) },
        );
      }),
    );
    assert.equal(made[0]?.id, made[1]?.id);
    assert.deepEqual(
      progress.map((messages) => messages.filter((text) => text === 'Keeping the image').length),
      [1, 1],
    );
    assert.deepEqual(await installations(), []);
  });

  it('are not made of a package with another content than the lockfile names', async () => {
    const folder = variant('tampered', lockfile(registry.address, helper.integrity));
    await assert.rejects(install(folder), {
      name: 'UserError',
      message: /EINTEGRITY/,
      nextStep: /not what the lockfile names/,
    });
    assert.equal(await images.find(folder, 'src/double.mjs', 'node', NODE_IMAGE), undefined);
  });

  it('say what a registry does not have', async () => {
    const folder = variant('missing', lockfile(`${registry.address}gone/`));
    await assert.rejects(install(folder), { name: 'UserError', message: /Its last lines:[\s\S]*404/ });
  });

  it('leave nothing behind when they are cancelled in the middle', async () => {
    const folder = variant('stalled', lockfile(`${registry.address}slow/`));
    const controller = new AbortController();
    const stalled = registry.stall('/slow/answer/-/answer-1.0.0.tgz');
    const outcome = assert.rejects(install(folder, controller.signal), { name: 'CancelledError' });
    await stalled;
    controller.abort();
    await outcome;
    assert.deepEqual(await installations(), []);
    assert.equal(await images.find(folder, 'src/double.mjs', 'node', NODE_IMAGE), undefined);
  });
});
