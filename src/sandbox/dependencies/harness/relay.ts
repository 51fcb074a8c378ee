import { spawn } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join, relative } from 'node:path';
import { FRAME, frame, RelayFrameParser } from '../relayFrames';
import type { InstallOutcome } from '../relayFrames';
import type { InstallPlan } from '../installPlan';

/*
 * Runs in the container that installs dependencies. It has no network; what programs send to the proxy on its loopback goes
 * over our own stdin and stdout to the other side, which decides where it may go.
 */
const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as InstallPlan;
const connections = new Map<number, Socket>();
let lastConnection = 0;

function send(type: number, connection: number, content?: Uint8Array): boolean {
  return process.stdout.write(frame(type, connection, content));
}

const proxy = createServer({ allowHalfOpen: true }, (socket) => {
  const id = ++lastConnection;
  connections.set(id, socket);
  send(FRAME.open, id);
  socket.on('data', (chunk: Buffer) => {
    if (send(FRAME.data, id, chunk)) return;
    socket.pause();
    process.stdout.once('drain', () => socket.resume());
  });
  socket.on('end', () => send(FRAME.end, id));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    if (connections.delete(id)) send(FRAME.end, id);
  });
});

const parser = new RelayFrameParser((type, id, content) => {
  const socket = connections.get(id);
  if (!socket) return;
  if (type === FRAME.end) {
    connections.delete(id);
    socket.end();
  } else if (type === FRAME.data && !socket.write(Buffer.from(content))) {
    process.stdin.pause();
    const go = (): void => {
      socket.off('drain', go);
      socket.off('close', go);
      process.stdin.resume();
    };
    socket.on('drain', go);
    socket.on('close', go);
  }
});

function runStep(step: InstallPlan['steps'][number]): Promise<number> {
  return new Promise((resolve) => {
    const [program = '', ...words] = step.command;
    const child = spawn(program, words, {
      cwd: step.cwd,
      env: { PATH: process.env['PATH'], ...step.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const output of [child.stdout, child.stderr])
      output.on('data', (chunk: Buffer) => send(FRAME.log, 0, chunk));
    child.on('error', (error) => {
      send(FRAME.log, 0, Buffer.from(`${error.message}\n`));
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 137));
  });
}

/** Every link in a `node_modules` that leads to the project's own code, which is elsewhere when it is audited. */
function relink(modules: string): void {
  for (const entry of readdirSync(modules, { withFileTypes: true })) {
    const place = join(modules, entry.name);
    if (entry.isSymbolicLink()) {
      const inside = relative(plan.project, existing(place) ?? place);
      if (inside.startsWith('..') || inside.split('/').includes('node_modules')) continue;
      unlinkSync(place);
      symlinkSync(join(plan.projectInAudit, inside), place);
    } else if (entry.isDirectory() && entry.name.startsWith('@')) relink(place);
    else if (entry.name === '.pnpm') readdirSync(place).forEach((name) => relinkIn(join(place, name)));
    else if (entry.isDirectory()) relinkIn(place);
  }
}

function relinkIn(folder: string): void {
  const modules = join(folder, 'node_modules');
  if (isFolder(modules)) relink(modules);
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

function existing(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}

function finish(): string[] {
  const folders = plan.folders.filter((folder) => isFolder(join(plan.project, folder, 'node_modules')));
  for (const folder of folders) relinkIn(join(plan.project, folder));
  for (const path of plan.remove) rmSync(path, { recursive: true, force: true });
  return folders;
}

async function main(): Promise<void> {
  process.stdout.setMaxListeners(0);
  // The other side is gone: nobody would take what is made here.
  process.stdin.on('end', () => process.exit(92));
  process.stdin.on('data', (chunk: Buffer) => parser.push(chunk));
  await new Promise<void>((resolve) => proxy.listen(plan.proxyPort, '127.0.0.1', resolve));
  let outcome: InstallOutcome = { folders: [] };
  for (const [index, step] of plan.steps.entries()) {
    const exitCode = await runStep(step);
    if (exitCode === 0) continue;
    outcome = { failedStep: index, exitCode, folders: [] };
    break;
  }
  if (outcome.failedStep === undefined) outcome.folders = finish();
  process.stdout.write(frame(FRAME.done, 0, Buffer.from(JSON.stringify(outcome))), () => process.exit(0));
}

void main();
