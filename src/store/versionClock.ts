/**
 * Versions that sort as text in the order of what happened: milliseconds (12 hex digits), a counter (4), the writer.
 * A version made after another was seen is greater than it, even if the clock was set back in between.
 */
export class VersionClock {
  private last = '';

  constructor(
    private readonly writer: string,
    private readonly now: () => number,
  ) {}

  next(): string {
    const time = versionPrefix(this.now(), 0);
    this.last = time > this.last ? time : following(this.last);
    return `${this.last}-${this.writer}`;
  }

  /** Takes note of a version that was read. */
  observe(version: string): void {
    const prefix = version.slice(0, 16);
    if (/^[0-9a-f]{16}$/.test(prefix) && prefix > this.last) this.last = prefix;
  }
}

/** The least version of a moment, for rows from before there were versions. */
export function versionAt(milliseconds: number): string {
  return `${versionPrefix(milliseconds, 0)}-`;
}

export function isVersion(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{16}-[0-9a-f]{0,8}$/.test(value);
}

function versionPrefix(milliseconds: number, counter: number): string {
  const time = Math.max(0, Math.floor(milliseconds));
  return time.toString(16).padStart(12, '0') + counter.toString(16).padStart(4, '0');
}

function following(prefix: string): string {
  const [time, counter] = [parseInt(prefix.slice(0, 12), 16), parseInt(prefix.slice(12), 16)];
  return counter < 0xffff ? versionPrefix(time, counter + 1) : versionPrefix(time + 1, 0);
}
