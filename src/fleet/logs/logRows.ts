import type { LogBuffer } from './logBuffer';
import { logMatcher } from './logQuery';
import type { LogMatcher, LogQuery } from './logQuery';

/** Lines looked through before the clock is looked at. */
const BATCH = 512;

/** The rows of a log view: all lines of a buffer, or those that match a query, which is searched as lines come. */
export class LogRows {
  private matcher: LogMatcher | undefined;
  private isFiltering = false;
  private matches: number[] = [];
  private forgotten = 0;
  private scanned: number;

  constructor(private readonly buffer: LogBuffer) {
    this.scanned = buffer.first;
  }

  /** `isFiltering`: only matching lines are rows. Throws a `UserError` for a query that can't be used. */
  look(query: LogQuery, isFiltering: boolean): void {
    this.matcher = undefined;
    this.matches = [];
    this.forgotten = 0;
    this.scanned = this.buffer.first;
    this.isFiltering = isFiltering;
    this.matcher = logMatcher(query);
  }

  /**
   * Looks through what has come, for about so many milliseconds; false when more is left. Throws a `UserError`, and
   * gives the query up, when that takes too long.
   */
  update(milliseconds: number): boolean {
    this.scanned = Math.max(this.scanned, this.buffer.first);
    this.forgetDropped();
    const { matcher } = this;
    if (!matcher) return true;
    const until = performance.now() + milliseconds;
    while (this.scanned < this.buffer.end) {
      if (performance.now() > until) return false;
      const from = this.scanned;
      const lines: string[] = [];
      for (let number = from; number < Math.min(from + BATCH, this.buffer.end); number++)
        lines.push(this.buffer.at(number)?.text ?? '');
      try {
        for (const index of matcher(lines)) this.matches.push(from + index);
      } catch (error) {
        this.look({ text: '', isExpression: false, isCaseSensitive: false }, false);
        throw error;
      }
      this.scanned += lines.length;
    }
    return true;
  }

  /** Rows keep their numbers when older ones are dropped: this is the number of the oldest. */
  get first(): number {
    return this.isOfMatches ? this.forgotten : this.buffer.first;
  }

  /** One more than the number of the newest row. */
  get end(): number {
    return this.isOfMatches ? this.forgotten + this.matches.length : this.buffer.end;
  }

  /** Undefined when nothing is looked for. */
  get matchCount(): number | undefined {
    return this.matcher && this.matches.length;
  }

  /** The number of the line in a row. */
  lineOf(row: number): number | undefined {
    if (this.isOfMatches) return this.matches[row - this.forgotten];
    return row >= this.first && row < this.end ? row : undefined;
  }

  /** The first row whose line is not before this one; `end` where there is none yet. */
  rowOf(line: number): number {
    if (!this.isOfMatches) return line;
    return this.forgotten + lowerBound(this.matches, line);
  }

  isMatch(line: number): boolean {
    return this.matches[lowerBound(this.matches, line)] === line;
  }

  /** The row of the next match from a row on, in a direction, round the end; undefined without any. */
  findFrom(row: number, direction: 1 | -1): number | undefined {
    const { length } = this.matches;
    if (length === 0) return undefined;
    const line = this.lineOf(row) ?? (direction === 1 ? this.buffer.first - 1 : this.buffer.end);
    const at = lowerBound(this.matches, direction === 1 ? line + 1 : line);
    const index = direction === 1 ? at % length : (at - 1 + length) % length;
    return this.isOfMatches ? this.forgotten + index : this.matches[index];
  }

  private get isOfMatches(): boolean {
    return this.isFiltering && this.matcher !== undefined;
  }

  private forgetDropped(): void {
    const gone = lowerBound(this.matches, this.buffer.first);
    if (gone > 0) this.matches.splice(0, gone);
    this.forgotten += gone;
  }
}

/** The first index whose value is not under `wanted`. */
function lowerBound(sorted: readonly number[], wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
