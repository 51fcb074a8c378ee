import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { DeployPlan } from '../../src/deploy/plan';
import { runCli } from '../support/cli';
import { freePort } from '../support/editorServer';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { skipBecause } from '../support/skip';
import { DeployStack, noDeploy } from './deployStack';

describe('seaworthy deploy plan', function () {
  this.timeout(180_000);
  const folder = temporaryFolder('deploy-plan');
  const stack = new DeployStack(folder);
  const { workspace, target } = stack;

  before(async function () {
    const missing = await noDeploy();
    if (missing !== undefined) return skipBecause(this, missing);
    await stack.write(await freePort());
  });
  after(() => stack.remove());

  async function plan(wanted = 'shop/live'): Promise<DeployPlan & { status: number | null }> {
    const { status, stdout, stderr } = await runCli(
      ['deploy', 'plan', wanted, '--workspace', workspace, '--json'],
      { cwd: folder },
    );
    assert.notEqual(stdout, '', stderr);
    return { ...(JSON.parse(stdout) as DeployPlan), status };
  }

  async function actions(): Promise<Record<string, [string, string]>> {
    const { services } = await plan();
    return Object.fromEntries(services.map(({ name, action, reason }) => [name, [action, reason]]));
  }

  it('of what was never deployed adds every file and makes every service', async () => {
    const { status, files, services, interruption } = await plan();
    assert.equal(status, 0);
    assert.deepEqual(files, {
      added: [
        '.dockerignore',
        'Dockerfile',
        'compose.yaml',
        'jobs/worker.js',
        'notes/plan.txt',
        'src/app.py',
      ],
      changed: [],
      deleted: [],
      excluded: ['seaworthy.json'],
      protected: [],
    });
    assert.deepEqual(
      services.map(({ name, action, reason }) => [name, action, reason]),
      [
        ['db', 'recreate', 'it has no container yet'],
        ['web', 'rebuild', 'there is no image of it yet'],
        ['worker', 'recreate', 'it has no container yet'],
      ],
    );
    assert.deepEqual(interruption, []);
    assert.equal(fs.existsSync(target), false);
  });

  it('of what is deployed already leaves everything alone, also when files are only newer', async () => {
    await stack.deployByHand();
    fs.utimesSync(path.join(workspace, 'src/app.py'), new Date(), new Date());
    const { files, services, interruption, warnings } = await plan();
    assert.deepEqual([files.added, files.changed, files.deleted], [[], [], []]);
    assert.deepEqual(files.protected, ['pgdata/']);
    assert.deepEqual(
      services.map(({ action }) => action),
      ['untouched', 'untouched', 'untouched'],
    );
    assert.deepEqual([interruption, warnings], [[], []]);
  });

  it('says for each service what is done to it and why', async () => {
    writeFiles(workspace, { 'src/app.py': `# a comment\n# ${stack.project}\n` });
    assert.deepEqual(await actions(), {
      db: ['untouched', 'nothing of it has changed'],
      web: ['rebuild', 'src/app.py is built into its image'],
      worker: ['untouched', 'nothing of it has changed'],
    });
    assert.match(
      (await plan()).interruption.join(),
      /^web publishes port \d+ of the host: a gap can't be avoided\.$/,
    );
    writeFiles(workspace, { 'src/app.py': `# ${stack.project}\n`, 'jobs/worker.js': '// other\n' });
    writeFiles(workspace, { 'README.md': 'not in the image\n' });
    const { web, worker } = await actions();
    assert.deepEqual([web?.[0], worker], ['untouched', ['restart', 'jobs/worker.js is mounted into it']]);
    fs.rmSync(path.join(workspace, 'README.md'));

    const file = path.join(workspace, 'compose.yaml');
    const written = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(
      file,
      written.replace('"1000"]\n    volumes', '"2000"]\n    volumes').replace('plain', 'rich'),
    );
    const changed = await plan();
    assert.deepEqual(
      changed.services.map(({ name, action, reason }) => `${name}: ${action}, ${reason}`),
      [
        'db: recreate, what the Compose file says of it has changed: command',
        'web: rebuild, how it is built has changed: args',
        'worker: restart, jobs/worker.js is mounted into it',
      ],
    );
    assert.match(changed.warnings.join('\n'), /^db is a database and is made anew: .* Its volumes stay/);
    fs.writeFileSync(file, written);
  });

  it('knows services whose build is not in the target yet', async () => {
    const file = path.join(workspace, 'compose.yaml');
    const written = fs.readFileSync(file, 'utf8');
    writeFiles(workspace, { 'mail/Dockerfile': 'FROM scratch\n' });
    fs.writeFileSync(file, written.replace('services:', 'services:\n  mail:\n    build: ./mail'));
    const all = await actions();
    assert.deepEqual(
      [all['mail']?.[0], all['web']?.[0], all['db']?.[0]],
      ['rebuild', 'rebuild', 'untouched'],
    );
    fs.writeFileSync(file, written);
    fs.rmSync(path.join(workspace, 'mail'), { recursive: true });
  });

  it('never sends or deletes secrets and data of the target, and names what it deletes', async () => {
    writeFiles(workspace, {
      '.env': 'A=workspace\n',
      'pgdata/dump': 'of the developer',
      '.env.example': 'A=\n',
    });
    writeFiles(target, {
      '.env': 'A=target\n',
      'uploads/picture': 'x',
      'src/old.py': 'x',
      'pgdata/base': 'x',
    });
    const { files } = await plan();
    assert.deepEqual(files.protected, ['.env', 'pgdata/', 'uploads/']);
    assert.deepEqual([files.added, files.deleted], [['.env.example'], ['src/old.py']]);
    for (const name of ['.env', 'uploads', 'src/old.py', 'pgdata/base'])
      fs.rmSync(path.join(target, name), { recursive: true });
    for (const name of ['.env', 'pgdata', '.env.example'])
      fs.rmSync(path.join(workspace, name), { recursive: true });
  });

  it('builds again what was written after its image was built', async () => {
    const file = path.join(target, 'src/app.py');
    fs.writeFileSync(file, fs.readFileSync(file));
    const { web } = await actions();
    assert.deepEqual(web, ['rebuild', 'src/app.py was written after its image was built']);
  });

  it('starts what does not run and sees what was made from another configuration', async () => {
    await stack.compose('kill', 'worker');
    writeFiles(workspace, { 'jobs/worker.js': 'setInterval(() => undefined, 1000);\n' });
    assert.deepEqual((await actions())['worker'], ['restart', 'it does not run: exited with code 137']);
    const file = path.join(target, 'compose.yaml');
    const written = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(
      file,
      written.replace('command: ["node", "/jobs/worker.js"]', 'command: ["sleep", "500"]'),
    );
    await stack.compose('up', '-d', '--no-deps', 'worker');
    fs.writeFileSync(file, written);
    assert.deepEqual((await actions())['worker'], [
      'recreate',
      'its container was made from another configuration',
    ]);
  });

  it('takes every name as a name, and runs none', async () => {
    const names = [
      '$(touch pwned)',
      '`touch pwned`',
      '-rf',
      'new\nline',
      'it\'s "quoted"',
      'x because of pattern .git',
      ' ',
    ];
    for (const name of names) writeFiles(workspace, { [`odd/${name}`]: 'x' });
    const { files } = await plan();
    assert.deepEqual(files.added, names.map((name) => `odd/${name}`).sort());
    assert.deepEqual(
      [folder, workspace, process.cwd()].filter((each) => fs.existsSync(path.join(each, 'pwned'))),
      [],
    );
    fs.rmSync(path.join(workspace, 'odd'), { recursive: true });
  });

  it('stops before a secret with the place, unless it is allowed', async () => {
    writeFiles(workspace, { 'src/pay.py': 'import os\n\nkey = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"\n' });
    const { status, stdout } = await runCli(['deploy', 'plan', '--workspace', workspace]);
    assert.equal(status, 1);
    assert.match(stdout, /src\/pay\.py:3: a key that a service issued/);
    assert.doesNotMatch(stdout, /4eC39/);
    const config = path.join(workspace, 'seaworthy.json');
    const written = fs.readFileSync(config, 'utf8');
    fs.writeFileSync(config, written.replace('{"path"', '{"allowSecrets":["src/*.py"],"path"'));
    assert.equal((await plan()).status, 0);
    fs.writeFileSync(config, written);
    fs.rmSync(path.join(workspace, 'src/pay.py'));
  });

  it('says in words what keeps it from planning', async () => {
    const failure = async (change: (config: string) => string, wanted = 'shop'): Promise<string> => {
      const config = path.join(workspace, 'seaworthy.json');
      const written = fs.readFileSync(config, 'utf8');
      fs.writeFileSync(config, change(written));
      const { status, stdout, stderr } = await runCli(['deploy', 'plan', wanted, '--workspace', workspace]);
      fs.writeFileSync(config, written);
      assert.deepEqual([status, stdout], [2, ''], stderr);
      return stderr;
    };
    const withPath = (to: string) => (config: string) =>
      config.replace(JSON.stringify(target), JSON.stringify(to));
    assert.match(await failure((config) => config, 'other'), /no project "other"; there are shop/);
    assert.match(
      await failure((config) => config, 'shop/other'),
      /no environment "other"; there are shop\/live/,
    );
    assert.match(await failure(withPath(path.join(workspace, 'out'))), /is in the workspace/);
    assert.match(await failure(withPath(path.dirname(workspace))), /holds the workspace/);
    assert.match(await failure(withPath('/')), /seaworthy\.json:1: projects\.shop\.environments\.live\.path/);
    assert.match(
      await failure(() => '{}'),
      /No project is written down .* there is compose\.yaml, which could/,
    );
    assert.match(
      await failure((config) => config.replace('{"path"', '{"composeFile":"none.yml","path"')),
      /There is no none\.yml/,
    );
    const compose = path.join(workspace, 'compose.yaml');
    const written = fs.readFileSync(compose, 'utf8');
    fs.writeFileSync(compose, 'services: [');
    assert.match(await failure((config) => config), /Compose can not read .*compose\.yaml/);
    fs.writeFileSync(compose, written);
  });
});
