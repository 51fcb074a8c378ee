import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import type { ContainerSpec } from '../../src/engine/connection';
import { Loop1 } from '../../src/loops/loop1/loop1';
import { containersSource } from '../../src/loops/loop1/research/containers';
import { workspaceSource } from '../../src/loops/loop1/research/workspace';
import { reportOf } from '../../src/loops/loop1/runText';
import { MemoryKeeper } from '../support/memoryKeeper';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { pollFor } from '../support/timeLimit';
import { engine, NODE_IMAGE, realEnvironment } from './realEngine';

describe('the containers of a workspace, as Loop 1 sees them', function () {
  this.timeout(60_000);
  const root = temporaryFolder('loop1-containers');
  const project = `loop1-${randomBytes(4).toString('hex')}`;
  const ids: string[] = [];

  async function start(service: string, spec: Partial<ContainerSpec>, folder = root): Promise<string> {
    const connection = await engine.connect();
    const id = await connection.createContainer(`${project}-${service}-1`, {
      Image: NODE_IMAGE,
      ...spec,
      HostConfig: { NetworkMode: 'none', ...(spec.HostConfig as object | undefined) },
      Labels: {
        'com.docker.compose.project': project,
        'com.docker.compose.service': service,
        'com.docker.compose.project.working_dir': folder,
      },
    });
    ids.push(id);
    await connection.startContainer(id);
    return id;
  }

  before(async () => {
    const services = ['crashing', 'sick', 'hungry', 'well'].map(
      (name) => `  ${name}:\n    image: shop:1.2.3\n`,
    );
    writeFiles(root, { 'compose.yaml': `services:\n${services.join('')}` });
    const sleep = ['sleep', '1000'];
    const check = (test: string) => ({ Test: ['CMD', test], Interval: 100_000_000, Retries: 1 });
    await start('crashing', {
      Cmd: ['sh', '-c', 'exit 3'],
      HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 4 } },
    });
    await start('sick', { Cmd: sleep, Healthcheck: check('false') });
    await start('hungry', {
      Cmd: ['node', '-e', 'const all = []; for (;;) all.push(Buffer.alloc(1e6, 1));'],
      HostConfig: { Memory: 50_000_000, MemorySwap: 50_000_000 },
    });
    await start('well', { Cmd: sleep, Healthcheck: check('true') });
    // Of somebody else: it must not be counted.
    await start('elsewhere', { Cmd: ['sh', '-c', 'exit 3'] }, `${root}-elsewhere`);
  });
  after(async () => {
    const connection = await engine.connect();
    for (const id of ids) await connection.removeContainer(id);
  });

  const context = { root, goal: { text: '', files: [], tasks: [] }, constraints: [], facts: undefined };
  const source = containersSource((signal) => engine.connect(signal));
  const calm = new AbortController().signal;

  it('are told apart by what happened to them, and become cards at their services', async () => {
    const facts = await pollFor('all that happens', 40_000, async () => {
      const { containers = [] } = (await source.gather(context, calm)).parts;
      const of = (service: string) => containers.find((each) => each.service === service);
      const happened =
        (of('crashing')?.restarts ?? 0) >= 4 &&
        of('sick')?.health === 'unhealthy' &&
        of('hungry')?.isOutOfMemory === true &&
        of('well')?.health === 'healthy';
      return happened ? containers : undefined;
    });
    assert.deepEqual(
      facts.map(({ service }) => service),
      ['crashing', 'hungry', 'sick', 'well'],
    );
    const loop = new Loop1({ root, keeper: new MemoryKeeper(), sources: [workspaceSource, source] });
    const run = await loop.start();
    const cards = reportOf(run).scenarios.filter(({ id }) => id.startsWith('container-'));
    assert.deepEqual(cards.map(({ id, evidence }) => `${id} ${evidence[0]?.line}`).sort(), [
      'container-out-of-memory:compose.yaml#hungry 6',
      'container-restarts:compose.yaml#crashing 2',
      'container-unhealthy:compose.yaml#sick 4',
    ]);
    const outcome = run.research?.sources.find(({ id }) => id === 'containers');
    assert.match(outcome?.notes.join() ?? '', /4 containers of this workspace/);
  });

  it('change nothing where no engine answers, which is said', async () => {
    const nowhere = new Engine({
      environment: realEnvironment,
      setting: () => `unix://${root}/none.sock`,
      logger: silentLogger,
    });
    const silent = containersSource((signal) => nowhere.connect(signal));
    const loop = new Loop1({ root, keeper: new MemoryKeeper(), sources: [workspaceSource, silent] });
    const run = await loop.start();
    const outcome = run.research?.sources.find(({ id }) => id === 'containers');
    assert.equal(outcome?.status, 'not reached');
    assert.match(outcome?.why ?? '', /none.sock/);
    assert.ok(run.premortem?.notLooked.some(({ probe }) => probe === 'container-restarts'));
    await nowhere.dispose();
  });

  it('end when the run is told to', async () => {
    await assert.rejects(source.gather(context, AbortSignal.abort()), { name: 'CancelledError' });
  });
});
