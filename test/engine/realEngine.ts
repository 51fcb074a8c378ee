import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { silentLogger } from '../../src/base/logger';
import type { EngineContainer } from '../../src/engine/containers';
import { Engine } from '../../src/engine/engine';
import { localEnvironment } from '../../src/engine/localEnvironment';
import type { EngineEnvironment } from '../../src/engine/endpoint';
import { DockerSandbox } from '../../src/sandbox/dockerSandbox';
import { LABEL } from '../../src/sandbox/owner';
import { DEFAULT_LIMITS } from '../../src/sandbox/sandbox';
import type { SandboxLimits, SandboxRequest, SandboxStep } from '../../src/sandbox/sandbox';

export const NODE_IMAGE = 'node:24-slim';

export const realEnvironment: EngineEnvironment = localEnvironment();

/** The engine the tests run against, and a sandbox maker of this test process. */
export const engine = new Engine({ environment: realEnvironment, logger: silentLogger });
export const owner = { id: randomBytes(16).toString('hex'), pid: process.pid, host: 'engine-tests' };
export const sandbox = new DockerSandbox(engine, { owner, logger: silentLogger });

/** Containers on the engine that a sandbox maker made. */
export async function sandboxesOf(ownerId: string): Promise<EngineContainer[]> {
  return (await engine.connect()).listContainers({ labels: [`${LABEL.owner}=${ownerId}`] });
}

/** A request of one step, `node -e CODE` unless there are steps. */
export function request(
  code: string,
  change: Partial<Omit<SandboxRequest, 'limits'>> & { limits?: Partial<SandboxLimits> } = {},
): SandboxRequest {
  const steps: SandboxStep[] = [{ name: 'code', command: ['node', '-e', code] }];
  return {
    image: NODE_IMAGE,
    files: [],
    steps,
    reports: [],
    ...change,
    limits: { ...DEFAULT_LIMITS, ...change.limits },
  };
}

/** A request of one step that runs a shell script. */
export function shell(script: string, change: Parameters<typeof request>[1] = {}): SandboxRequest {
  return request('', { steps: [{ name: 'code', command: ['sh', '-c', script] }], ...change });
}

after('no container of these tests is left', async () => {
  await sandbox.dispose();
  assert.deepEqual(await sandboxesOf(owner.id), []);
});
