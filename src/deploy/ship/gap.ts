import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Where a service answers, from here. */
export type Address = { url: string } | { host: string; port: number };

const EVERY_MS = 20;
const PATIENCE_MS = 2000;
/** A connection that is closed within this time, unasked, was taken by somebody in front of the service. */
const HOLDS_MS = 15;

/** Asks at addresses all the time, and so measures how long they do not answer. */
export class GapProbe {
  private readonly stopping = new AbortController();
  private readonly watched: Promise<Seen>[];

  /** Begins at once. */
  constructor(addresses: readonly Address[]) {
    this.watched = addresses.map((address) => watch(address, this.stopping.signal));
  }

  /**
   * The longest time in milliseconds between an answer and the next of one address; undefined when none ever answered. Of one
   * that answers no more it lasts until now.
   */
  async stop(): Promise<number | undefined> {
    this.stopping.abort();
    const seen = (await Promise.all(this.watched)).filter(({ answered }) => answered);
    return seen.length === 0 ? undefined : Math.round(Math.max(...seen.map(({ longest }) => longest)));
  }
}

interface Seen {
  answered: boolean;
  longest: number;
}

async function watch(address: Address, stop: AbortSignal): Promise<Seen> {
  const seen: Seen = { answered: false, longest: 0 };
  const ask = 'url' in address ? request : await way(address, stop);
  let last = performance.now();
  let isDown = false;
  while (!stop.aborted) {
    const begun = performance.now();
    const answers = await ask(address as never, stop);
    if (answers) {
      // Without a failure between two answers it was never down, however seldom it could be asked.
      if (seen.answered && isDown) seen.longest = Math.max(seen.longest, performance.now() - last);
      seen.answered = true;
      isDown = false;
      last = performance.now();
    } else if (!stop.aborted) isDown = true;
    await wait(Math.max(0, EVERY_MS - (performance.now() - begun)), undefined, { signal: stop }).catch(
      () => undefined,
    );
  }
  if (seen.answered && isDown) seen.longest = Math.max(seen.longest, performance.now() - last);
  return seen;
}

type Ask = (address: { host: string; port: number }, stop: AbortSignal) => Promise<boolean>;

/** Most ports speak HTTP, whose answers tell more than that somebody listens; what does not is asked for a connection only. */
async function way(address: { host: string; port: number }, stop: AbortSignal): Promise<Ask> {
  const { host, port } = address;
  const byRequest: Ask = (_address, signal) => request({ url: `http://${bracketed(host)}:${port}/` }, signal);
  return (await byRequest(address, stop)) || !(await connection(address, stop)) ? byRequest : connection;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Whether something answers that is not a gateway's word that nobody does. */
function request({ url }: { url: string }, stop: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const { get } = url.startsWith('https:') ? https : http;
    const options = { agent: false as const, timeout: PATIENCE_MS, signal: stop };
    const asked = get(url, options, (response) => {
      const { statusCode = 0 } = response;
      response.destroy();
      resolve(statusCode < 500);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
  });
}

function connection({ host, port }: { host: string; port: number }, stop: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (answers: boolean): void => {
      stop.removeEventListener('abort', aborted);
      socket.destroy();
      resolve(answers);
    };
    const aborted = (): void => end(false);
    stop.addEventListener('abort', aborted, { once: true });
    socket.setTimeout(PATIENCE_MS, () => end(false));
    socket.on(
      'connect',
      () => void wait(HOLDS_MS).then(() => end(!socket.readableEnded && !socket.destroyed)),
    );
    socket.on('data', () => end(true));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
  });
}
