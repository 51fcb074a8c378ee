import { orCancelled } from './cancellation';
import { throwIfCancelled } from './errors';

interface Work<T> {
  promise: Promise<T>;
  cancel: AbortController;
  waiting: Set<(message: string) => void>;
}

interface Options {
  signal: AbortSignal;
  onProgress: (message: string) => void;
}

/** Does what several ask for at once a single time, for as long as one of them still waits. */
export class SharedWork<T> {
  private readonly running = new Map<string, Work<T>>();

  /**
   * Resolves with what `start` gives for `key`: that of whoever asked first, while it runs. Everybody is told its progress.
   * Rejects with `CancelledError` for one whose signal aborts. The work itself is cancelled with the last of them, who
   * waits until it has ended: what it leaves is cleared away by then.
   */
  async join(key: string, options: Options, start: (options: Options) => Promise<T>): Promise<T> {
    const { signal, onProgress } = options;
    throwIfCancelled(signal);
    const work = this.running.get(key) ?? this.begin(key, start);
    // Two may give the same function, and each of them waits for itself.
    const told = (message: string): void => onProgress(message);
    work.waiting.add(told);
    try {
      return await orCancelled(work.promise, signal);
    } finally {
      work.waiting.delete(told);
      if (work.waiting.size === 0) {
        this.abandon(key, work);
        await work.promise.catch(() => undefined);
      }
    }
  }

  private begin(key: string, start: (options: Options) => Promise<T>): Work<T> {
    const cancel = new AbortController();
    const waiting: Work<T>['waiting'] = new Set();
    const onProgress = (message: string): void => waiting.forEach((tell) => tell(message));
    const promise = start({ signal: cancel.signal, onProgress });
    // Those who wait hear of a failure; when nobody does any more, nobody has to.
    promise.catch(() => undefined);
    const work = { promise, cancel, waiting };
    this.running.set(key, work);
    return work;
  }

  /** Nobody waits any more: done, failed or given up. */
  private abandon(key: string, work: Work<T>): void {
    if (this.running.get(key) === work) this.running.delete(key);
    work.cancel.abort();
  }
}
