/*
 * What goes over the one stream between us and the container that installs dependencies. A frame is a type (1 byte), the
 * number of a connection (4 bytes), the length of its content (4 bytes), both big-endian, and the content.
 */
export const FRAME = {
  /** A program in the container has connected to its proxy; no content. */
  open: 1,
  data: 2,
  /** One side will send no more. */
  end: 3,
  /** Something a package manager printed. */
  log: 4,
  /** The work is over; the content is an `InstallOutcome` as JSON. */
  done: 5,
} as const;

/** How the programs in the container ended. */
export interface InstallOutcome {
  /** The one that failed, as a number from 0; undefined when all are done. */
  failedStep?: number;
  exitCode?: number;
  /** Folders of the project that have got a `node_modules`, relative to it. */
  folders: string[];
}

const HEAD = 9;
/** No sender of ours makes larger ones. */
const MAX_CONTENT = 1 << 20;

export function frame(type: number, connection: number, content: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt8(type, 0);
  head.writeUInt32BE(connection, 1);
  head.writeUInt32BE(content.length, 5);
  return Buffer.concat([head, content]);
}

/** Cuts a stream into frames. `push` throws a `RangeError` for a frame no sender of ours would make. */
export class RelayFrameParser {
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly onFrame: (type: number, connection: number, content: Buffer) => void) {}

  push(chunk: Buffer): void {
    let data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    while (data.length >= HEAD) {
      const length = data.readUInt32BE(5);
      if (length > MAX_CONTENT) throw new RangeError(`a frame of ${length} bytes`);
      if (data.length < HEAD + length) break;
      this.onFrame(data.readUInt8(0), data.readUInt32BE(1), data.subarray(HEAD, HEAD + length));
      data = data.subarray(HEAD + length);
    }
    this.rest = data;
  }
}
