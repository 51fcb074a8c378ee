import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { DockerSandbox } from '../../src/sandbox/dockerSandbox';

/** The sandboxes of a process that a test starts to kill it; its owner id is its argument. Resolves once the engine answers. */
export async function childSandbox(): Promise<DockerSandbox> {
  const engine = new Engine({
    environment: {
      env: process.env,
      home: '/',
      platform: process.platform,
      uid: undefined,
      readText: async () => undefined,
      listFolder: async () => [],
      ask: async () => undefined,
    },
    logger: silentLogger,
  });
  // On a busy machine an engine that is there may need more than one look.
  const look = (): Promise<unknown> => engine.connect().catch(look);
  await look();
  const owner = { id: process.argv[2] ?? '', pid: process.pid, host: 'engine-tests' };
  return new DockerSandbox(engine, { owner, logger: silentLogger });
}
