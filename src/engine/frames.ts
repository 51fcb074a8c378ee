/** The streams an engine multiplexes on one connection. `system` carries the engine's own errors. */
export type FrameChannel = 'stdin' | 'stdout' | 'stderr' | 'system';

const CHANNELS: readonly FrameChannel[] = ['stdin', 'stdout', 'stderr', 'system'];
const HEADER_BYTES = 8;

/**
 * Takes an attached container's stream apart again. Each frame is a header (channel, three zero bytes, length as a
 * big-endian 32-bit number) and its payload. Only lengths are followed, so a payload that looks like a header stays
 * payload. `onData` gets parts of payloads as they arrive; nothing is buffered but a split header. `push` throws
 * when the stream is not multiplexed.
 */
export class FrameParser {
  private readonly header = Buffer.alloc(HEADER_BYTES);
  private headerBytes = 0;
  private payloadBytes = 0;
  private channel: FrameChannel = 'stdout';

  constructor(private readonly onData: (channel: FrameChannel, data: Buffer) => void) {}

  push(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.payloadBytes > 0) {
        const end = Math.min(chunk.length, offset + this.payloadBytes);
        this.payloadBytes -= end - offset;
        this.onData(this.channel, chunk.subarray(offset, end));
        offset = end;
        continue;
      }
      const end = Math.min(chunk.length, offset + HEADER_BYTES - this.headerBytes);
      if (end - offset === HEADER_BYTES) this.readHeader(chunk, offset);
      else this.addToHeader(chunk.subarray(offset, end));
      offset = end;
    }
  }

  private addToHeader(part: Buffer): void {
    part.copy(this.header, this.headerBytes);
    this.headerBytes += part.length;
    if (this.headerBytes < HEADER_BYTES) return;
    this.headerBytes = 0;
    this.readHeader(this.header, 0);
  }

  private readHeader(bytes: Buffer, at: number): void {
    const channel = CHANNELS[bytes[at] ?? CHANNELS.length];
    if (channel === undefined || bytes.readUIntBE(at + 1, 3) !== 0) {
      throw new Error('The stream of the container is not multiplexed');
    }
    this.channel = channel;
    this.payloadBytes = bytes.readUInt32BE(at + 4);
  }
}
