import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as path from 'node:path';
import { silentLogger } from '../../src/base/logger';
import type { EngineContainer } from '../../src/engine/containers';
import { containerSpec } from '../../src/sandbox/containerSpec';
import { DockerSandbox } from '../../src/sandbox/dockerSandbox';
import type { DockerSandboxOptions } from '../../src/sandbox/dockerSandbox';
import { isolationOf } from '../../src/sandbox/isolation';
import { LABEL } from '../../src/sandbox/owner';
import { DEFAULT_LIMITS } from '../../src/sandbox/sandbox';
import type { SandboxResult } from '../../src/sandbox/sandbox';
import { pollFor } from '../support/timeLimit';
import { askEngine } from './askEngine';
import { engine, NODE_IMAGE, owner, sandboxesOf, shell } from './realEngine';

const PYTHON_IMAGE = 'python:3.11-slim';
const made: DockerSandbox[] = [];

/** A sandbox maker with a pool, of an owner of its own that lives as long as this process. */
function pooled(options: Partial<DockerSandboxOptions> = {}): { ours: DockerSandbox; id: string } {
  const id = randomBytes(8).toString('hex');
  const ours = new DockerSandbox(engine, {
    owner: { ...owner, id },
    logger: silentLogger,
    keepReady: 1,
    freeMemoryShare: () => 1,
    ...options,
  });
  made.push(ours);
  return { ours, id };
}

async function idleOf(id: string): Promise<EngineContainer[]> {
  return (await sandboxesOf(id)).filter(({ name, state }) => isIdle(name) && state === 'running');
}

const isIdle = (name: string): boolean => name.startsWith('seaworthy-idle-');
const output = (result: SandboxResult): string => result.steps[0]?.stdout.trim() ?? '';

function idleContainer(id: string): Promise<EngineContainer> {
  return pollFor('an idle sandbox', 20_000, async () => (await idleOf(id))[0]);
}

function noneOf(id: string): Promise<boolean> {
  return pollFor('the last sandbox to go', 20_000, async () => (await sandboxesOf(id)).length === 0);
}

