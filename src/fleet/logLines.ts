import { FrameParser } from '../engine/frames';

/** One line of a container's output. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as the engine gives it: it sorts as text. Empty when it gave none. */
  time: string;
  channel: 'stdout' | 'stderr';
  text: string;
}

/** Longer lines are cut, in characters: one is no reason to hold megabytes. */
export const MAX_LINE_LENGTH = 16_384;

/** What so many characters take at most, with the time in front. */
const MAX_LINE_BYTES = (MAX_LINE_LENGTH + 64) * 3;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const MAX_TIME = 35;
const [LINE_FEED, CARRIAGE_RETURN, SPACE, T] = [10, 13, 32, 84];

/**
 * Takes the engine's log stream apart into lines. Text that is no UTF-8 is kept with replacement characters. The
 * engine cuts long lines into pieces of 16 KiB that each carry a time; they come as lines of their own.
 */
export class LogReader {
  private readonly parser: FrameParser | undefined;
  private readonly cutters: Record<LogLine['channel'], LineCutter>;

  constructor(hasTerminal: boolean, onLine: (line: LogLine) => void) {
    const cutter = (channel: LogLine['channel']): LineCutter =>
      new LineCutter((data, start, end) => onLine(toLine(channel, data, start, end)));
    this.cutters = { stdout: cutter('stdout'), stderr: cutter('stderr') };
    if (hasTerminal) return;
    this.parser = new FrameParser((channel, data) =>
      // What the engine itself has to say about the log comes as errors do.
      this.cutters[channel === 'stdout' ? 'stdout' : 'stderr'].push(data),
    );
  }

  /** Throws when the stream is not multiplexed although it should be. */
  push(chunk: Buffer): void {
    if (this.parser) this.parser.push(chunk);
    else this.cutters.stdout.push(chunk);
  }

  /** Gives what has no line end yet. */
  end(): void {
    this.cutters.stdout.end();
    this.cutters.stderr.end();
  }
}

/** Cuts bytes into lines, which is safe: no other character of UTF-8 has a line end in it. */
class LineCutter {
  /** What has no line end yet. */
  private rest: Buffer | undefined;

  constructor(private readonly onLine: (data: Buffer, start: number, end: number) => void) {}

  push(data: Buffer): void {
    let start = 0;
    for (let end = data.indexOf(LINE_FEED); end >= 0; end = data.indexOf(LINE_FEED, start)) {
      if (this.rest) {
        this.keep(data.subarray(start, end));
        this.end();
      } else this.onLine(data, start, end);
      start = end + 1;
    }
    if (start < data.length) this.keep(data.subarray(start));
  }

  end(): void {
    const { rest } = this;
    this.rest = undefined;
    if (rest) this.onLine(rest, 0, rest.length);
  }

  /** Copies: a piece would keep all that came with it in memory. */
  private keep(piece: Buffer): void {
    const { rest = Buffer.alloc(0) } = this;
    this.rest = Buffer.concat([rest, piece], Math.min(MAX_LINE_BYTES, rest.length + piece.length));
  }
}

function toLine(channel: LogLine['channel'], data: Buffer, start: number, end: number): LogLine {
  const time = timeAt(data, start, end);
  const from = Math.min(end, start + (time === '' ? 0 : time.length + 1));
  let to = Math.min(end, start + MAX_LINE_BYTES);
  while (to > from && data[to - 1] === CARRIAGE_RETURN) to--;
  const text = data.toString('utf8', from, to);
  const isLong = text.length > MAX_LINE_LENGTH;
  return { time, channel, text: isLong ? `${text.slice(0, MAX_LINE_LENGTH)}…` : text };
}

/** The time a line begins with; empty when there is none. */
function timeAt(data: Buffer, start: number, end: number): string {
  // Most that are none are told from two bytes.
  if (data[start + 10] !== T || end - start <= 10) return '';
  let space = start;
  while (space < end && space - start <= MAX_TIME && data[space] !== SPACE) space++;
  const time = data.toString('latin1', start, space);
  return TIME.test(time) ? time : '';
}
