import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { ShipResult } from '../../src/deploy/ship/release';
import { runCli } from '../support/cli';
import type { CliResult } from '../support/cli';
import { skipBecause } from '../support/skip';
import { writeFiles } from '../support/temporaryFolder';
import { noDeploy } from './deployStack';
import { ServingStack } from './servingStack';
import type { Standing } from './servingStack';
import { startSshHost } from './sshHost';
import type { SshHost } from './sshHost';

const run = promisify(execFile);

/** Runs a deploy and does `when` as soon as it prints that a service comes up. */
function deployAnd(stack: ServingStack, env: NodeJS.ProcessEnv, when: () => unknown): Promise<CliResult> {
  const words = ['deploy', 'run', 'shop/live', '--yes', '--json', '--workspace', stack.workspace];
  let isDone = false;
  return runCli(words, {
    env,
    onStart: (child) =>
      child.stderr?.on('data', (text: string) => {
        if (isDone || !text.includes('bringing up')) return;
        isDone = true;
        void when();
      }),
  });
}

function resultOf({ stdout, stderr }: CliResult): ShipResult {
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as ShipResult;
}

describe('A deploy to another host', function () {
  this.timeout(300_000);
  const stack = new ServingStack();
  let host: SshHost | undefined;
  let env: NodeJS.ProcessEnv = {};

  before(async function () {
    const socket = (process.env['DOCKER_HOST'] ?? '').replace(/^unix:\/\//, '');
    host = await startSshHost(path.join(stack.folder, 'ssh'), socket);
    env = host?.env ?? {};
    const missing = (await noDeploy()) ?? (host ? undefined : 'no SSH server can be started here');
    if (missing !== undefined) return skipBecause(this, missing);
    if (!socket.startsWith('/')) return skipBecause(this, 'the engine of the tests has no socket of its own');
    await stack.prepare({ path: `far-engine:${stack.target}` });
  });
  after(() => host?.stop());

  const ship = async (...words: string[]): Promise<ShipResult> =>
    resultOf(await stack.cli([...words, '--yes', '--json'], env));

  it('serves there, goes back, and tells what was done', async () => {
    const first = await ship('run', 'shop/live');
    assert.deepEqual([first.outcome, first.reason], ['deployed', '']);
    assert.equal(await stack.answer(), 'one');
    const before = await stack.standing();
    stack.serve('two');
    writeFiles(stack.workspace, { "src/it's $(odd)": 'x' });
    const second = await ship('run', 'shop/live');
    assert.deepEqual([second.outcome, await stack.answer()], ['deployed', 'two'], second.reason);
    const back = await ship('rollback', 'shop/live');
    assert.deepEqual([back.outcome, await stack.answer()], ['deployed', 'one'], back.reason);
    assert.deepEqual(await stack.standing(), before);
    const { stdout } = await stack.cli(['history', '--json'], env);
    assert.equal((JSON.parse(stdout) as { releases: unknown[] }).releases.length, 4);
  });

  it('that loses its connection is put back by the next one', async () => {
    const before = await stack.standing();
    stack.serve('three');
    const lost = resultOf(await deployAnd(stack, env, () => host?.cut()));
    assert.equal(lost.outcome, 'failed');
    assert.match(
      lost.reason,
      /far-engine could not be reached: No route to host.*The next deploy or rollback tries again\./,
    );
    await host?.mend();
    const { stdout, stderr } = await stack.cli(['run', 'shop/live'], env);
    assert.match(stdout, /^Nothing was touched\./, stderr);
    assert.deepEqual(await stack.standing(), before);
  });
});

describe('A deploy to a full disk', function () {
  this.timeout(180_000);
  const stack = new ServingStack();
  const disk = path.dirname(stack.target);

  before(async function () {
    const missing = await noDeploy();
    if (missing !== undefined) return skipBecause(this, missing);
    fs.mkdirSync(disk, { recursive: true });
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]).catch(
      () => undefined,
    );
    if (!mounted) return skipBecause(this, 'no file system can be mounted here');
    stack.onRemoved = () => run('umount', [disk]);
    await stack.prepare();
  });
  it('leaves what is there', async () => {
    assert.equal((await stack.deploy()).outcome, 'deployed');
    const before: Standing = await stack.standing();
    stack.serve('two');
    writeFiles(stack.workspace, { 'src/large.bin': randomBytes(8_000_000) });
    const { outcome, reason } = await stack.deploy();
    assert.equal(outcome, 'rolled back', reason);
    assert.match(reason, /^The disk of the target is full: /);
    assert.deepEqual(await stack.standing(), before);
    assert.equal(await stack.answer(), 'one');
  });
});
