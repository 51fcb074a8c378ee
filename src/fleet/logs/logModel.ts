import type { ContainerDetails } from '../../engine/inspect';
import { toFleetContainer } from '../containers';
import { styledText } from './ansi';
import type { StyledText } from './ansi';
import type { LogPast } from './containerLog';
import { LogBuffer } from './logBuffer';
import type { LogEntry } from './logBuffer';
import type { LogQuery } from './logQuery';
import { LogRows } from './logRows';
import { LogSession } from './logSession';
import type { LogSource } from './logSession';
import { framesIn } from './stackFrames';
import type { ContainerPaths, FramePlace } from './stackFrames';

/** Memory for lines, in bytes. */
const LIMIT = 32_000_000;
/** Of a longer line only this much is shown; an export has all of it. */
const MAX_SHOWN = 4000;
/** Searching in one turn of the event loop, in milliseconds. */
const TURN = 8;

/** A line as a page shows it. */
export interface LogRow {
  row: number;
  time: string;
  source: string;
  channel: LogEntry['channel'];
  pieces: readonly StyledText[];
  frames: readonly FramePlace[];
  isMatch: boolean;
}

/** Everything about a log but its lines. */
export interface LogCounts {
  /** Number of the oldest row, and one more than that of the newest. */
  first: number;
  end: number;
  lines: number;
  /** Lines that were pushed out of memory by newer ones. */
  dropped: number;
  matches: number | undefined;
  isSearching: boolean;
  /** Lines that have come since the pause; undefined when it does not pause. */
  waiting: number | undefined;
  /** Names of the containers, in the order in which they were met. */
  sources: readonly string[];
}

/** A log that is being followed, as a page looks at it. */
export class LogModel {
  private readonly buffer: LogBuffer;
  private readonly rows: LogRows;
  private readonly paths = new Map<string, ContainerPaths>();
  private session: LogSession | undefined;
  private cleared = 0;
  /** The first line that is not shown while it pauses. */
  private pausedAt: number | undefined;
  /** Nothing of the past has come since it was asked for. */
  private isPastDue = false;
  private isSearching = false;

  constructor(
    private readonly sources: readonly LogSource[],
    private readonly onChange: () => void,
    limitBytes = LIMIT,
  ) {
    this.buffer = new LogBuffer(limitBytes);
    this.rows = new LogRows(this.buffer);
  }

  /** Reads the past anew and follows from there. */
  start(past: LogPast): void {
    this.session?.stop();
    this.clear();
    this.isPastDue = true;
    this.session = new LogSession(
      this.sources,
      past,
      (entries) => this.take(entries),
      (details) => this.meet(details),
    );
  }

  stop(): void {
    this.session?.stop();
  }

  clear(): void {
    this.buffer.clear();
    this.cleared = this.buffer.first;
    this.setPaused(false);
    this.onChange();
  }

  /** Throws a `UserError` for an expression that is none. */
  look(query: LogQuery, isFiltering: boolean): void {
    try {
      this.rows.look(query, isFiltering);
    } finally {
      this.onChange();
    }
  }

  /** Paused, the rows end where they are; lines that come are kept, and not read when there is no more room. */
  setPaused(isPaused: boolean): void {
    this.pausedAt = isPaused ? this.buffer.end : undefined;
    this.session?.setBlocked(isPaused && this.buffer.isFull);
    this.onChange();
  }

  /** Searches what has come. Throws a `UserError` when the expression takes too long; it is given up then. */
  update(): void {
    this.isSearching = !this.rows.update(TURN);
  }

  counts(): LogCounts {
    const { pausedAt, rows, buffer } = this;
    return {
      first: rows.first,
      end: pausedAt === undefined ? rows.end : Math.max(rows.first, Math.min(rows.end, rows.rowOf(pausedAt))),
      lines: buffer.end - buffer.first,
      dropped: buffer.first - this.cleared,
      matches: rows.matchCount,
      isSearching: this.isSearching,
      waiting: pausedAt === undefined ? undefined : buffer.end - Math.max(buffer.first, pausedAt),
      sources: [...this.paths.keys()],
    };
  }

  /** The rows from one on, as many as there are of so many. */
  view(from: number, number: number): LogRow[] {
    const { first, end } = this.counts();
    const begin = Math.max(first, from);
    const wanted = Math.max(0, Math.min(end - begin, number));
    return Array.from({ length: wanted }, (_each, index) => this.row(begin + index)).filter(
      (row) => row !== undefined,
    );
  }

  find(row: number, direction: 1 | -1): number | undefined {
    return this.rows.findFrom(row, direction);
  }

  pathsOf(source: string): ContainerPaths | undefined {
    return this.paths.get(source);
  }

  /** The rows as text, in parts. */
  *text(): Generator<string> {
    const { first, end } = this.counts();
    const isOne = this.paths.size < 2;
    for (let row = first; row < end; row++) {
      const entry = this.entryOf(row);
      if (!entry) continue;
      const text = styledText(entry.text)
        .map((piece) => piece.text)
        .join('');
      const source = isOne || entry.source === '' ? '' : `${entry.source} | `;
      yield `${entry.time} ${source}${entry.channel === 'mark' ? `--- ${text} ---` : text}\n`;
    }
  }

  private take(entries: readonly LogEntry[]): void {
    for (const entry of entries) this.buffer.add(entry);
    // Who pauses before the past is read wants to see the past.
    if (this.pausedAt !== undefined && this.isPastDue) this.pausedAt = this.buffer.end;
    this.isPastDue = false;
    if (this.pausedAt !== undefined && this.buffer.isFull) this.session?.setBlocked(true);
    this.onChange();
  }

  private meet(details: ContainerDetails): void {
    const { binds, workingFolder } = details;
    const { folder, name } = toFleetContainer(details);
    this.paths.set(name, { binds, workingFolder, projectFolder: folder });
  }

  private entryOf(row: number): LogEntry | undefined {
    const line = this.rows.lineOf(row);
    return line === undefined ? undefined : this.buffer.at(line);
  }

  private row(row: number): LogRow | undefined {
    const line = this.rows.lineOf(row);
    const entry = this.entryOf(row);
    if (line === undefined || !entry) return undefined;
    const { text, time, source, channel } = entry;
    const rest = text.length - MAX_SHOWN;
    const pieces = styledText(rest > 0 ? text.slice(0, MAX_SHOWN) : text);
    if (rest > 0) pieces.push({ text: ` … ${rest} more characters`, classes: ['dim'] });
    const frames = channel === 'mark' ? [] : framesIn(pieces.map((piece) => piece.text).join(''));
    return { row, time, source, channel, pieces, frames, isMatch: this.rows.isMatch(line) };
  }
}
