import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ShipResult } from '../../src/deploy/ship/release';
import { freePort } from '../support/editorServer';
import { skipBecause } from '../support/skip';
import { writeFiles } from '../support/temporaryFolder';
import { noDeploy } from './deployStack';
import { ServingStack } from './servingStack';

describe('seaworthy deploy run --promote', function () {
  this.timeout(180_000);
  const stack = new ServingStack();
  const staging = path.join(stack.folder, 'srv', 'staging');

  before(async function () {
    const missing = await noDeploy();
    if (missing !== undefined) return skipBecause(this, missing);
    await stack.prepare();
    stack.elsewhere.push({ target: staging, project: `${stack.project}s` });
    const compose = fs.readFileSync(path.join(stack.workspace, 'compose.yaml'), 'utf8');
    const live = { path: stack.target, composeProject: stack.project, watchSeconds: 0 };
    const stage = { path: staging, composeProject: `${stack.project}s`, watchSeconds: 0 };
    const far = { path: 'nobody@nowhere.invalid:/srv/far' };
    const environments = {
      live,
      staging: stage,
      far,
      other: { ...live, path: `${staging}2`, engine: 'ssh://elsewhere' },
    };
    writeFiles(stack.workspace, {
      'compose.yaml': compose.replace(`:${stack.port}:`, ':${WEB_PORT}:'),
      'seaworthy.json': JSON.stringify({ projects: { shop: { environments } } }),
    });
    writeFiles(stack.target, { '.env': `SECRET=live\nWEB_PORT=${stack.port}\n` });
    writeFiles(staging, { '.env': `SECRET=staging\nWEB_PORT=${await freePort()}\n` });
  });

  const deploy = async (...words: string[]): Promise<ShipResult & { stderr: string }> => {
    const { stdout, stderr } = await stack.cli(['run', ...words, '--yes', '--json']);
    return { ...(JSON.parse(stdout) as ShipResult), stderr };
  };

  it('says what keeps it from being done', async () => {
    const refusals = {
      none: /There is no environment "none" to promote/,
      staging: /Nothing of staging runs that could be promoted/,
      far: /far can not be promoted to live: they are no two environments of one machine/,
      other: /other can not be promoted to live/,
      live: /live can not be promoted to live/,
    };
    for (const [from, why] of Object.entries(refusals)) {
      const { status, stderr } = await stack.cli(['run', 'shop/live', '--promote', from, '--yes']);
      assert.equal(status, 2, stderr);
      assert.match(stderr, why);
    }
  });

  it('brings the very images of the other environment up, with its files and without a build', async () => {
    stack.serve('tried');
    assert.equal((await deploy('shop/staging')).outcome, 'deployed');
    stack.serve('newer, and never tried');
    const { outcome, services, stderr } = await deploy('shop/live', '--promote', 'staging');
    assert.equal(outcome, 'deployed', stderr);
    assert.doesNotMatch(stderr, /building web/);
    assert.equal(await stack.answer(), 'tried');
    const image = (await stack.standing(`${stack.project}s`)).services['web'];
    assert.deepEqual(image, [`running ${services.find(({ name }) => name === 'web')?.imageId}`]);
    const { files } = await stack.standing();
    assert.match(files['src/server.js'] ?? '', /tried/);
    assert.match(files['.env'] ?? '', /SECRET=live/);
  });

  it('has nothing to do the second time, and can be gone back from', async () => {
    assert.equal((await deploy('shop/live', '--promote', 'staging')).outcome, 'unchanged');
    const [latest] = await stack.history();
    assert.deepEqual([latest?.kind, latest?.from], ['promote', 'staging']);
  });
});
