import assert from 'node:assert/strict';
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { DockerSandbox } from '../../src/sandbox/dockerSandbox';
import { LABEL } from '../../src/sandbox/owner';
import { SandboxUnavailable } from '../../src/sandbox/sandbox';
import { skipBecause } from '../support/skip';
import { pollFor } from '../support/timeLimit';
import { noOwnEngine, startOwnEngine } from './ownEngine';
import type { OwnEngine } from './ownEngine';
import { owner, realEnvironment, shell } from './realEngine';
import { tinyImage } from './tinyImage';

describe('a sandbox whose engine', function () {
  this.timeout(120_000);
  let own: OwnEngine | undefined;
  let image = '';

  before(async function () {
    if (noOwnEngine !== undefined) return;
    own = await startOwnEngine();
    image = await tinyImage(own);
  });
  beforeEach(function () {
    if (noOwnEngine !== undefined) skipBecause(this, noOwnEngine);
  });
  after(() => own?.stop());

  function sandboxOn(engine: OwnEngine): { sandbox: DockerSandbox; left: () => Promise<number> } {
    const { address } = engine.client;
    const connecting = new Engine({
      environment: realEnvironment,
      setting: () => address,
      logger: silentLogger,
    });
    return {
      sandbox: new DockerSandbox(connecting, { owner, logger: silentLogger, keepReady: 1 }),
      left: async () => (await (await connecting.connect()).listContainers({ labels: [LABEL.owner] })).length,
    };
  }

  /** Starts a run without end; `happens` is called once its code runs. Resolves to what the run rejected with. */
  async function interrupted(sandbox: DockerSandbox, happens: () => unknown): Promise<unknown> {
    const request = shell('while :; do sleep 1; done', { image, limits: { timeoutMs: 60_000 } });
    const onProgress = (message: string): void => {
      if (message.startsWith('Running')) void happens();
    };
    return sandbox.run(request, { onProgress }).then(
      ({ end, detail }) => assert.fail(`it ended: ${end} ${detail}`),
      (error: unknown) => error,
    );
  }

  function assertLost(error: unknown): void {
    assert.ok(error instanceof SandboxUnavailable, String(error));
    assert.equal(error.reason, 'no-engine');
    assert.ok(error.nextStep);
  }

  async function printed(sandbox: DockerSandbox): Promise<string> {
    const { end, detail, steps } = await sandbox.run(shell('echo fine', { image }));
    assert.equal(end, 'finished', detail);
    return steps.map(({ stdout }) => stdout).join('');
  }

  it('is killed is not run, and after a restart the next one runs and nothing is left', async () => {
    assert.ok(own);
    const engine = own;
    const { sandbox, left } = sandboxOn(engine);
    let killed: Promise<void> | undefined;
    assertLost(await interrupted(sandbox, () => (killed = engine.kill())));
    await killed;
    await assert.rejects(sandbox.run(shell('true', { image })), SandboxUnavailable);
    await engine.restart();
    assert.equal(await printed(sandbox), 'fine\n');
    await sandbox.dispose();
    await pollFor('the end of every container', 30_000, async () => (await left()) === 0);
  });

  it('stops in the usual way is not run, and after a restart the next one runs and nothing is left', async () => {
    assert.ok(own);
    const engine = own;
    const { sandbox, left } = sandboxOn(engine);
    let stopped: Promise<void> | undefined;
    const error = await interrupted(sandbox, () => (stopped = engine.kill('SIGTERM')));
    // Whether it is still heard that the sandbox was stopped, or only that the engine went away.
    assert.ok(error instanceof SandboxUnavailable, String(error));
    assert.ok(error.reason === 'stopped' || error.reason === 'no-engine', error.reason);
    await stopped;
    await engine.restart();
    assert.equal(await printed(sandbox), 'fine\n');
    await sandbox.dispose();
    await pollFor('the end of every container', 30_000, async () => (await left()) === 0);
  });

  it('freezes is not run, and once it goes on the next one runs and nothing is left', async () => {
    assert.ok(own);
    const engine = own;
    const { sandbox, left } = sandboxOn(engine);
    const wanted = shell('while :; do sleep 1; done', { image, limits: { timeoutMs: 2000 } });
    const onProgress = (message: string): void => {
      if (message.startsWith('Running')) engine.signal('SIGSTOP');
    };
    try {
      assertLost(await sandbox.run(wanted, { onProgress }).catch((error: unknown) => error));
    } finally {
      engine.signal('SIGCONT');
    }
    assert.equal(await printed(sandbox), 'fine\n');
    await sandbox.dispose();
    await pollFor('the end of every container', 30_000, async () => (await left()) === 0);
  });
});
