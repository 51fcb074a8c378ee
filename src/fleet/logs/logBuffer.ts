/** One line of the view: output of a container, or a word of ours about it. */
export interface LogEntry {
  /** RFC 3339 with nanoseconds, in UTC. */
  time: string;
  /** Name of the container; empty for what concerns all. */
  source: string;
  channel: 'stdout' | 'stderr' | 'mark';
  text: string;
}

/** Lines are dropped in chunks: one by one would move all the others. */
const CHUNK = 512;
/** What an entry takes besides its text, in bytes, measured roughly. */
const OVERHEAD = 160;

/**
 * The newest lines up to a bound in bytes; the oldest are dropped first and counted. A line is known by its number,
 * which never changes.
 */
export class LogBuffer {
  private chunks: { entries: LogEntry[]; bytes: number }[] = [];
  private bytes = 0;
  private begin = 0;
  private finish = 0;

  constructor(readonly limitBytes: number) {}

  /** Number of the oldest line that is kept; also how many were dropped or cleared. */
  get first(): number {
    return this.begin;
  }

  /** One more than the number of the newest line. */
  get end(): number {
    return this.finish;
  }

  /** Whether more lines soon push the oldest out. */
  get isFull(): boolean {
    return this.bytes > this.limitBytes * 0.9;
  }

  add(entry: LogEntry): void {
    let last = this.chunks.at(-1);
    if (!last || last.entries.length === CHUNK) {
      last = { entries: [], bytes: 0 };
      this.chunks.push(last);
    }
    const size = entry.text.length * 2 + OVERHEAD;
    last.entries.push(entry);
    last.bytes += size;
    this.bytes += size;
    this.finish++;
    while (this.bytes > this.limitBytes && this.chunks.length > 1) this.dropOldest();
  }

  at(number: number): LogEntry | undefined {
    if (number < this.begin || number >= this.finish) return undefined;
    const offset = number - this.begin;
    return this.chunks[Math.floor(offset / CHUNK)]?.entries[offset % CHUNK];
  }

  clear(): void {
    this.chunks = [];
    this.bytes = 0;
    this.begin = this.finish;
  }

  private dropOldest(): void {
    const oldest = this.chunks.shift();
    if (!oldest) return;
    this.bytes -= oldest.bytes;
    this.begin += oldest.entries.length;
  }
}
