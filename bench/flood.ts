import { spawn } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as readline from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { formatAddress } from '../src/engine/address';
import { silentLogger } from '../src/base/logger';
import type { EngineConnection } from '../src/engine/connection';
import { ContainerList } from '../src/fleet/containerList';
import { LogModel } from '../src/fleet/logs/logModel';
import { engine } from './support/engineSandbox';
import { Measures } from './support/measures';

/*
 * A container that prints 50,000 lines a second for 20 seconds, followed as a tab of the editor does it, beside a
 * program that reads `docker logs --follow` and keeps the lines: npm run engine -- npm run bench -- flood
 */

const RATE = 50_000;
const SECONDS = 20;
const NAME = `seaworthy-flood-${process.pid}`;
/** As often as a tab is told of new lines, in milliseconds. */
const SHOWN = 100;
/** Numbered lines of about 80 characters, as many as the time allows. */
const FLOOD = `
  const total = ${RATE * SECONDS}, begun = Date.now(); let line = 0;
  const next = () => {
    const due = Math.min(total, Math.ceil((Date.now() - begun) * ${RATE / 1000}));
    let text = '';
    for (; line < due; line++) text += line + ' GET /orders/' + line + ' 200 4 ms some-agent/1.0 and a few words more\\n';
    const go = () => line < total ? setTimeout(next, 5) : setTimeout(() => {}, 300);
    process.stdout.write(text, go);
  };
  next();
`;

interface Outcome {
  p99: number;
  /** Bytes in use at the end, and at most before they were collected. */
  memory: number;
  most: number;
  kept: number;
  dropped: number;
  seconds: number;
  inOrder: boolean;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function flooded(
  connection: EngineConnection,
  follow: (id: string) => {
    lines: () => number;
    end: () => { kept: number; dropped: number; inOrder: boolean };
  },
): Promise<Outcome> {
  const id = await connection.createContainer(NAME, {
    Image: 'node:24-slim',
    Cmd: ['node', '-e', FLOOD],
    HostConfig: { NetworkMode: 'none' },
  });
  collectGarbage();
  const before = used();
  let most = 0;
  const look = setInterval(() => (most = Math.max(most, used() - before)), 250);
  const loop = monitorEventLoopDelay({ resolution: 5 });
  try {
    const begun = performance.now();
    const reader = follow(id);
    await connection.startContainer(id);
    loop.enable();
    while (reader.lines() < RATE * SECONDS && performance.now() - begun < SECONDS * 6000)
      await new Promise((resolve) => setTimeout(resolve, 50));
    loop.disable();
    const seconds = (performance.now() - begun) / 1000;
    collectGarbage();
    const memory = (used() - before) / 1e6;
    return { ...reader.end(), p99: loop.percentile(99) / 1e6, memory, most: most / 1e6, seconds };
  } finally {
    clearInterval(look);
    await connection.removeContainer(id);
  }
}

function ours(): ReturnType<Parameters<typeof flooded>[1]> {
  const list = new ContainerList(engine, silentLogger);
  let timer: NodeJS.Timeout | undefined;
  const show = (): void => {
    timer = undefined;
    model.update();
    const counts = model.counts();
    // What the page is sent.
    JSON.stringify([counts, model.view(counts.end - 100, 100)]);
  };
  const model = new LogModel(
    [{ list, targets: [{ project: undefined, service: undefined, name: NAME }] }],
    () => {
      timer ??= setTimeout(show, SHOWN);
    },
  );
  model.start({ tail: undefined, since: undefined });
  const printed = (): number => {
    const { lines, dropped } = model.counts();
    return lines + dropped;
  };
  return {
    lines: printed,
    end: () => {
      const { first, end, dropped } = model.counts();
      const numbers = model
        .view(first, end - first)
        .filter(({ channel }) => channel !== 'mark')
        .map(({ pieces }) => parseInt(pieces[0]?.text ?? '', 10));
      const inOrder = numbers.every(
        (number, index) => index === 0 || number === (numbers[index - 1] ?? NaN) + 1,
      );
      model.stop();
      clearTimeout(timer);
      return { kept: numbers.length, dropped, inOrder: inOrder && numbers.at(-1) === RATE * SECONDS - 1 };
    },
  };
}

/** Begins once the container runs: the program follows nothing that does not. */
function peer(host: string, id: string): ReturnType<Parameters<typeof flooded>[1]> {
  const lines: string[] = [];
  const child = spawn('docker', ['--host', host, 'logs', '--follow', '--timestamps', id], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  readline.createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return {
    lines: () => lines.length,
    end: () => {
      child.kill();
      return { kept: lines.length, dropped: 0, inOrder: true };
    },
  };
}

async function main(): Promise<void> {
  const measures = new Measures('flood');
  const connection = await engine.connect();
  const mine = await flooded(connection, () => ours());
  const theirs = await flooded(connection, (id) => peer(formatAddress(connection.address), id));
  const named = (measure: string, unit: string, one: (of: Outcome) => number, goal?: number) => ({
    measure: `${measure} (peer: docker logs, all kept)`,
    unit,
    ours: one(mine),
    peer: one(theirs),
    ...(goal !== undefined && { goal }),
  });
  measures.add(
    named('event-loop delay, p99', 'ms', ({ p99 }) => p99, 50),
    named('memory held at the end', 'MB', ({ memory }) => memory, 100),
    named('memory at most, garbage included', 'MB', ({ most }) => most),
    named('seconds for a million lines', 's', ({ seconds }) => seconds),
    named('lines kept or said to be dropped, of a million', 'lines', ({ kept, dropped }) => kept + dropped),
    named('lines kept', 'lines', ({ kept }) => kept),
  );
  measures.end();
  if (!mine.inOrder) throw new Error('The lines kept are not the last ones, in order');
  await engine.dispose();
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
