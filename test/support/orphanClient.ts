/**
 * A process of its own that has a sandbox and is meant to be killed. Its arguments: its owner id, and `idle` for a
 * sandbox that waits instead of one that runs.
 */
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { DockerSandbox } from '../../src/sandbox/dockerSandbox';
import { DEFAULT_LIMITS } from '../../src/sandbox/sandbox';

async function main(): Promise<void> {
  const engine = new Engine({
    environment: {
      env: process.env,
      home: '/',
      platform: process.platform,
      uid: undefined,
      readText: async () => undefined,
      listFolder: async () => [],
    },
    logger: silentLogger,
  });
  const [id = '', mode] = process.argv.slice(2);
  const owner = { id, pid: process.pid, host: 'engine-tests' };
  const sandbox = new DockerSandbox(engine, { owner, logger: silentLogger });
  const image = 'node:24-slim';
  if (mode === 'idle') {
    sandbox.prepare(image, DEFAULT_LIMITS);
    process.stdout.write('idle\n');
    return;
  }
  await sandbox.run(
    {
      image,
      files: [],
      steps: [
        { name: 'sleeps', command: ['sh', '-c', "trap '' TERM HUP INT PIPE; while :; do sleep 1; done"] },
      ],
      reports: [],
      limits: { ...DEFAULT_LIMITS, timeoutMs: 300_000 },
    },
    { onProgress: (message) => process.stdout.write(`${message}\n`) },
  );
}

void main();
