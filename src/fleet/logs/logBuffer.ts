/** One line of the view: output of a container, or a word of ours about it. */
export interface LogEntry {
  /** RFC 3339 with nanoseconds, in UTC; at most 255 characters. */
  time: string;
  /** Name of the container; empty for what concerns all. */
  source: string;
  channel: (typeof CHANNELS)[number];
  text: string;
}

const CHANNELS = ['stdout', 'stderr', 'mark'] as const;
/** Bytes of a page. The longest line a log has takes less than half of it. */
const PAGE = 131_072;

/**
 * The newest lines up to a bound in bytes; the oldest are dropped first and counted. A line is known by its number,
 * which never changes. Lines are kept as bytes in pages that are used again: millions of them leave no garbage.
 */
export class LogBuffer {
  private readonly pages: LogPage[] = [];
  private readonly sources: string[] = [];
  private readonly sourceIds = new Map<string, number>();
  private readonly limit: number;
  private begin = 0;
  private finish = 0;

  constructor(limitBytes: number) {
    this.limit = Math.max(2, Math.floor(limitBytes / PAGE));
  }

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
    return this.pages.length > this.limit * 0.9;
  }

  add(entry: LogEntry): void {
    const source = this.sourceId(entry.source);
    if (!this.pages.at(-1)?.add(entry, source)) this.nextPage().add(entry, source);
    this.finish++;
  }

  at(number: number): LogEntry | undefined {
    const page = number < this.finish ? this.pageOf(number) : undefined;
    return page?.at(number - page.first, this.sources);
  }

  clear(): void {
    this.pages.length = 0;
    this.begin = this.finish;
  }

  private nextPage(): LogPage {
    const oldest = this.pages.length >= this.limit ? this.pages.shift() : undefined;
    if (oldest) this.begin = oldest.first + oldest.count;
    const page = oldest ?? new LogPage();
    page.reset(this.finish);
    this.pages.push(page);
    return page;
  }

  /** The last page that begins at this line or before. */
  private pageOf(number: number): LogPage | undefined {
    let low = 0;
    let high = this.pages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.pages[middle]?.first ?? Infinity) <= number) low = middle + 1;
      else high = middle;
    }
    return this.pages[low - 1];
  }

  private sourceId(name: string): number {
    const known = this.sourceIds.get(name);
    if (known !== undefined) return known;
    this.sourceIds.set(name, this.sources.push(name) - 1);
    return this.sources.length - 1;
  }
}

/** Channel, source and the length of the time, in front of each line. */
const HEAD = 6;
/** Where a line begins, kept at the end of the page from the back. */
const INDEX = 4;

/** Lines one after the other from the front, and where each begins from the back. */
class LogPage {
  first = 0;
  count = 0;
  private used = 0;
  // Not of the pool that small buffers share: it stays as long as the log.
  private readonly bytes = Buffer.allocUnsafeSlow(PAGE);

  reset(first: number): void {
    this.first = first;
    this.count = this.used = 0;
  }

  /** False when there is no room; a line that no page has room for is cut. */
  add({ time, channel, text }: LogEntry, source: number): boolean {
    const room = PAGE - (this.count + 1) * INDEX - this.used - HEAD - time.length;
    // What the text may take at most: its true length is known only once it is written.
    if (room < text.length * 3 && this.count > 0 && room < Buffer.byteLength(text)) return false;
    const start = this.used;
    this.bytes.writeUInt8(CHANNELS.indexOf(channel), start);
    this.bytes.writeUInt8(time.length, start + 1);
    this.bytes.writeUInt32LE(source, start + 2);
    this.bytes.write(time, start + HEAD, 'latin1');
    const textStart = start + HEAD + time.length;
    this.used = textStart + this.bytes.write(text, textStart, room, 'utf8');
    this.count++;
    this.bytes.writeUInt32LE(start, PAGE - this.count * INDEX);
    return true;
  }

  at(index: number, sources: readonly string[]): LogEntry | undefined {
    if (index < 0 || index >= this.count) return undefined;
    const start = this.startOf(index);
    const end = index + 1 < this.count ? this.startOf(index + 1) : this.used;
    const textStart = start + HEAD + this.bytes.readUInt8(start + 1);
    return {
      time: this.bytes.toString('latin1', start + HEAD, textStart),
      source: sources[this.bytes.readUInt32LE(start + 2)] ?? '',
      channel: CHANNELS[this.bytes.readUInt8(start)] ?? 'stdout',
      text: this.bytes.toString('utf8', textStart, end),
    };
  }

  private startOf(index: number): number {
    return this.bytes.readUInt32LE(PAGE - (index + 1) * INDEX);
  }
}
