import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { ShipResult } from '../../src/deploy/ship/release';
import { runCli } from '../support/cli';
import { isThere } from '../support/compose';
import { skipBecause } from '../support/skip';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { engine, NODE_IMAGE } from './realEngine';

const run = promisify(execFile);

describe('Deploys to containers without a Compose file', function () {
  this.timeout(120_000);
  const folder = temporaryFolder('listed');
  const workspace = path.join(folder, 'workspace');
  const target = path.join(folder, 'live');
  const names = ['web', 'other'].map((name) => `listed-${name}-${randomBytes(3).toString('hex')}`);
  const [web = '', other = ''] = names;

  before(async function () {
    for (const program of ['rsync', 'docker'])
      if (!(await isThere(program, ['--version']))) return skipBecause(this, `${program} is not installed`);
    writeFiles(target, { 'app/server.js': 'setInterval(() => undefined, 1000);\n', 'jobs/other.js': '' });
    writeFiles(workspace, {
      'app/server.js': 'setInterval(() => undefined, 1000);\n',
      'jobs/other.js': '',
      'seaworthy.json': JSON.stringify({
        projects: {
          shop: { containers: names, environments: { live: { path: target, watchSeconds: 2 } } },
        },
      }),
    });
    const mounts = { [web]: 'app', [other]: 'jobs' };
    for (const [name, seen] of Object.entries(mounts)) {
      const words = ['--init', '--volume', `${path.join(target, seen)}:/${seen}:ro`, NODE_IMAGE];
      const work = name === web ? ['node', '/app/server.js'] : ['sleep', '1000'];
      await run('docker', ['run', '--detach', '--name', name, ...words, ...work]);
    }
  });

  after(async () => {
    await run('docker', ['rm', '--force', ...names]).catch(() => undefined);
  });

  const deploy = async (...words: string[]): Promise<ShipResult & { stderr: string }> => {
    const { stdout, stderr } = await runCli([
      'deploy',
      ...words,
      '--workspace',
      workspace,
      '--yes',
      '--json',
    ]);
    return { ...(JSON.parse(stdout) as ShipResult), stderr };
  };

  const starts = async (): Promise<Record<string, number | undefined>> => {
    const connection = await engine.connect();
    const all = await connection.listContainers({});
    const own = all.filter(({ name }) => names.includes(name));
    const entries = own.map(
      async ({ id, name }) => [name, (await connection.inspectContainer(id)).startedAt] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  };

  it('leave them alone where nothing has changed', async () => {
    const before = await starts();
    const { outcome, stderr } = await deploy('run');
    assert.equal(outcome, 'unchanged', stderr);
    assert.deepEqual(await starts(), before);
  });

  it('restart those that see what has changed, and no other', async () => {
    const before = await starts();
    writeFiles(workspace, { 'app/server.js': 'setInterval(() => undefined, 2000);\n' });
    const { outcome, services, stderr } = await deploy('run');
    assert.equal(outcome, 'deployed', stderr);
    assert.deepEqual(
      services.map(({ name, action }) => [name, action]).sort(),
      [
        [other, 'untouched'],
        [web, 'restart'],
      ].sort(),
    );
    const now = await starts();
    assert.equal(now[other], before[other]);
    assert.ok((now[web] ?? 0) > (before[web] ?? 0));
  });

  it('put the files back, and restart what saw them, when it does not stay up', async () => {
    writeFiles(workspace, { 'app/server.js': 'process.exit(3);\n' });
    const { outcome, reason, stderr } = await deploy('run');
    assert.equal(outcome, 'rolled back', stderr);
    assert.match(reason, /did not (come|stay) up/);
    const connection = await engine.connect();
    const now = (await connection.listContainers({})).find(({ name }) => name === web);
    assert.equal(now?.state, 'running');
    const { stdout } = await run('docker', ['exec', web, 'cat', '/app/server.js']);
    assert.match(stdout, /2000/);
  });

  it('say which container there is not', async () => {
    await run('docker', ['rename', other, `${other}-gone`]);
    names.push(`${other}-gone`);
    const { status, stderr } = await runCli(['deploy', 'plan', '--workspace', workspace]);
    assert.equal(status, 2, stderr);
    assert.match(stderr, new RegExp(`There is no container ${other} to deploy to`));
  });
});
