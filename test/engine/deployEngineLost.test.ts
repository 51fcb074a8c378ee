import assert from 'node:assert/strict';
import * as path from 'node:path';
import { silentLogger } from '../../src/base/logger';
import type { ShipResult } from '../../src/deploy/ship/release';
import { Engine } from '../../src/engine/engine';
import { runCli } from '../support/cli';
import { skipBecause } from '../support/skip';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { noDeploy } from './deployStack';
import { noOwnEngine, startOwnEngine } from './ownEngine';
import type { OwnEngine } from './ownEngine';
import { realEnvironment } from './realEngine';
import { tinyImage } from './tinyImage';

const COMPOSE = `version: "3.8"
services:
  web: {build: ., init: true}
  db: {image: IMAGE, init: true}
`;

describe('A deploy whose engine is killed in the middle', function () {
  this.timeout(180_000);
  let own: OwnEngine | undefined;
  const folder = temporaryFolder('engine-lost');
  const workspace = path.join(folder, 'work');

  before(async function () {
    const missing = (await noDeploy()) ?? noOwnEngine;
    if (missing !== undefined) return skipBecause(this, missing);
    own = await startOwnEngine();
    const image = await tinyImage(own);
    const live = { path: path.join(folder, 'live'), watchSeconds: 0 };
    writeFiles(workspace, {
      'compose.yaml': COMPOSE.replace('IMAGE', image),
      Dockerfile: `FROM ${image}\nCOPY src /src\nCMD ["sleep", "1000"]\n`,
      'src/version': 'one',
      'seaworthy.json': JSON.stringify({ projects: { shop: { environments: { live } } } }),
    });
  });
  after(() => own?.stop());

  /** `atOnce` is called when a service begins to come up. */
  async function deploy(atOnce: () => Promise<void>): Promise<ShipResult> {
    let killed: Promise<void> | undefined;
    const { stdout, stderr } = await runCli(['deploy', 'run', '--yes', '--json', '--workspace', workspace], {
      env: { DOCKER_HOST: own?.client.address ?? '' },
      onStart: (child) =>
        child.stderr?.on(
          'data',
          (text: string) => void (text.includes('bringing up') && (killed ??= atOnce())),
        ),
    });
    await killed;
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout) as ShipResult;
  }

  async function running(): Promise<string[]> {
    const env = { ...realEnvironment.env, DOCKER_HOST: own?.client.address ?? '' };
    const engine = new Engine({ environment: { ...realEnvironment, env }, logger: silentLogger });
    const connection = await engine.connect();
    const containers = await connection.listContainers();
    connection.close();
    return containers
      .map(({ labels, imageId, state }) => [labels['com.docker.compose.service'], state, imageId].join(' '))
      .sort();
  }

  it('brings everything back once the engine is there again', async () => {
    const { outcome, reason } = await deploy(async () => undefined);
    assert.equal(outcome, 'deployed', reason);
    const before = await running();
    writeFiles(workspace, { 'src/version': 'two' });
    const lost = await deploy(async () => {
      await own?.kill();
      await own?.restart();
    });
    assert.deepEqual([lost.outcome, lost.rolledBack], ['rolled back', true], lost.reason);
    assert.deepEqual(await running(), before);
  });
});
