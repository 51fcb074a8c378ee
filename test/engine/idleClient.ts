/** A process of its own that has a sandbox waiting and is meant to be killed. Its owner id is its argument. */
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { DockerSandbox } from '../../src/sandbox/dockerSandbox';
import { DEFAULT_LIMITS } from '../../src/sandbox/sandbox';

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

async function main(): Promise<void> {
  // On a busy machine an engine that is there may need more than one look.
  const look = (): Promise<unknown> => engine.connect().catch(look);
  await look();
  new DockerSandbox(engine, { owner, logger: silentLogger }).prepare('node:24-slim', DEFAULT_LIMITS);
}

void main();
