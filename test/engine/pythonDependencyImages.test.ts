import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { PROJECT_ROOT } from '../../src/audit/production/layout';
import { silentLogger } from '../../src/base/logger';
import { DependencyImages } from '../../src/sandbox/dependencies/dependencyImages';
import { dialFrom } from '../../src/sandbox/dependencies/dial';
import { tarChunks } from '../../src/sandbox/tar';
import { pull } from '../../src/sandbox/unavailable';
import { runStage } from '../support/productionStage';
import { skipBecause } from '../support/skip';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { serveFiles } from './packageRegistry';
import { distribution, indexOf, packWheel } from './pythonIndex';
import { engine, owner, sandbox } from './realEngine';

const PYTHON_IMAGE = 'python:3.11-slim';

const helper = packWheel('helper', '1.0.0', { 'helper/__init__.py': 'def half(n):\n    return n // 2\n' });
const answer = packWheel(
  'answer',
  '2.1.0',
  { 'answer.py': 'from helper import half\n\nANSWER = half(84)\n' },
  { requires: ['helper>=1', 'nowhere ; sys_platform == "win32"'] },
);
const setup =
  "from setuptools import setup\nopen('/deps/project/ran', 'w').close()\nsetup(name='source', version='1.0')\n";
const source = distribution(
  'source',
  'source-1.0.tar.gz',
  gzipSync(
    Buffer.concat([
      ...tarChunks([
        { path: 'source-1.0/setup.py', content: Buffer.from(setup) },
        {
          path: 'source-1.0/PKG-INFO',
          content: Buffer.from('Metadata-Version: 2.1\nName: source\nVersion: 1.0\n'),
        },
      ]),
    ]),
  ),
);

const CODE = {
  'double.py': 'from answer import ANSWER\n\n\ndef double():\n    return ANSWER * 2\n',
  'test_double.py': 'from double import double\n\n\ndef test_double():\n    assert double() == 84\n',
};

