import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { loadProjects } from '../../src/deploy/loadProjects';
import { interruptedDeploy } from '../../src/deploy/ship/recover';
import type { ShipResult } from '../../src/deploy/ship/release';
import { runCli } from '../support/cli';
import { skipBecause } from '../support/skip';
import { writeFiles } from '../support/temporaryFolder';
import { pollFor } from '../support/timeLimit';
import { noDeploy } from './deployStack';
import { ServingStack } from './servingStack';
import type { Standing } from './servingStack';

const run = promisify(execFile);
const DIES = path.join(__dirname, '../support/shipAndDie.ts');

/** Where a deploying process is killed: at a step, and a part of what it says there. */
const KILLS: readonly [string, string][] = [
  ['snapshot', ''],
  ['sync', ''],
  ['build', 'looking'],
  ['build', 'building web: '],
  ['up', 'bringing up web'],
  ['up', 'Recreat'],
  ['health', ''],
  ['watch', ''],
  ['post', ''],
  ['finish', ''],
];

describe('A deploy that fails', function () {
  this.timeout(180_000);
  const stack = new ServingStack();
  const { workspace, target, folder } = stack;
  let good: Standing;

  before(async function () {
    const missing = await noDeploy();
    if (missing !== undefined) return skipBecause(this, missing);
    await stack.prepare();
    const { outcome, stderr } = await stack.deploy();
    assert.equal(outcome, 'deployed', stderr);
    good = await stack.standing();
  });

  /** The workspace as it serves, but for the version. */
  function next(code = '', more: Record<string, string> = {}): void {
    stack.serve('two', code);
    writeFiles(workspace, {
      'jobs/worker.js': 'setInterval(() => undefined, 3000);\n',
      'src/more.js': '1;\n',
      ...more,
    });
  }

  function configure(environment: Record<string, unknown>): void {
    const live = { path: target, composeProject: stack.project, watchSeconds: 0, ...environment };
    writeFiles(workspace, {
      'seaworthy.json': JSON.stringify({ projects: { shop: { environments: { live } } } }),
    });
  }

  async function isAsBefore(): Promise<void> {
    assert.deepEqual(await stack.standing(), good);
    assert.equal(await stack.answer(), 'one');
  }

  function rolledBack(
    { status, outcome, rolledBack, reason, stderr }: ShipResult & { status: number | null; stderr: string },
    why: RegExp,
  ): void {
    assert.deepEqual([status, outcome, rolledBack], [1, 'rolled back', true], `${reason}\n${stderr}`);
    assert.match(reason, why);
  }

  const restored = ['src/healthy.js', 'Dockerfile', 'compose.yaml'];
  afterEach(() => {
    configure({});
    for (const file of restored) fs.copyFileSync(path.join(target, file), path.join(workspace, file));
  });

  for (const [step, part] of KILLS)
    it(`because its process is killed at "${step}${part && `: ${part}`}" is put back by the next one`, async () => {
      next();
      configure({ post: ['true'] });
      const child = spawn(process.execPath, ['--import=tsx', DIES, workspace, step, part], {
        stdio: 'ignore',
      });
      assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
      // Nobody says yes, so that what was interrupted is all that is done.
      const { status, stdout, stderr } = await stack.cli(['run', 'shop/live']);
      assert.equal(status, 1, stderr);
      assert.match(stdout, /^Nothing was touched\./);
      await isAsBefore();
    });

  it('and is killed while it puts things back is put back by the next one', async () => {
    next();
    configure({ post: ['false'] });
    const child = spawn(process.execPath, ['--import=tsx', DIES, workspace, 'undo', 'putting web back']);
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
    const [environment] = (await loadProjects(workspace)).projects[0]?.environments ?? [];
    assert.ok(environment);
    assert.match((await interruptedDeploy(environment))?.doing ?? '', /^A deploy of shop\/live/);
    const { stderr } = await stack.cli(['plan', 'shop/live']);
    assert.match(stderr, /A deploy of .* was interrupted/);
    await stack.cli(['run', 'shop/live']);
    assert.equal(await interruptedDeploy(environment), undefined);
    await isAsBefore();
  });

  it('because a build fails says how', async () => {
    next('', {
      Dockerfile: `${fs.readFileSync(path.join(workspace, 'Dockerfile'), 'utf8')}RUN node -e "process.exit(7)"\n`,
    });
    rolledBack(await stack.deploy(), /^web could not be built: .*(non-zero code: 7|exit code: 7)/);
    await isAsBefore();
  });

  it('because a container ends says with which code and what it printed', async () => {
    next('console.log("no such setting"); process.exit(3);\n');
    const ended = await stack.deploy();
    rolledBack(ended, /^web did not come up: it (exited|ended|restarting)/);
    assert.match(ended.explanation.join('\n'), /: no such setting/);
    await isAsBefore();
  });

  it('because a container never becomes healthy says what its health check printed', async () => {
    next('', { 'src/healthy.js': 'console.log("not well"); process.exit(1);\n' });
    const ended = await stack.deploy();
    rolledBack(ended, /^web did not come up: its health check fails/);
    assert.match(ended.explanation.join('\n'), /health check \(exit code 1\): not well/);
    assert.equal(ended.downtimeSeenBy, 'requests');
    await isAsBefore();
  });

  it('because a container ends while it is watched', async () => {
    next('setTimeout(() => process.exit(4), 8000);\n');
    configure({ watchSeconds: 20 });
    rolledBack(await stack.deploy(), /^web did not (stay|come) up: it (exited|ended)/);
    await isAsBefore();
  });

  it('because its URL never answers well', async () => {
    next();
    configure({
      health: {
        url: `http://127.0.0.1:${stack.port}1/`.replace(/1\/$/, '/none').replace(String(stack.port), '1'),
        seconds: 2,
      },
    });
    rolledBack(
      await stack.deploy(),
      /^It was not healthy within 2 s: http:\/\/127\.0\.0\.1:1\/none does not answer/,
    );
    await isAsBefore();
  });

  it('because a command after it fails', async () => {
    next();
    configure({ post: ['node', '-e', 'console.error("smoke"); process.exit(9)'] });
    const ended = await stack.deploy();
    rolledBack(ended, /failed with exit code 9/);
    assert.deepEqual(ended.explanation, ['smoke']);
    await isAsBefore();
  });

  it('because a command before it fails touches nothing', async () => {
    next();
    configure({ pre: ['node', '-e', 'console.error("tests fail"); process.exit(1)'] });
    const { status, outcome, reason } = await stack.deploy();
    assert.deepEqual([status, outcome], [1, 'cancelled']);
    assert.match(reason, /exit code 1.*tests fail/);
    await isAsBefore();
  });

  it('because rsync ends in the middle', async () => {
    next();
    const bin = path.join(folder, 'bin');
    const real = (await run('which', ['rsync'])).stdout.trim();
    const script = `#!/bin/sh\ncase " $* " in *" --dry-run "*|*--link-dest*|*"/files/ "*) exec ${real} "$@";; esac\n${real} "$@"; echo gone >&2; exit 23\n`;
    writeFiles(bin, { rsync: script });
    fs.chmodSync(path.join(bin, 'rsync'), 0o755);
    const { stdout, stderr } = await stack.cli(['run', 'shop/live', '--yes', '--json'], {
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    });
    assert.equal((JSON.parse(stdout) as ShipResult).outcome, 'rolled back', stderr);
    assert.match((JSON.parse(stdout) as ShipResult).reason, /^rsync failed: gone/);
    await isAsBefore();
  });

  it('because somebody else has its new port', async () => {
    next();
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const compose = path.join(workspace, 'compose.yaml');
    const written = fs.readFileSync(compose, 'utf8');
    fs.writeFileSync(compose, written.replace(`:${stack.port}:`, `:${port}:`));
    rolledBack(
      await stack.deploy(),
      /^web could not be brought up: .*(address already in use|port is already allocated)/,
    );
    server.close();
    await isAsBefore();
  });

  it('because it is interrupted from the keyboard', async () => {
    next();
    const ended = await runCli(['deploy', 'run', 'shop/live', '--yes', '--json', '--workspace', workspace], {
      onStart: (child) => {
        child.stderr?.on('data', (text: string) => void (/building web/.test(text) && child.kill('SIGINT')));
      },
    });
    assert.equal((JSON.parse(ended.stdout) as ShipResult).reason, 'It was cancelled.');
    await isAsBefore();
  });

  it('is in the history with its reason, and the next good one goes through', async () => {
    const outcomes = (await stack.history()).map(({ outcome }) => outcome);
    assert.ok(outcomes.filter((outcome) => outcome === 'rolled back').length >= 15, outcomes.join());
    next();
    const { outcome, stderr } = await stack.deploy();
    assert.deepEqual([outcome, await stack.answer()], ['deployed', 'two'], stderr);
  });

  it('because another one goes on says who it is; of two at once one goes through', async () => {
    stack.serve('three');
    const [one, other] = await Promise.all([stack.deploy(), stack.deploy()]);
    const [first, second] = one.status === 0 ? [one, other] : [other, one];
    assert.deepEqual([first.outcome, second.status], ['deployed', 2], second.stderr);
    assert.match(
      second.stderr,
      /A deploy of shop\/live is going on, by \S+ on \S+ \(process \d+\), since \d{4}-/,
    );
    await pollFor('the answer', 10_000, async () => (await stack.answer()) === 'three');
  });
});
