import { randomBytes } from 'node:crypto';
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { localEnvironment } from '../../src/engine/localEnvironment';
import { DockerSandbox } from '../../src/sandbox/dockerSandbox';

/** The engine that the environment names, or that lies in the usual places. */
export const engine = new Engine({
  environment: localEnvironment(),
  logger: silentLogger,
});

/** Sandboxes of a bench, with so many containers kept ready; `id` is what they are labelled with. */
export function makeSandbox(keepReady: number): { sandbox: DockerSandbox; id: string } {
  const id = randomBytes(16).toString('hex');
  const owner = { id, pid: process.pid, host: 'bench' };
  return { sandbox: new DockerSandbox(engine, { owner, logger: silentLogger, keepReady }), id };
}
