import assert from 'node:assert/strict';
import * as path from 'node:path';
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { DockerSandbox } from '../../src/sandbox/dockerSandbox';
import { LABEL } from '../../src/sandbox/owner';
import type { SandboxCheckReport } from '../../src/sandbox/checkText';
import { runCli } from '../support/cli';
import { skipBecause } from '../support/skip';
import { temporaryFolder } from '../support/temporaryFolder';
import { owner, realEnvironment, request, shell } from './realEngine';
import { describeProbes } from './redteam/suite';

const { SEAWORTHY_TEST_PODMAN: host, SEAWORTHY_TEST_PODMAN_MISSING: missing } = process.env;
const profileFolder = temporaryFolder('podman');
const env = { DOCKER_HOST: host, XDG_CACHE_HOME: profileFolder };
const engine = new Engine({ environment: { ...realEnvironment, env }, logger: silentLogger });
const podman = new DockerSandbox(engine, { owner, logger: silentLogger, profileFolder });

describe('a real Podman', () => {
  it('is here', function () {
    if (!host) return skipBecause(this, missing ?? 'no Podman was named by SEAWORTHY_TEST_PODMAN');
    assert.match(host, /^unix:/);
  });
});

if (host) describe('a sandbox of a real Podman', testPodman);

function testPodman(this: Mocha.Suite): void {
  this.timeout(90_000);
  let architecture = '';

  this.beforeAll(async () => {
    // It starts other programs to describe itself; on a busy machine that takes longer than a connection waits.
    for (let tries = 5; architecture === ''; tries -= 1) {
      const connection = await engine.connect().catch((error: unknown) => {
        if (tries <= 1) throw error;
      });
      architecture = connection?.facts.architecture ?? '';
    }
  });

  after('leaves no container', async () => {
    await podman.dispose();
    const left = await (await engine.connect()).listContainers({ labels: [`${LABEL.owner}=${owner.id}`] });
    assert.deepEqual(left, []);
  });

  describeProbes(
    () => podman,
    () => architecture,
  );

  it('has every layer, our own filter too, and says nothing is missing', async function () {
    // A connection of its own, see above.
    this.retries(3);
    const { stdout, status } = await runCli(['sandbox', 'check', '--json'], { env });
    const report = JSON.parse(stdout) as SandboxCheckReport;
    assert.equal(status, 0);
    assert.match(report.engine, /^Podman/);
    assert.deepEqual(
      report.layers.filter(({ need, state }) => need !== 'extra' && state !== 'on'),
      [],
    );
    assert.deepEqual((await podman.run(shell('true'))).notes, []);
  });

  it('does without our filter where there is no file for it, and says so', async () => {
    const plain = new DockerSandbox(engine, { owner, logger: silentLogger });
    const { end, notes } = await plain.run(shell('true'));
    await plain.dispose();
    assert.equal(end, 'finished');
    assert.match(notes.join(), /system-call filter \(Podman takes/);
  });

  it('is stopped at its memory, its output and its time, and names them', async () => {
    const memory = await podman.run(
      request('const a = []; for (;;) a.push(Buffer.alloc(1e7, 1));', { limits: { memoryMb: 128 } }),
    );
    assert.equal(memory.end, 'out-of-memory', memory.detail);
    const output = await podman.run(shell('yes', { limits: { outputBytes: 50_000 } }));
    assert.equal(output.end, 'output-limit', output.detail);
    const time = await podman.run(shell('sleep 100', { limits: { timeoutMs: 1500 } }));
    assert.equal(time.end, 'timeout', time.detail);
  });

  it('runs a whole audit', async function () {
    // A connection of its own, see above.
    this.retries(3);
    const workspace = path.join(__dirname, '../../media/sample');
    const { stdout, stderr } = await runCli(
      ['audit', '--json', '--workspace', workspace, path.join(workspace, 'src/cart.js')],
      {
        env,
      },
    );
    const { reports } = JSON.parse(stdout) as {
      reports: { stages: { stage: string; status: string; reason: string }[] }[];
    };
    const stage = reports[0]?.stages.find((each) => each.stage === 'production');
    assert.notEqual(stage?.status, 'not run', `${stage?.reason}\n${stderr}`);
  });
}
