/** Where a container's log was read to, so that reading can go on there without a line lost or told twice. */
export class LogCursor {
  private time = '';
  /** Lines seen of that very time. */
  private seen = 0;
  private toSkip = 0;

  /** To be called before the log is read again from `since`. */
  rewind(): void {
    this.toSkip = this.seen;
  }

  /** What to ask the engine for, which gives lines of this time and later; undefined from the start. */
  get since(): string | undefined {
    return this.time === '' ? undefined : engineTime(this.time);
  }

  /** The time of the last line; empty before the first. */
  get last(): string {
    return this.time;
  }

  /** Whether a line of this time is new. */
  isNew(time: string): boolean {
    if (time === '') return true;
    if (time === this.time) {
      if (this.toSkip > 0) {
        this.toSkip--;
        return false;
      }
      this.seen++;
      return true;
    }
    if (this.toSkip > 0 && time < this.time) return false;
    this.time = time;
    this.seen = 1;
    this.toSkip = 0;
    return true;
  }
}

/** RFC 3339 as the engine's API takes it: seconds since 1970 with nanoseconds. */
export function engineTime(time: string): string {
  const seconds = Math.floor(Date.parse(time) / 1000);
  const nanoseconds = (/\.(\d{1,9})/.exec(time)?.[1] ?? '').padEnd(9, '0');
  return `${seconds}.${nanoseconds}`;
}