describe('images of Python dependencies', function () {
  this.timeout(120_000);
  const workspaces = temporaryFolder('python-dependencies');
  let index: Awaited<ReturnType<typeof serveFiles>>;
  let images: DependencyImages;

  before(async () => {
    index = await serveFiles(indexOf([helper, answer, source]));
    images = new DependencyImages({
      engine,
      owner: { ...owner, host: `python-dependencies-${process.pid}` },
      logger: silentLogger,
      surroundings: {
        env: { PIP_INDEX_URL: `http://user:secret@127.0.0.1:${index.port}/simple` },
        home: '/nonexistent',
      },
      dial: dialFrom({}),
      installerDirectory: `${__dirname}/../../dist/installer`,
      rootInAudit: PROJECT_ROOT,
      pullImage: pull,
    });
  });

  before(async function () {
    const hasPip = await sandbox.run({
      image: PYTHON_IMAGE,
      files: [],
      steps: [{ name: 'pip', command: ['python3', '-m', 'pip', '--version'] }],
      reports: [],
      limits: { memoryMb: 256, cpus: 1, timeoutMs: 20_000, pids: 32, outputBytes: 10_000, reportBytes: 1000 },
    });
    if (hasPip.steps[0]?.exitCode !== 0) skipBecause(this, `${PYTHON_IMAGE} has no pip here`);
  });

  after(async () => {
    index.close();
    await images.kept.remove((await images.kept.list()).map(({ id }) => id));
  });

  async function install(name: string, files: Record<string, string>) {
    const workspace = `${workspaces}/${name}`;
    writeFiles(workspace, { ...CODE, ...files });
    const project = await images.projectOf(workspace, 'double.py', 'python');
    assert.ok(project);
    const offer = { project, baseImage: PYTHON_IMAGE };
    const signal = AbortSignal.timeout(100_000);
    const image = await images.install(offer, { signal, onProgress: () => undefined });
    return { workspace, project, image };
  }

  async function assertAuditPasses(workspace: string, lockfiles: string): Promise<void> {
    const { result, notes } = await runStage(sandbox, workspace, 'double.py', {
      findDependencies: (...asked) => images.find(...asked),
    });
    assert.equal(result.status, 'pass', result.reason);
    assert.equal(result.tests?.passed, 1);
    assert.ok(notes.includes(`Dependencies come from an image made of ${lockfiles}.`), notes.join('\n'));
  }

  const uvLock = (answerHash: string): string => `version = 1
requires-python = ">=3.9"

[[package]]
name = "project"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "answer" },
    { name = "nowhere", marker = "sys_platform == 'win32'" },
]

[[package]]
name = "answer"
version = "2.1.0"
source = { registry = "${index.address}simple" }
dependencies = [{ name = "helper" }]
wheels = [
    { url = "${index.address}files/${answer.file}", hash = "sha256:${answerHash}" },
]

[[package]]
name = "helper"
version = "1.0.0"
source = { registry = "${index.address}simple" }
wheels = [
    { url = "${index.address}files/${helper.file}", hash = "sha256:${helper.sha256}" },
]

[[package]]
name = "nowhere"
version = "1.0.0"
source = { registry = "${index.address}simple" }
wheels = [
    { url = "${index.address}files/nowhere-1.0.0-py3-none-any.whl", hash = "sha256:${helper.sha256}" },
]
`;
  const manifest = '[project]\nname = "project"\nversion = "0.1.0"\ndependencies = ["answer", "nowhere"]\n';

  it('are made of a uv.lock by hash, and an audit finds the packages there', async () => {
    const { workspace } = await install('uv', {
      'pyproject.toml': manifest,
      'uv.lock': uvLock(answer.sha256),
    });
    await assertAuditPasses(workspace, 'uv.lock');
    assert.deepEqual(
      index.requests.filter(({ headers, path }) => headers.authorization || path.includes('nowhere')),
      [],
    );
  });

  it('are not made of a wheel with another content than a uv.lock names', async () => {
    const files = { 'pyproject.toml': manifest, 'uv.lock': uvLock(helper.sha256) };
    await assert.rejects(install('uv-tampered', files), {
      name: 'UserError',
      message: /DO NOT MATCH THE HASHES/,
      nextStep: /not what the lockfile names/,
    });
  });

  it('are made of a poetry.lock by hash, by the markers of its manifest', async () => {
    const entry = ({ project, file, sha256 }: typeof answer, version: string, more = '') =>
      `[[package]]\nname = "${project}"\nversion = "${version}"\noptional = false\npython-versions = ">=3.9"\n` +
      `files = [{file = "${file}", hash = "sha256:${sha256}"}]\n${more}\n`;
    const absent = { ...helper, project: 'nowhere', file: 'nowhere-1.0.0-py3-none-any.whl' };
    const { workspace } = await install('poetry', {
      'pyproject.toml':
        '[tool.poetry]\nname = "project"\nversion = "0.1.0"\n\n[tool.poetry.dependencies]\npython = "^3.9"\nanswer = "^2"\n' +
        'nowhere = {version = "^1", markers = "sys_platform == \'win32\'"}\n',
      'poetry.lock': [
        entry(answer, '2.1.0', '\n[package.dependencies]\nhelper = ">=1"\n'),
        entry(helper, '1.0.0'),
        entry(absent, '1.0.0'),
        '[metadata]\nlock-version = "2.0"\npython-versions = "^3.9"\n',
      ].join('\n'),
    });
    await assertAuditPasses(workspace, 'poetry.lock');
  });

  it('are made of requirements with hashes, and not when one does not fit', async () => {
    const requirements = (hash: string): string =>
      `answer==2.1.0 \\\n    --hash=sha256:${hash}\nhelper==1.0.0 --hash=sha256:${helper.sha256}\n`;
    const { workspace } = await install('hashes', { 'requirements.txt': requirements(answer.sha256) });
    await assertAuditPasses(workspace, 'requirements.txt');
    await assert.rejects(install('wrong-hashes', { 'requirements.txt': requirements(source.sha256) }), {
      message: /DO NOT MATCH THE HASHES/,
    });
  });

  it('are made of requirements without hashes, those of others that they name included', async () => {
    const { workspace, project } = await install('plain', {
      'requirements.txt': '-r more/base.txt\n# nothing else\n-e .\n',
      'more/base.txt': 'answer>=2  # the one\n-c limits.txt\n',
      'more/limits.txt': 'helper<2\n',
      'requirements-dev.txt': 'helper\n',
    });
    assert.match(project.notes.join('\n'), /-e \. is code of the workspace/);
    await assertAuditPasses(workspace, 'requirements.txt, requirements-dev.txt');
  });

  it('may hold plugins of pytest that spread or measure tests, which take no part', async () => {
    const plugin = (name: string, module: string) =>
      packWheel(
        name,
        '1.0',
        { [`${module}.py`]: 'def pytest_configure():\n    raise SystemExit("not wanted")\n' },
        { entryPoints: `[pytest11]\n${module.replace('_plugin', '')} = ${module}\n` },
      );
    const plugins = [plugin('plugincov', 'pytest_cov_plugin'), plugin('pluginxdist', 'xdist_plugin')];
    for (const [path, content] of indexOf(plugins)) index.files.set(path, content);
    const { workspace } = await install('plugins', {
      'requirements.txt': 'answer\nplugincov\npluginxdist\n',
    });
    await assertAuditPasses(workspace, 'requirements.txt');
  });

  it('are not built from source, and that is said', async () => {
    const asked = index.requests.length;
    await assert.rejects(install('source', { 'requirements.txt': 'source\n' }), {
      name: 'UserError',
      nextStep: /no wheel for this image/,
    });
    const fetched = index.requests.slice(asked).map(({ path }) => path);
    assert.deepEqual(fetched, ['/simple/source/']);
  });

  it('reach nothing that the project does not name', async () => {
    const other = await serveFiles(new Map());
    const stray = packWheel(
      'stray',
      '1.0',
      {},
      { requires: [`far @ http://127.0.0.1:${other.port}/far-1.0-py3-none-any.whl`] },
    );
    for (const [path, content] of indexOf([stray])) index.files.set(path, content);
    await assert.rejects(install('stray', { 'requirements.txt': 'stray\n' }), {
      nextStep: new RegExp(`wanted to fetch from 127\\.0\\.0\\.1:${other.port}`),
    });
    assert.deepEqual(other.requests, []);
    other.close();
  });
});
