import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { formatAddress } from '../src/engine/address';
import type { EngineConnection } from '../src/engine/connection';
import { engine } from './support/engineSandbox';
import type { FloodOutcome } from './support/floodReader';
import { Measures } from './support/measures';

/*
 * A million lines in 20 seconds, followed as a tab of the editor does it, beside a program that reads
 * `docker logs --follow` and keeps the lines: of a container, and of a socket that gives them at that rate, and as
 * fast as they are read, which tells the reader's own limit from the engine's.
 * npm run engine -- npm run bench -- flood
 */

const RATE = 50_000;
const SECONDS = 20;
const TOTAL = RATE * SECONDS;
const NAME = `seaworthy-flood-${process.pid}`;
/** Numbered lines of about 80 characters, as many as the time allows. */
const FLOOD = `
  const total = ${TOTAL}, begun = Date.now(); let line = 0;
  const next = () => {
    const due = Math.min(total, Math.ceil((Date.now() - begun) * ${RATE / 1000}));
    let text = '';
    for (; line < due; line++) text += line + ' GET /orders/' + line + ' 200 4 ms some-agent/1.0 and a few words more\\n';
    const go = () => line < total ? setTimeout(next, 5) : setTimeout(() => {}, 300);
    process.stdout.write(text, go);
  };
  next();
`;

/** A program of this folder in a process of its own, and the lines it prints. */
class Program {
  private readonly lines: AsyncIterator<string>;
  readonly child: ChildProcess;

  constructor(file: string, args: string[]) {
    const [, runner = ''] = process.argv;
    const child = spawn(process.execPath, [runner, path.join(__dirname, 'support', file), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child = child;
    this.lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const next = await this.lines.next();
    if (next.done) throw new Error('A part of the benchmark has ended without a result');
    return next.value;
  }
}

async function readBy(kind: string, host: string, begin: () => Promise<void>): Promise<FloodOutcome> {
  const reader = new Program('floodReader.ts', [kind, host, NAME, String(TOTAL)]);
  await reader.line();
  await begin();
  reader.child.stdin?.write('go\n');
  return JSON.parse(await reader.line()) as FloodOutcome;
}

async function withContainer(
  connection: EngineConnection,
  command: string[],
  work: (id: string) => Promise<FloodOutcome>,
): Promise<FloodOutcome> {
  const id = await connection.createContainer(NAME, {
    Image: 'node:24-slim',
    Cmd: command,
    HostConfig: { NetworkMode: 'none' },
  });
  try {
    return await work(id);
  } finally {
    await connection.removeContainer(id);
  }
}

function ofContainer(connection: EngineConnection, kind: string): Promise<FloodOutcome> {
  return withContainer(connection, ['node', '-e', FLOOD], (id) =>
    readBy(kind, formatAddress(connection.address), () => connection.startContainer(id)),
  );
}

async function ofSocket(connection: EngineConnection, kind: string, rate: number): Promise<FloodOutcome> {
  if (connection.address.kind !== 'socket') throw new Error('The engine has to listen on a socket');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-flood-'));
  const socket = path.join(folder, 'engine.sock');
  const server = new Program('floodServer.ts', [
    socket,
    connection.address.path,
    String(rate),
    String(TOTAL),
  ]);
  try {
    await server.line();
    return await withContainer(connection, ['sleep', '1000'], (id) =>
      readBy(kind, `unix://${socket}`, () => connection.startContainer(id)),
    );
  } finally {
    server.child.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

type Both = { ours: FloodOutcome; peer: FloodOutcome };

async function both(read: (kind: string) => Promise<FloodOutcome>): Promise<Both> {
  return { ours: await read('ours'), peer: await read('peer') };
}

function add(measures: Measures, from: string, { ours, peer }: Both): void {
  const named = (measure: string, unit: string, one: (of: FloodOutcome) => number, goal?: number) => ({
    measure: `${from}: ${measure} (peer: docker logs, all kept)`,
    unit,
    ours: one(ours),
    peer: one(peer),
    ...(goal !== undefined && { goal }),
  });
  measures.add(
    named('event-loop delay, p99', 'ms', ({ p99 }) => p99, 50),
    named('memory of the process at most', 'MB', ({ resident }) => resident, 100),
    named('memory in use at most, garbage included', 'MB', ({ most }) => most, 100),
    named('memory held at the end', 'MB', ({ held }) => held),
    named('seconds for a million lines', 's', ({ seconds }) => seconds, SECONDS * 1.1),
    named('processor time for a million lines', 's', ({ processor }) => processor),
    named('lines kept or said to be dropped, of a million', 'lines', ({ kept, dropped }) => kept + dropped),
    named('lines kept', 'lines', ({ kept }) => kept),
  );
  if (!ours.inOrder) throw new Error('The lines kept are not the last ones, in order');
}

function perSecond({ seconds }: FloodOutcome): string {
  return `${Math.round(TOTAL / seconds / 1000)},000 lines/s`;
}

async function main(): Promise<void> {
  const measures = new Measures('flood');
  const connection = await engine.connect();
  const container = await both((kind) => ofContainer(connection, kind));
  add(measures, 'container', container);
  const socket = await both((kind) => ofSocket(connection, kind, RATE));
  add(measures, 'socket at 50,000 lines/s', socket);
  const fastest = await both((kind) => ofSocket(connection, kind, 0));
  add(measures, 'socket without a limit', fastest);
  measures.note(
    `Ours read ${perSecond(container.ours)} of the container, ${perSecond(socket.ours)} of a socket that gave 50,000, ` +
      `and ${perSecond(fastest.ours)} of one that gave all it could: what is less than the last is the engine's.`,
  );
  measures.end();
  await engine.dispose();
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
