import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { silentLogger } from '../../src/base/logger';
import type { EngineConnection } from '../../src/engine/connection';
import { Engine } from '../../src/engine/engine';
import { containerSpec } from '../../src/sandbox/containerSpec';
import { isolationOf } from '../../src/sandbox/isolation';
import { DockerSandbox } from '../../src/sandbox/dockerSandbox';
import { LABEL } from '../../src/sandbox/owner';
import { DEFAULT_LIMITS, SandboxUnavailable } from '../../src/sandbox/sandbox';
import { supervisorInput } from '../../src/sandbox/script';
import { pull } from '../../src/sandbox/unavailable';
import { temporaryFolder } from '../support/temporaryFolder';
import { pollFor } from '../support/timeLimit';
import {
  engine,
  NODE_IMAGE,
  owner,
  realEnvironment,
  request,
  sandbox,
  sandboxesOf,
  shell,
} from './realEngine';
import { serveImage } from './registry';

/** Aborts as soon as the sandbox's code runs. */
function cancelWhenRunning(): { signal: AbortSignal; onProgress: (message: string) => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress: (message) => {
      if (message.startsWith('Running')) controller.abort();
    },
  };
}

/** A container of a process that is not this one, started and waiting on its stdin. */
async function strangersSandbox(
  connection: EngineConnection,
  labels: { pid: number; expires?: number; host?: string },
): Promise<string> {
  const stranger = { id: randomBytes(8).toString('hex'), pid: labels.pid, host: labels.host ?? owner.host };
  const expires = labels.expires ?? Date.now() + 60_000;
  const spec = containerSpec(
    NODE_IMAGE,
    DEFAULT_LIMITS,
    stranger,
    expires,
    connection.facts,
    isolationOf(connection.facts),
  );
  return connection.createContainer(`seaworthy-test-${stranger.id}`, spec);
}

