import type { Duplex } from 'node:stream';
import { FrameParser } from '../engine/frames';

/** An idle container has nothing to say; one that says more than this is none of ours any more. */
const MAX_EARLY_BYTES = 64_000;

type OutputReader = (channel: 'stdout' | 'stderr', data: Buffer) => void;

/**
 * The stream of an attached container. Read from the start, also while nobody wants its output: only a stream that is
 * read tells that the container has ended, and an engine can't remove a container whose output somebody holds open
 * without reading it.
 */
export class AttachedStream {
  /** Resolves when the stream is over, from either side. Never rejects. */
  readonly ended: Promise<void>;
  private early: { channel: 'stdout' | 'stderr'; data: Buffer }[] = [];
  private earlyBytes = 0;
  private reader: OutputReader = (channel, data) => this.keep(channel, data);

  constructor(private readonly stream: Duplex) {
    const parser = new FrameParser((channel, data) => {
      if (channel === 'stdout' || channel === 'stderr') this.reader(channel, data);
    });
    this.ended = new Promise((resolve) => {
      const finish = (): void => {
        stream.destroy();
        resolve();
      };
      stream.on('data', (chunk: Buffer) => {
        if (stream.destroyed) return;
        try {
          parser.push(chunk);
        } catch {
          finish();
        }
      });
      for (const event of ['end', 'close', 'error']) stream.on(event, finish);
    });
  }

  get isOpen(): boolean {
    return !this.stream.destroyed;
  }

  /** Hands over what the container has printed so far, and all that it prints from now on. */
  readWith(reader: OutputReader): void {
    const early = this.early;
    this.early = [];
    this.reader = reader;
    for (const { channel, data } of early) reader(channel, data);
  }

  /** Writes all of it, no faster than the container reads; stops without an error when the stream closes. */
  async write(pieces: Iterable<Buffer>): Promise<void> {
    for (const piece of pieces) {
      if (!this.isOpen) return;
      if (!this.stream.write(piece)) await this.drained();
    }
  }

  destroy(): void {
    this.stream.destroy();
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        this.stream.off('drain', go);
        this.stream.off('close', go);
        resolve();
      };
      this.stream.on('drain', go);
      this.stream.on('close', go);
    });
  }

  private keep(channel: 'stdout' | 'stderr', data: Buffer): void {
    this.earlyBytes += data.length;
    if (this.earlyBytes > MAX_EARLY_BYTES) this.stream.destroy();
    else this.early.push({ channel, data: Buffer.from(data) });
  }
}
