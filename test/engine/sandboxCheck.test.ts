import assert from 'node:assert/strict';
import type { SandboxCheckReport } from '../../src/sandbox/checkText';
import { runCli } from '../support/cli';
import './realEngine';

describe('seaworthy sandbox check', function () {
  this.timeout(60_000);

  it('lists every layer of the real engine, for people and for programs', async () => {
    const { stdout, status, stderr } = await runCli(['sandbox', 'check', '--json'], {});
    assert.equal(status, 0, stderr);
    const report = JSON.parse(stdout) as SandboxCheckReport;
    assert.equal(report.usable, true);
    const mandatory = report.layers.filter(({ need }) => need === 'mandatory');
    assert.equal(mandatory.length, 7);
    assert.ok(mandatory.every(({ state }) => state === 'on'));
    assert.ok(report.layers.every(({ why }) => why !== ''));
    const text = await runCli(['sandbox', 'check'], {});
    assert.equal(text.status, 0);
    for (const { name } of report.layers) assert.ok(text.stdout.includes(name), name);
  });

  it('says what was tried where there is no engine, and takes no other command', async () => {
    const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const none = await runCli(['sandbox', 'check', '--json'], { env });
    assert.equal(none.status, 2);
    const answer = JSON.parse(none.stdout) as { usable: boolean; reason: string };
    assert.equal(answer.usable, false);
    assert.match(answer.reason, /nonexistent/);
    assert.equal((await runCli(['sandbox', 'open'], { env })).status, 3);
    assert.equal((await runCli(['sandbox'], { env })).status, 3);
  });
});