describe('the life of a sandbox', function () {
  this.timeout(60_000);
  const config = temporaryFolder('docker-config');

  it('ends at once and leaves nothing when it is cancelled', async () => {
    await assert.rejects(sandbox.run(shell('while :; do :; done'), cancelWhenRunning()), {
      name: 'CancelledError',
    });
    await sandbox.settled();
    assert.deepEqual(await sandboxesOf(owner.id), []);
  });

  it('makes no container when it was cancelled before', async () => {
    await assert.rejects(sandbox.run(shell('true'), { signal: AbortSignal.abort() }), {
      name: 'CancelledError',
    });
    assert.deepEqual(await sandboxesOf(owner.id), []);
  });

  it('leaves nothing of many at once, cancelled at different moments', async () => {
    const runs = Array.from({ length: 10 }, async (_each, index) => {
      const controller = new AbortController();
      const onProgress = (message: string): void => {
        if (index % 2 === 0 ? message.startsWith('Starting') : message.startsWith('Running'))
          controller.abort();
      };
      return sandbox.run(shell('sleep 60'), { signal: controller.signal, onProgress });
    });
    const results = await Promise.allSettled(runs);
    assert.deepEqual(new Set(results.map(({ status }) => status)), new Set(['rejected']));
    await sandbox.settled();
    assert.deepEqual(await sandboxesOf(owner.id), []);
  });

  it('is cancelled by dispose, which waits until it is gone', async () => {
    const mine = { ...owner, id: randomBytes(8).toString('hex') };
    const other = new DockerSandbox(engine, { owner: mine, logger: silentLogger });
    let running: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (running = resolve));
    const run = other.run(shell('sleep 60'), {
      onProgress: (message) => {
        if (message.startsWith('Running')) running();
      },
    });
    const outcome = assert.rejects(run, { name: 'CancelledError' });
    await begun;
    assert.equal((await sandboxesOf(mine.id)).length, 1);
    await other.dispose();
    await outcome;
    assert.deepEqual(await sandboxesOf(mine.id), []);
  });

  it('is gone by itself when its process is killed', async () => {
    const id = randomBytes(8).toString('hex');
    const script = path.join(__dirname, '../support/orphanClient.ts');
    const client = spawn(process.execPath, ['--import=tsx', script, id], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: client.stdout });
    for await (const line of lines) if (line.startsWith('Running')) break;
    const [container] = await sandboxesOf(id);
    assert.equal(container?.state, 'running');
    client.kill('SIGKILL');
    await once(client, 'exit');

    await pollFor('removing it', 20_000, async () => (await sandboxesOf(id)).length === 0);
  });

  for (const verb of ['stop', 'kill'] as const) {
    it(`says nothing about the code when somebody has the engine ${verb} it`, async () => {
      const connection = await engine.connect();
      const onProgress = (message: string): void => {
        if (message.startsWith('Running')) void interfere();
      };
      const interfere = async (): Promise<void> => {
        for (const { id } of await sandboxesOf(owner.id)) await connection.operate(id, verb);
      };
      await assert.rejects(sandbox.run(shell('while :; do sleep 1; done'), { onProgress }), (error) => {
        assert.ok(error instanceof SandboxUnavailable, String(error));
        assert.equal(error.reason, 'stopped');
        return true;
      });
      await sandbox.settled();
      assert.deepEqual(await sandboxesOf(owner.id), []);
    });
  }

  it('ends by itself at the deadline although its client holds on', async () => {
    const connection = await engine.connect();
    const wanted = shell("trap '' TERM; while :; do sleep 1; done");
    const { facts } = connection;
    const expires = Date.now() + 60_000;
    const spec = containerSpec(NODE_IMAGE, wanted.limits, owner, expires, facts, isolationOf(facts));
    const id = await connection.createContainer(`seaworthy-test-${randomBytes(8).toString('hex')}`, spec);
    try {
      const stream = await connection.attach(id);
      stream.resume();
      await connection.startContainer(id);
      const { start } = supervisorInput(wanted, randomBytes(16).toString('hex'), 1);
      for (const piece of start) stream.write(piece);
      const isGone = async (): Promise<boolean> =>
        (await sandboxesOf(owner.id)).every((container) => container.id !== id);
      await pollFor('its end', 30_000, isGone);
      stream.destroy();
    } finally {
      await connection.removeContainer(id);
    }
  });

  it('is swept when left behind, and spared when somebody waits for it', async () => {
    const connection = await engine.connect();
    const dead = spawn(process.execPath, ['-e', '0']);
    await once(dead, 'exit');
    const ids = await Promise.all([
      strangersSandbox(connection, { pid: dead.pid ?? 0 }),
      strangersSandbox(connection, { pid: 1, host: 'elsewhere', expires: Date.now() - 1 }),
      strangersSandbox(connection, { pid: process.ppid }),
      strangersSandbox(connection, { pid: 1, host: 'elsewhere' }),
    ]);
    try {
      await sandbox.sweep();
      const left = (await connection.listContainers({ labels: [LABEL.owner] })).map(({ id }) => id);
      assert.deepEqual(
        ids.map((id) => left.includes(id)),
        [false, false, true, true],
      );
    } finally {
      await Promise.all(ids.map((id) => connection.removeContainer(id)));
    }
  });

  it('says in words that an image can not be pulled', async () => {
    const image = '127.0.0.1:1/none:1';
    await assert.rejects(sandbox.run(request('0', { image })), (error) => {
      assert.ok(error instanceof SandboxUnavailable);
      assert.equal(error.reason, 'no-image');
      assert.match(error.message, /127\.0\.0\.1:1\/none:1.*connection refused/);
      assert.match(error.nextStep ?? '', /docker pull/);
      return true;
    });
  });

  it('pulls a missing image with progress, and says when it is of no use', async () => {
    const registry = await serveImage();
    const told: string[] = [];
    try {
      await assert.rejects(
        sandbox.run(request('0', { image: registry.image }), { onProgress: (message) => told.push(message) }),
        (error) => {
          assert.ok(error instanceof SandboxUnavailable);
          assert.match(error.message, /no shell/);
          return true;
        },
      );
      assert.equal(told[0], 'Starting the sandbox');
      assert.equal(told[1], `Pulling the image ${registry.image}`);
      assert.match(told.at(-1) ?? '', /: .*1 of 1 layers$/);
    } finally {
      await registry.close();
    }
  });

  it('pulls a private image as whom the user has logged in', async () => {
    const registry = await serveImage({ login: 'anna:se:cret' });
    try {
      const env = { ...process.env, DOCKER_CONFIG: config };
      const mine = new Engine({ environment: { ...realEnvironment, env }, logger: silentLogger });
      const connection = await mine.connect();
      await assert.rejects(
        pull(connection, registry.image, AbortSignal.timeout(30_000), () => undefined),
        {
          nextStep: `If the image is private, log in at its registry (docker login ${registry.image.split('/')[0]}), then try again.`,
        },
      );
      const auth = Buffer.from('anna:se:cret').toString('base64');
      const auths = { [registry.image.split('/')[0] ?? '']: { auth } };
      fs.writeFileSync(path.join(config, 'config.json'), JSON.stringify({ auths }));
      await pull(connection, registry.image, AbortSignal.timeout(30_000), () => undefined);
      assert.ok(await connection.images.inspect(registry.image));
      await mine.dispose();
    } finally {
      await registry.close();
    }
  });

  it('stops a pull when it is cancelled', async () => {
    const registry = await serveImage({ stall: true });
    const controller = new AbortController();
    registry.onStall(() => controller.abort());
    try {
      await assert.rejects(
        sandbox.run(request('0', { image: registry.image }), { signal: controller.signal }),
        {
          name: 'CancelledError',
        },
      );
    } finally {
      await registry.close();
    }
  });

  it('says in words that the engine refuses a limit', async () => {
    await assert.rejects(sandbox.run(shell('true', { limits: { memoryMb: 1 } })), (error) => {
      assert.ok(error instanceof SandboxUnavailable);
      assert.equal(error.reason, 'limits-refused');
      assert.match(error.message, /memory/i);
      return true;
    });
    await sandbox.settled();
    assert.deepEqual(await sandboxesOf(owner.id), []);
  });
});
