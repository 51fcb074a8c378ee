import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { GapProbe } from '../src/deploy/ship/gap';
import type { ShipResult } from '../src/deploy/ship/release';
import { runCompose } from '../test/support/compose';
import { median, Measures } from './support/measures';

/*
 * A deploy from the command line beside `docker compose up -d --build` (the plugin where there is one), which copies nothing, keeps nothing and waits for nothing: time
 * for an unchanged and a changed workspace, and the time in which a service with a port of the host does not answer. Needs an
 * engine with node:24-slim, rsync and Compose: npm run engine -- npm run bench -- deploy
 */

const ROUNDS = 5;
const UNCHANGED_GOAL = 2000;
const CLI = path.join(__dirname, '../dist/cli.js');
const run = promisify(execFile);

interface Stack {
  workspace: string;
  port: number;
  /** Deploys; undefined for Compose, which works in the workspace. */
  target: string | undefined;
  project: string;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function makeStack(folder: string, name: string, isOurs: boolean): Promise<Stack> {
  const workspace = path.join(folder, name, 'workspace');
  const target = isOurs ? path.join(folder, name, 'target') : undefined;
  const project = `bench-${name}-${randomBytes(3).toString('hex')}`;
  const port = await freePort();
  fs.mkdirSync(path.join(workspace, 'app'), { recursive: true });
  const web = `build: .\n    init: true\n    ports: ["127.0.0.1:${port}:80"]`;
  const compose = `version: "3.8"\nservices:\n  web:\n    ${web}\n  worker: {image: "node:24-slim", init: true, command: [sleep, "1000"]}\n`;
  fs.writeFileSync(path.join(workspace, 'compose.yaml'), compose);
  fs.writeFileSync(
    path.join(workspace, 'Dockerfile'),
    'FROM node:24-slim\nCOPY app /app\nCMD ["node", "/app/server.js"]\n',
  );
  const live = { path: target, composeProject: project, watchSeconds: 0 };
  fs.writeFileSync(
    path.join(workspace, 'seaworthy.json'),
    JSON.stringify({ projects: { shop: { environments: { live } } } }),
  );
  const stack = { workspace, port, target, project };
  change(stack);
  return stack;
}

function change({ workspace, project }: Stack): void {
  const code = `require('http').createServer((_, answer) => answer.end('ok')).listen(80);\n`;
  fs.writeFileSync(
    path.join(workspace, 'app/server.js'),
    `// ${project} ${randomBytes(4).toString('hex')}\n${code}`,
  );
}

async function deploy({ workspace, target, project }: Stack, outcome: ShipResult['outcome']): Promise<void> {
  if (target === undefined) {
    await runCompose(['--project-name', project, 'up', '-d', '--build'], workspace);
    return;
  }
  const { stdout } = await run(process.execPath, [
    CLI,
    'deploy',
    'run',
    '--yes',
    '--json',
    '--workspace',
    workspace,
  ]);
  const result = JSON.parse(stdout) as ShipResult;
  if (result.outcome !== outcome) throw new Error(`${result.outcome}: ${result.reason}`);
}

/** Milliseconds that it takes, and that nothing answers. */
async function measured(
  stack: Stack,
  outcome: ShipResult['outcome'],
): Promise<{ took: number; gap: number }> {
  const probe = new GapProbe([{ host: '127.0.0.1', port: stack.port }]);
  const begun = performance.now();
  await deploy(stack, outcome);
  const took = performance.now() - begun;
  await answers(stack);
  return { took, gap: (await probe.stop()) ?? NaN };
}

/** Compose does not wait for it. */
async function answers({ port }: Stack): Promise<void> {
  for (;;)
    if (
      await fetch(`http://127.0.0.1:${port}/`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
}

async function remove({ workspace, project }: Stack): Promise<void> {
  const words = ['--project-name', project, 'down', '--rmi', 'local', '--timeout', '1'];
  await runCompose(words, workspace).catch(() => undefined);
}

async function main(): Promise<void> {
  const measures = new Measures('deploy');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-bench-deploy-'));
  const stacks = [await makeStack(folder, 'ours', true), await makeStack(folder, 'peer', false)] as const;
  const all = { same: [[], []], took: [[], []], gap: [[], []] } as Record<string, [number[], number[]]>;
  try {
    for (const stack of stacks) await deploy(stack, 'deployed');
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [side, stack] of stacks.entries()) {
        all['same']?.[side]?.push((await measured(stack, 'unchanged')).took);
        change(stack);
        const { took, gap } = await measured(stack, 'deployed');
        all['took']?.[side]?.push(took);
        all['gap']?.[side]?.push(gap);
      }
    const add = (measure: string, key: string, goal?: number): void => {
      const [ours = [], peer = []] = all[key] ?? [];
      const limit = goal === undefined ? {} : { goal };
      measures.add({ measure, unit: 'ms', ours: median(ours), peer: median(peer), ...limit });
    };
    add('unchanged workspace', 'same', UNCHANGED_GOAL);
    add('one changed file', 'took');
    add('longest time without an answer', 'gap');
    measures.end();
  } finally {
    for (const stack of stacks) await remove(stack);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
