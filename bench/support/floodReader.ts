import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as readline from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { localEnvironment } from '../../src/engine/localEnvironment';
import { ContainerList } from '../../src/fleet/containerList';
import { LogModel } from '../../src/fleet/logs/logModel';

/*
 * Follows the log of a container in a process of its own, so that what is measured is its own. Arguments: KIND HOST NAME
 * TOTAL, KIND being `ours` or `peer`. Says "ready", begins at the first word on its standard input, and prints an
 * `Outcome` when TOTAL lines have come.
 */

/** What one reader did. Memory in MB over what the process took before. */
export interface FloodOutcome {
  /** Of the delay of the event loop, in milliseconds. */
  p99: number;
  /** In use at the end, after garbage was collected. */
  held: number;
  /** In use at most, garbage included. */
  most: number;
  /** What the system gave the process at most. */
  resident: number;
  /** From the first word to the last line. */
  seconds: number;
  /** Processor time of the process, in seconds. */
  processor: number;
  kept: number;
  dropped: number;
  inOrder: boolean;
}

interface Reader {
  lines: () => number;
  end: () => Pick<FloodOutcome, 'kept' | 'dropped' | 'inOrder'>;
}

const [kind = '', host = '', name = '', count = ''] = process.argv.slice(3);
const total = Number(count);
/** As often as a tab is told of new lines, in milliseconds. */
const SHOWN = 100;
/** How long it may take at most, in milliseconds. */
const LIMIT = 120_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const engine = new Engine({ environment: localEnvironment(), setting: () => host, logger: silentLogger });

/** As a tab of the editor does it. */
function ours(): Reader {
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
    [{ list, targets: [{ project: undefined, service: undefined, name }] }],
    () => (timer ??= setTimeout(show, SHOWN)),
  );
  model.start({ tail: undefined, since: undefined });
  return {
    lines: () => model.counts().lines + model.counts().dropped,
    end: () => {
      const { first, end, dropped } = model.counts();
      const numbers = model
        .view(first, end - first)
        .filter(({ channel }) => channel !== 'mark')
        .map(({ pieces }) => parseInt(pieces[0]?.text ?? '', 10));
      const isNext = (number: number, index: number): boolean =>
        index === 0 || number === (numbers[index - 1] ?? NaN) + 1;
      const inOrder = numbers.every(isNext) && numbers.at(-1) === total - 1;
      return { kept: numbers.length, dropped, inOrder };
    },
  };
}

function peer(): Reader {
  const lines: string[] = [];
  const child = spawn('docker', ['--host', host, 'logs', '--follow', '--timestamps', name], {
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
  // An editor that shows containers has long loaded what this loads.
  await engine.connect();
  collectGarbage();
  const before = { used: used(), resident: process.memoryUsage.rss(), processor: process.cpuUsage() };
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  let [most, resident] = [0, 0];
  const look = (): void => {
    most = Math.max(most, used());
    resident = Math.max(resident, process.memoryUsage.rss());
  };
  const looking = setInterval(look, 100);
  const loop = monitorEventLoopDelay({ resolution: 5 });
  const begun = performance.now();
  const reader = kind === 'ours' ? ours() : peer();
  loop.enable();
  while (reader.lines() < total && performance.now() - begun < LIMIT) await delay(50);
  loop.disable();
  clearInterval(looking);
  look();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(before.processor);
  collectGarbage();
  const held = used();
  const outcome: FloodOutcome = {
    ...reader.end(),
    p99: loop.percentile(99) / 1e6,
    held: (held - before.used) / 1e6,
    most: (most - before.used) / 1e6,
    resident: (resident - before.resident) / 1e6,
    seconds,
    processor: (user + system) / 1e6,
  };
  process.stdout.write(`${JSON.stringify(outcome)}\n`, () => process.exit());
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
