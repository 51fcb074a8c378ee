import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { CancelledError, throwIfCancelled } from './errors';

/**
 * The outcome of `work`, or a `CancelledError` as soon as `signal` aborts: for work that takes no signal itself and
 * goes on without its caller.
 */
export async function orCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  work.catch(() => undefined);
  throwIfCancelled(signal);
  let cancel: () => void = () => undefined;
  const cancelled = new Promise<never>((_resolve, reject) => {
    cancel = () => reject(new CancelledError());
    signal.addEventListener('abort', cancel, { once: true });
  });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Resolves after a time. Rejects with a `CancelledError` as soon as `signal` aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => {
    throw new CancelledError();
  });
}

/** The outcome of `work` within `limitMs`, undefined after that. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A signal that aborts with the first of several, until `release` is called. Unlike `AbortSignal.any` it leaves
 * nothing behind on a signal that outlives it.
 */
export function linkedSignal(sources: readonly (AbortSignal | undefined)[]): {
  signal: AbortSignal;
  abort: () => void;
  release: () => void;
} {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const present = sources.filter((source) => source !== undefined);
  for (const source of present) {
    // Any number of runs may hang on one signal; all of them let go of it.
    setMaxListeners(0, source);
    if (source.aborted) abort();
    else source.addEventListener('abort', abort, { once: true });
  }
  const release = (): void => {
    for (const source of present) source.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, abort, release };
}

/** The work took longer than it may. */
export class TooLate extends Error {
  constructor(limitMs: number) {
    super(`no answer within ${Math.round(limitMs / 100) / 10} s`);
    this.name = 'TooLate';
  }
}

/**
 * The outcome of `work`, whose own signal aborts after `limitMs` milliseconds or with `signal`. Rejects with `TooLate` in the
 * first case and with `CancelledError` in the second, without waiting for what the work does then.
 */
export async function inTime<T>(
  limitMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal: limited, abort, release } = linkedSignal([signal]);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    abort();
  }, limitMs);
  try {
    return await orCancelled(work(limited), limited);
  } catch (error) {
    throw isLate && !signal.aborted ? new TooLate(limitMs) : error;
  } finally {
    clearTimeout(timer);
    release();
  }
}