describe('the pool of sandboxes', function () {
  this.timeout(120_000);
  afterEach(async () => {
    await Promise.all(made.splice(0).map((each) => each.dispose()));
  });

  it('makes nothing before the first run, and then serves each run from a container of its own', async () => {
    const { ours, id } = pooled();
    assert.deepEqual(await sandboxesOf(id), []);
    const seen = new Set<string>();
    for (let run = 0; run < 3; run++) {
      const before = run === 0 ? undefined : await idleContainer(id);
      if (before) assert.equal(before.labels[LABEL.role], 'idle');
      const leftFromBefore = 'cat /tmp/mark 2>/dev/null; echo mark >/tmp/mark; echo done';
      // A waiting container gets its new name while its run has begun already.
      let during: Promise<EngineContainer> | undefined;
      const result = await ours.run(shell(`${leftFromBefore}; sleep 3`), {
        onProgress: (message) => {
          if (message.startsWith('Running'))
            during ??= pollFor('the container of the run', 20_000, async () =>
              (await sandboxesOf(id)).find(({ name }) => !isIdle(name)),
            );
        },
      });
      assert.equal(result.end, 'finished');
      assert.equal(output(result), 'done');
      const used = await during;
      assert.ok(used);
      if (before) assert.equal(used.id, before.id);
      assert.ok(!seen.has(used.id));
      seen.add(used.id);
    }
    const last = await idleContainer(id);
    assert.ok(!seen.has(last.id));
    assert.equal((await sandboxesOf(id)).length, 1);
    await ours.dispose();
    assert.deepEqual(await sandboxesOf(id), []);
  });

  it('starts a container for a run that is about to come, and keeps none where none is to be kept', async () => {
    const { ours, id } = pooled({ keepReady: 0 });
    ours.prepare(NODE_IMAGE, DEFAULT_LIMITS);
    ours.prepare(NODE_IMAGE, DEFAULT_LIMITS);
    const { id: prepared } = await idleContainer(id);
    const result = await ours.run(shell('cat /proc/sys/kernel/hostname; grep -c . /proc/self/cgroup'));
    assert.equal(result.end, 'finished');
    await ours.settled();
    assert.deepEqual(await sandboxesOf(id), []);
    assert.ok(prepared);
  });

  it('takes no container made for other limits or another image', async () => {
    const { ours, id } = pooled();
    await ours.run(shell('true'));
    const first = await idleContainer(id);
    const memory = 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null';
    const result = await ours.run(shell(memory, { limits: { memoryMb: 256 } }));
    assert.equal(output(result), String(256 * 1024 * 1024));
    const python = await ours.run(shell('command -v node || echo none', { image: PYTHON_IMAGE }));
    assert.equal(output(python), 'none');
    assert.ok((await idleOf(id)).some((container) => container.id === first.id));
  });

  it('serves no image that its tag does not mean any more', async () => {
    const image = `seaworthy-test-${randomBytes(4).toString('hex')}:1`;
    const tag = (source: string): Promise<unknown> => {
      const [repo, version] = image.split(':');
      return askEngine('POST', `/images/${source}/tag?repo=${repo}&tag=${version}`);
    };
    const { ours, id } = pooled();
    try {
      await tag(NODE_IMAGE);
      const which = shell('command -v node || echo none', { image });
      assert.match(output(await ours.run(which)), /node$/);
      await idleContainer(id);
      await tag(PYTHON_IMAGE);
      await noneOf(id);
      assert.equal(output(await ours.run(which)), 'none');
    } finally {
      await ours.dispose();
      await askEngine('DELETE', `/images/${image}`);
    }
  });

  it('gets over containers that somebody else kills, removes or pauses, noticed or not', async () => {
    const { ours, id } = pooled();
    await ours.run(shell('true'));
    for (const harm of ['kill', 'remove', 'kill', 'remove']) {
      const idle = await idleContainer(id);
      await (harm === 'kill'
        ? askEngine('POST', `/containers/${idle.id}/kill`)
        : askEngine('DELETE', `/containers/${idle.id}?force=1`));
      // At once: the pool may have noticed or not.
      const result = await ours.run(shell('echo done'));
      assert.deepEqual([result.end, output(result)], ['finished', 'done']);
    }
    const paused = await idleContainer(id);
    await askEngine('POST', `/containers/${paused.id}/pause`);
    await pollFor('dropping it', 20_000, async () =>
      (await sandboxesOf(id)).every((container) => container.id !== paused.id),
    );
    assert.equal(output(await ours.run(shell('echo done'))), 'done');
  });

  it('is emptied after some time, when memory is low, and when it is told to', async () => {
    let free = 1;
    const { ours, id } = pooled({ idleMs: 2000, freeMemoryShare: () => free });
    await ours.run(shell('true'));
    await idleContainer(id);
    await noneOf(id);

    await ours.run(shell('true'));
    await idleContainer(id);
    free = 0.01;
    await noneOf(id);
    assert.equal((await ours.run(shell('true'))).end, 'finished');
    await ours.settled();
    assert.deepEqual(await sandboxesOf(id), []);

    const other = pooled();
    await other.ours.run(shell('true'));
    await idleContainer(other.id);
    other.ours.empty();
    await noneOf(other.id);
  });

  it('holds back where many idle sandboxes are on the engine already', async () => {
    const many = Array.from({ length: 12 }, () => pooled());
    for (const { ours } of many) await ours.run(shell('true'));
    const ids = new Set(many.map(({ id }) => id));
    const all = await (await engine.connect()).listContainers({ labels: [LABEL.role] });
    const idle = all.filter(({ name, labels }) => isIdle(name) && ids.has(labels[LABEL.owner] ?? ''));
    assert.ok(idle.length <= 8, `${idle.length} are idle`);
    assert.ok(idle.length > 0);
  });

  it('is spared by the sweep of others while its process lives', async () => {
    const { ours, id } = pooled();
    await ours.run(shell('true'));
    const idle = await idleContainer(id);
    for (const other of [
      { pid: process.ppid, host: owner.host },
      { pid: 1, host: 'elsewhere' },
    ]) {
      const sweeper = { id: randomBytes(8).toString('hex'), ...other };
      await new DockerSandbox(engine, { owner: sweeper, logger: silentLogger }).sweep();
    }
    assert.deepEqual(
      (await idleOf(id)).map((container) => container.id),
      [idle.id],
    );
  });

  it('goes with its process, also when that is killed', async () => {
    const id = randomBytes(8).toString('hex');
    const client = spawn(
      process.execPath,
      ['--import=tsx', path.join(__dirname, '../support/idleClient.ts'), id],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    await idleContainer(id);
    client.kill('SIGKILL');
    await once(client, 'exit');
    await pollFor('its idle sandbox to go', 5000, async () => (await sandboxesOf(id)).length === 0);
  });

  it('ends a container that waits for too long, whatever became of its process', async () => {
    const connection = await engine.connect();
    const { facts } = connection;
    const expires = Date.now() + 60_000;
    const spec = containerSpec(NODE_IMAGE, DEFAULT_LIMITS, owner, expires, facts, isolationOf(facts));
    const id = await connection.createContainer(`seaworthy-test-${randomBytes(8).toString('hex')}`, {
      ...spec,
      Cmd: [...(spec['Cmd'] as string[]), '1'],
    });
    const stream = await connection.attach(id);
    try {
      stream.resume();
      await connection.startContainer(id);
      await pollFor('its end', 20_000, async () =>
        (await sandboxesOf(owner.id)).every((container) => container.id !== id),
      );
    } finally {
      stream.destroy();
      await connection.removeContainer(id);
    }
  });

  it('leaves nothing of a run whose code leaves a process behind', async () => {
    const { ours, id } = pooled({ keepReady: 0 });
    const stays = 'setsid sh -c \'trap "" TERM HUP; while :; do sleep 1; done\' >/dev/null 2>&1 & echo done';
    assert.equal(output(await ours.run(shell(stays))), 'done');
    await ours.settled();
    assert.deepEqual(await sandboxesOf(id), []);
  });

  it('makes runs that do not fit wait, tells them so, and lets them be cancelled', async () => {
    const { ours, id } = pooled({ keepReady: 0 });
    const { facts } = await engine.connect();
    const wanted = shell('sleep 2', { limits: { cpus: facts.cpus } });
    const told: string[][] = [[], [], []];
    const controllers = told.map(() => new AbortController());
    const runs = told.map((messages, index) =>
      ours.run(wanted, {
        onProgress: (message) => messages.push(message),
        ...(controllers[index] && { signal: controllers[index].signal }),
      }),
    );
    await pollFor('the queue', 20_000, () => told[2]?.includes('Waiting for a free sandbox (1 ahead)'));
    controllers[2]?.abort();
    await assert.rejects(runs[2] ?? Promise.resolve(), { name: 'CancelledError' });
    assert.deepEqual([(await runs[0])?.end, (await runs[1])?.end], ['finished', 'finished']);
    assert.ok(told[1]?.includes('Waiting for a free sandbox (next)'));
    assert.ok(!told[0]?.some((message) => message.startsWith('Waiting')));
    await ours.settled();
    assert.deepEqual(await sandboxesOf(id), []);
  });
});
