/** A process of its own that runs a sandbox and is meant to be killed while it does. Its owner id is its argument. */
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
  const owner = { id: process.argv[2] ?? '', pid: process.pid, host: 'engine-tests' };
  const sandbox = new DockerSandbox(engine, { owner, logger: silentLogger });
  await sandbox.run(
    {
      image: 'node:24-slim',
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
