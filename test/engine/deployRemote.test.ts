import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { DeployPlan } from '../../src/deploy/plan';
import { runCli } from '../support/cli';
import { freePort } from '../support/editorServer';
import { skipBecause } from '../support/skip';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { DeployStack, noDeploy } from './deployStack';
import { startSshHost } from './sshHost';
import type { SshHost } from './sshHost';

describe('seaworthy deploy plan to another host', function () {
  this.timeout(120_000);
  const folder = temporaryFolder('deploy-remote');
  const stack = new DeployStack(folder);
  let host: SshHost | undefined;
  let hostEnv: NodeJS.ProcessEnv = {};

  before(async function () {
    host = await startSshHost(path.join(folder, 'ssh'), '/nowhere');
    hostEnv = host?.env ?? {};
    const missing = (await noDeploy()) ?? (host ? undefined : 'no SSH server can be started here');
    if (missing !== undefined) return skipBecause(this, missing);
    await stack.write(await freePort(), `far-engine:${stack.target}`);
  });
  after(async () => {
    await host?.stop();
    await stack.remove();
  });

  async function plan() {
    const parameters = ['deploy', 'plan', '--workspace', stack.workspace, '--json'];
    return runCli(parameters, { cwd: folder, env: hostEnv });
  }

  it('compares the files over SSH, with names that a shell would take for more', async () => {
    writeFiles(stack.workspace, { 'src/$(touch pwned)': 'x' });
    writeFiles(stack.target, { 'src/app.py': 'old', 'gone.txt': 'x', '.env': 'A=1', pgdata: 'x' });
    const { stdout, stderr } = await plan();
    assert.notEqual(stdout, '', stderr);
    const { files, services } = JSON.parse(stdout) as DeployPlan;
    assert.deepEqual([files.changed, files.deleted], [['src/app.py'], ['gone.txt']]);
    assert.ok(files.added.includes('src/$(touch pwned)'));
    assert.deepEqual(files.protected, ['.env', 'pgdata']);
    assert.deepEqual(
      services.map(({ action }) => action),
      ['recreate', 'rebuild', 'recreate'],
    );
  });

  it('says when the host can not be reached', async () => {
    await host?.stop();
    host = undefined;
    const { status, stderr } = await plan();
    assert.equal(status, 2);
    assert.match(stderr, /The target could not be reached: .*ssh/s);
  });
});
