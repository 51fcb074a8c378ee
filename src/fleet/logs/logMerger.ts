import type { LogEntry } from './logBuffer';

/** How long lines wait for older ones of other containers, in milliseconds. */
const WAIT = 100;
/** How long they wait for containers whose past is still being read, in milliseconds. */
const HOLD_LIMIT = 3000;
/** More waiting lines, or characters of them, are not held back. */
const MAX_WAITING = 20_000;
const MAX_CHARACTERS = 250_000;

/** Puts the lines of several containers in the order of their times, as far as they arrive in time for that. */
export class LogMerger {
  private waiting: LogEntry[] = [];
  private characters = 0;
  private holds = 0;
  private heldSince = 0;
  private timer: NodeJS.Timeout | undefined;
  private blocked: { wait: Promise<void>; release: () => void } | undefined;

  constructor(private readonly onEntries: (entries: readonly LogEntry[]) => void) {}

  add(entry: LogEntry): void {
    this.waiting.push(entry);
    this.characters += entry.text.length;
    if (this.waiting.length >= MAX_WAITING || this.characters >= MAX_CHARACTERS) this.flush();
    else this.timer ??= setTimeout(() => this.tick(), WAIT);
  }

  /** Nothing is given on until what is returned is called, within limits: the past of one container is coming. */
  hold(): () => void {
    if (this.holds++ === 0) this.heldSince = performance.now();
    let isHeld = true;
    return () => {
      if (isHeld) this.holds--;
      isHeld = false;
    };
  }

  /** While it is blocked, readers wait in `room`: the engine keeps what they do not read. */
  setBlocked(isBlocked: boolean): void {
    if (isBlocked === (this.blocked !== undefined)) return;
    this.blocked?.release();
    this.blocked = undefined;
    if (!isBlocked) return;
    let release: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.blocked = { wait, release };
  }

  /** Resolves when more lines are welcome. */
  async room(): Promise<void> {
    await this.blocked?.wait;
  }

  /** Gives on what waits, in order. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const entries = this.waiting;
    this.waiting = [];
    this.characters = 0;
    if (entries.length > 0) this.onEntries(inOrder(entries));
  }

  private tick(): void {
    this.timer = undefined;
    const isHeld = this.holds > 0 && performance.now() - this.heldSince < HOLD_LIMIT;
    if (isHeld) this.timer = setTimeout(() => this.tick(), WAIT);
    else this.flush();
  }
}

/** By time, equal ones as they came. The times are of one length and zone as a rule, so that they sort as text. */
function inOrder(entries: LogEntry[]): LogEntry[] {
  const isSorted = entries.every(
    (entry, index) => index === 0 || (entries[index - 1]?.time ?? '') <= entry.time,
  );
  return isSorted ? entries : entries.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}
