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

  async function printed(sandbox: DockerSandbox): Promise<string> {
    const { end, detail, steps } = await sandbox.run(shell('echo fine', { image }));
    assert.equal(end, 'finished', detail);
    return steps.map(({ stdout }) => stdout).join('');
  }

  for (const [ends, signal] of [
    ['is killed', 'SIGKILL'],
    ['stops in the usual way', 'SIGTERM'],
  ] as const) {
    it(`${ends} is not run, and after a restart the next one runs and nothing is left`, async () => {
      assert.ok(own);
      const engine = own;
      const { sandbox, left } = sandboxOn(engine);
      let ended: Promise<void> | undefined;
      const error = await interrupted(sandbox, () => (ended = engine.kill(signal)));
      await ended;
      assert.ok(error instanceof SandboxUnavailable, String(error));
      // Of one that takes its time it may still be heard that it stopped the sandbox, not only that it went away.
      const reasons = signal === 'SIGTERM' ? ['stopped', 'no-engine'] : ['no-engine'];
      assert.ok(reasons.includes(error.reason), error.reason);
      assert.ok(error.nextStep);
      await assert.rejects(sandbox.run(shell('true', { image })), SandboxUnavailable);
      await engine.restart();
      assert.equal(await printed(sandbox), 'fine\n');
      await sandbox.dispose();
      await pollFor('the end of every container', 30_000, async () => (await left()) === 0);
    });
  }

  it('freezes is not run, and once it goes on the next one runs and nothing is left', async () => {
    assert.ok(own);
    const engine = own;
    const { sandbox, left } = sandboxOn(engine);
    const wanted = shell('while :; do sleep 1; done', { image, limits: { timeoutMs: 2000 } });
    const onProgress = (message: string): void => {
      if (message.startsWith('Running')) engine.signal('SIGSTOP');
    };
    try {
      await assert.rejects(sandbox.run(wanted, { onProgress }), { reason: 'no-engine' });
    } finally {
      engine.signal('SIGCONT');
    }
    assert.equal(await printed(sandbox), 'fine\n');
    await sandbox.dispose();
    await pollFor('the end of every container', 30_000, async () => (await left()) === 0);
  });
});
