import { CancelledError, throwIfCancelled } from '../base/errors';
import { linkedSignal, within } from '../base/cancellation';
import { property, text } from './containers';
import { describeConnectionFailure, EngineError, EngineLost } from './errors';

/** After this long without an answer the engine is asked for a sign of life, in milliseconds. */
const SILENCE = 3000;
/** How long a sign of life may take, in milliseconds. */
const PING_LIMIT = 3000;

/** Questions to one engine: each is answered, refused, cancelled or given up, and never hangs. */
export class EngineCalls {
  /** `ping` resolves to whether the engine answered at all; `onLost` is called at each sign that it is gone. */
  constructor(
    private readonly ping: (signal: AbortSignal) => Promise<boolean>,
    private readonly onLost: () => void,
  ) {}

  /**
   * One question. `limit` is in milliseconds; undefined waits for ever. The race is needed besides the signal: a
   * request whose body is cut off never settles.
   */
  async ask<T>(
    signal: AbortSignal | undefined,
    limit: number | undefined,
    question: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    throwIfCancelled(signal);
    const either = linkedSignal([signal]);
    const aborted = new Promise<never>((_resolve, reject) => {
      either.signal.addEventListener('abort', () =>
        reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      );
    });
    const stopWatching = limit === undefined ? () => undefined : this.watchSilence(limit, either.abort);
    try {
      return await Promise.race([question(either.signal), aborted]);
    } catch (error) {
      throw this.translate(error, signal);
    } finally {
      stopWatching();
      either.release();
    }
  }

  /** Whether the engine gives a sign of life within 3 s. */
  async answers(): Promise<boolean> {
    const { signal, abort } = linkedSignal([]);
    const alive = await within(PING_LIMIT, this.ping(signal));
    if (alive === undefined) abort();
    return alive ?? false;
  }

  lost(why: string): EngineLost {
    this.onLost();
    return new EngineLost(why);
  }

  /** What a failed question is to its caller. */
  translate(error: unknown, signal: AbortSignal | undefined): Error {
    if (signal?.aborted) return new CancelledError();
    if (error instanceof EngineError) return error;
    const status = property(error, 'statusCode');
    if (typeof status === 'number') {
      const message = text(property(error, 'json'), 'message') || (error as Error).message.trim();
      return new EngineError(message, status, { cause: error });
    }
    if (typeof property(error, 'code') !== 'string') return error as Error;
    this.onLost();
    return new EngineLost(describeConnectionFailure(error), { cause: error });
  }

  /** Calls `giveUp` at the limit, or earlier when the engine shows no sign of life: a frozen one is not a slow one. */
  private watchSilence(limit: number, giveUp: () => void): () => void {
    const deadline = setTimeout(giveUp, limit);
    let check: NodeJS.Timeout;
    let stopped = false;
    const checkLater = (): void => {
      check = setTimeout(() => {
        void this.answers().then((alive) => {
          if (stopped) return;
          if (alive) checkLater();
          else giveUp();
        });
      }, SILENCE);
    };
    checkLater();
    return () => {
      stopped = true;
      clearTimeout(deadline);
      clearTimeout(check);
    };
  }
}
