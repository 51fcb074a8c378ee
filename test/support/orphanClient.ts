/** A process of its own that runs a sandbox and is meant to be killed while it does. Its owner id is its argument. */
import { DEFAULT_LIMITS } from '../../src/sandbox/sandbox';
import { childSandbox } from './childSandbox';

async function main(): Promise<void> {
  const sandbox = await childSandbox();
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
