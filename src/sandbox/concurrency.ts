import { CancelledError, throwIfCancelled } from '../base/errors';

/** What runs use up, or what there is for all of them together. */
export interface Capacity {
  /** In CPUs: 0.5 is half of one. */
  cpus: number;
  memoryMb: number;
}

/** Of the engine's memory, the rest is for the engine itself and for what else runs there. */
const MEMORY_SHARE = 0.75;
const MB = 1024 * 1024;

/** What an engine's machine has for sandboxes; without a limit where the engine does not say. */
export function capacityOf(facts: { cpus: number; memoryBytes: number }): Capacity {
  const orUnlimited = (value: number): number => (value > 0 ? value : Infinity);
  return {
    cpus: orUnlimited(facts.cpus),
    memoryMb: orUnlimited((facts.memoryBytes * MEMORY_SHARE) / MB),
  };
}

interface Waiter {
  need: Capacity;
  admit: () => void;
  onAhead: (ahead: number) => void;
}

/**
 * Admits runs in the order they came, as many at a time as fit. A small one does not overtake a big one, so none
 * waits for ever; one that would never fit is admitted alone.
 */
export class RunQueue {
  private readonly waiting: Waiter[] = [];
  private readonly used: Capacity = { cpus: 0, memoryMb: 0 };
  private running = 0;

  /** `capacity` is asked for at each admission. */
  constructor(private readonly capacity: () => Capacity) {}

  /** How many wait. */
  get length(): number {
    return this.waiting.length;
  }

  /**
   * Resolves when there is room, with the function that gives it back. `onAhead` gets the number of those that wait
   * before this one, at first and at each change. Rejects with `CancelledError` as soon as `signal` aborts.
   */
  async enter(
    need: Capacity,
    signal: AbortSignal,
    onAhead: (ahead: number) => void = () => undefined,
  ): Promise<() => void> {
    throwIfCancelled(signal);
    if (this.waiting.length > 0 || !this.hasRoom(need)) await this.wait(need, signal, onAhead);
    else this.take(need);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.running -= 1;
      this.used.cpus -= need.cpus;
      this.used.memoryMb -= need.memoryMb;
      this.admitNext();
    };
  }

  private wait(need: Capacity, signal: AbortSignal, onAhead: (ahead: number) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(new CancelledError());
        this.admitNext();
      };
      const admit = (): void => {
        signal.removeEventListener('abort', cancel);
        resolve();
      };
      const waiter: Waiter = { need, admit, onAhead };
      signal.addEventListener('abort', cancel, { once: true });
      this.waiting.push(waiter);
      onAhead(this.waiting.length - 1);
    });
  }

  /** Also after a cancellation: what waited behind a big one may fit. */
  private admitNext(): void {
    for (let [first] = this.waiting; first && this.hasRoom(first.need); [first] = this.waiting) {
      this.waiting.shift();
      this.take(first.need);
      first.admit();
    }
    this.waiting.forEach(({ onAhead }, index) => onAhead(index));
  }

  private hasRoom(need: Capacity): boolean {
    if (this.running === 0) return true;
    const { cpus, memoryMb } = this.capacity();
    // Sums of halves and tenths come out a little off.
    const fits = (used: number, wanted: number, limit: number): boolean => used + wanted <= limit + 1e-6;
    return fits(this.used.cpus, need.cpus, cpus) && fits(this.used.memoryMb, need.memoryMb, memoryMb);
  }

  private take(need: Capacity): void {
    this.running += 1;
    this.used.cpus += need.cpus;
    this.used.memoryMb += need.memoryMb;
  }
}
