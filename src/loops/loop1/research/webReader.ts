import { isCancelled, messageOf } from '../../../base/errors';
import { NotReached } from './source';

export interface WebQuestion {
  /** Path and query, relative to the service's address. */
  path: string;
  /** Sent as JSON by POST; a GET without. */
  body?: unknown;
  signal: AbortSignal;
}

const MAX_BYTES = 3_000_000;
const MAX_REDIRECTS = 3;
/** A person waits for the research. */
const MAX_WAIT_MS = 5_000;
/** Answers after which another attempt may do better. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Asks one service on the network, and distrusts it: only over https, no redirect to another host, no answer above 3 MB, and
 * nothing is sent but what is asked.
 */
export class WebReader {
  private readonly base: URL;

  /** @param allowsPlain for tests, whose server is on this machine */
  constructor(address: string, allowsPlain = false) {
    this.base = new URL(address);
    if (this.base.protocol !== 'https:' && !allowsPlain) throw new Error(`${address} is not https`);
  }

  async text(question: WebQuestion): Promise<string> {
    let url = new URL(question.path, this.base);
    for (let redirects = 0; ; redirects++) {
      const answer = await this.ask(url, question);
      const location = answer.headers.get('location');
      if (answer.status < 300 || answer.status >= 400 || location === null) return this.read(answer);
      await answer.body?.cancel();
      url = new URL(location, url);
      if (url.origin !== this.base.origin) throw new NotReached(`${this.base.host} leads to another host`);
      if (redirects >= MAX_REDIRECTS) throw new NotReached(`${this.base.host} leads in circles`);
    }
  }

  /** Rejects with `NotReached` for what is no JSON. */
  async json(question: WebQuestion): Promise<unknown> {
    const text = await this.text(question);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new NotReached(`${this.base.host} answered something that is no JSON`);
    }
  }

  private async ask(url: URL, { body, signal }: WebQuestion): Promise<Response> {
    const headers = { accept: 'application/json, application/atom+xml', 'user-agent': 'seaworthy' };
    try {
      return await fetch(url, {
        ...{ signal, redirect: 'manual', headers },
        ...(body !== undefined && {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { ...headers, 'content-type': 'application/json' },
        }),
      });
    } catch (error) {
      if (isCancelled(error)) throw error;
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw new NotReached(`${this.base.host} can not be reached: ${messageOf(cause)}`, true);
    }
  }

  private async read(answer: Response): Promise<string> {
    const { host } = this.base;
    if (!answer.ok) {
      await answer.body?.cancel();
      const waitMs = waitOf(answer);
      const wish = waitMs > 0 ? ` and wants ${Math.ceil(waitMs / 1000)} s of peace` : '';
      const isPassing = PASSING.has(answer.status) && waitMs <= MAX_WAIT_MS;
      throw new NotReached(`${host} answered ${answer.status}${wish}`, isPassing, waitMs);
    }
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const piece of answer.body ?? []) {
        bytes += (piece as Uint8Array).length;
        if (bytes > MAX_BYTES) throw new NotReached(`${host} answered more than ${MAX_BYTES / 1e6} MB`);
        pieces.push(piece as Uint8Array);
      }
    } catch (error) {
      if (isCancelled(error) || error instanceof NotReached) throw error;
      throw new NotReached(`${host} broke off: ${messageOf(error)}`, true);
    }
    return Buffer.concat(pieces).toString('utf8');
  }
}

/** How long a service wants to be left alone, in milliseconds; 0 where it does not say. */
function waitOf({ headers }: Response): number {
  const said = headers.get('retry-after') ?? '';
  if (/^\d{1,6}(\.\d+)?$/.test(said)) return Number(said) * 1000;
  const until = Date.parse(said);
  return Number.isNaN(until) ? 0 : Math.max(0, until - Date.now());
}

/** An object, or an empty one; the network may send anything. */
export function objectIn(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** A list that has to be there. Rejects what is none as an answer that was not expected. */
export function listIn(value: unknown, key: string, host: string): unknown[] {
  const found = objectIn(value)[key];
  if (!Array.isArray(found)) throw new NotReached(`${host} answered something else than was expected`);
  return found as unknown[];
}

/** A text of at most so many characters; empty in place of anything else. */
export function textIn(value: unknown, length: number): string {
  return typeof value === 'string' ? value.slice(0, length) : '';
}

/** A whole number that is not negative, otherwise 0. */
export function countIn(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** An address that may be opened, only over https; undefined for anything else. */
export function linkIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 500) return undefined;
  try {
    return new URL(value.replace(/^http:/, 'https:')).protocol === 'https:'
      ? value.replace(/^http:/, 'https:')
      : undefined;
  } catch {
    return undefined;
  }
}
