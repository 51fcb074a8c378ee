import assert from 'node:assert/strict';
import { skipBecause } from '../support/skip';
import { isThere } from '../support/compose';
import { temporaryFolder } from '../support/temporaryFolder';
import { noDeploy } from './deployStack';
import { ServingStack } from './servingStack';

/*
 * The plugin and the older docker-compose call the image of a service by different names, and hash its configuration differently: a
 * machine that gets the other one, or two people who have one each, deploy all the same.
 */
describe('Deploys of one environment by two programs of Compose', function () {
  this.timeout(240_000);
  const stack = new ServingStack();
  const older = { DOCKER_CONFIG: temporaryFolder('no-plugin') };

  before(async function () {
    const missing =
      (await noDeploy()) ??
      process.env['SEAWORTHY_TEST_COMPOSE_MISSING'] ??
      ((await isThere('docker', ['compose', 'version'])) ? undefined : 'the plugin of Compose is missing') ??
      ((await isThere('docker-compose', ['--version'])) ? undefined : 'docker-compose is missing');
    if (missing !== undefined) return skipBecause(this, missing);
    await stack.prepare();
    stack.env = older;
    const { outcome, stderr } = await stack.deploy();
    assert.equal(outcome, 'deployed', stderr);
    stack.env = {};
  });

  it('puts the image of before back under the name that the newer one looks for', async () => {
    const before = await stack.standing();
    stack.serve('broken', 'process.exit(1);\n');
    const { outcome, stderr } = await stack.deploy();
    assert.equal(outcome, 'rolled back', stderr);
    assert.equal(await stack.answer(), 'one');
    assert.deepEqual(await stack.standing(), before);
  });

  it('brings up what the older one built', async () => {
    stack.serve('one');
    const { outcome, stderr } = await stack.deploy();
    assert.equal(outcome, 'deployed', stderr);
    assert.equal(await stack.answer(), 'one');
  });

  it('does not fall back on an image that still has the name of the other one', async () => {
    stack.serve('two');
    assert.equal((await stack.deploy()).outcome, 'deployed');
    stack.env = older;
    const { outcome, stderr } = await stack.deploy();
    stack.env = {};
    assert.equal(outcome, 'deployed', stderr);
    assert.equal(await stack.answer(), 'two');
  });

  it('goes back to a release of the other one', async () => {
    const first = (await stack.history()).findLast(({ kind }) => kind === 'deploy');
    const { outcome, stderr } = await stack.rollBack(first?.id ?? '');
    assert.equal(outcome, 'deployed', stderr);
    assert.equal(await stack.answer(), 'one');
  });
});
