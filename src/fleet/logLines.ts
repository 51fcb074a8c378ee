import { StringDecoder } from 'node:string_decoder';
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

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/;

/**
 * Takes the engine's log stream apart into lines. Text that is no UTF-8 is kept with replacement characters. The
 * engine cuts long lines into pieces of 16 KiB that each carry a time; they come as lines of their own.
 */
export class LogReader {
  private readonly parser: FrameParser | undefined;
  private readonly rests = { stdout: new LineCutter(), stderr: new LineCutter() };

  constructor(
    hasTerminal: boolean,
    private readonly onLine: (line: LogLine) => void,
  ) {
    if (hasTerminal) return;
    this.parser = new FrameParser((channel, data) =>
      // What the engine itself has to say about the log comes as errors do.
      this.take(channel === 'stdout' ? 'stdout' : 'stderr', data),
    );
  }

  /** Throws when the stream is not multiplexed although it should be. */
  push(chunk: Buffer): void {
    if (this.parser) this.parser.push(chunk);
    else this.take('stdout', chunk);
  }

  /** Gives what has no line end yet. */
  end(): void {
    for (const channel of ['stdout', 'stderr'] as const) {
      const rest = this.rests[channel].end();
      if (rest !== '') this.onLine(toLine(channel, rest));
    }
  }

  private take(channel: LogLine['channel'], data: Buffer): void {
    for (const line of this.rests[channel].push(data)) this.onLine(toLine(channel, line));
  }
}

/** Cuts text into lines, and lines to a length. */
class LineCutter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private isCutting = false;

  push(data: Buffer): string[] {
    const pieces = this.decoder.write(data).split('\n');
    const last = pieces.pop() ?? '';
    const lines: string[] = [];
    for (const piece of pieces) {
      this.add(piece);
      lines.push(this.take());
    }
    this.add(last);
    return lines;
  }

  end(): string {
    this.add(this.decoder.end());
    return this.take();
  }

  private add(piece: string): void {
    const room = MAX_LINE_LENGTH - this.rest.length;
    if (piece.length > room) this.isCutting = true;
    this.rest += room > 0 ? piece.slice(0, room) : '';
  }

  private take(): string {
    const line = this.isCutting ? `${this.rest}…` : this.rest;
    this.rest = '';
    this.isCutting = false;
    return line;
  }
}

function toLine(channel: LogLine['channel'], raw: string): LogLine {
  const time = TIME.exec(raw);
  const text = time ? raw.slice(time[0].length) : raw;
  return { time: time?.[1] ?? '', channel, text: text.replace(/\r+$/, '') };
}
