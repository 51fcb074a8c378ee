import { Duplex } from 'node:stream';
import { FRAME, frame, RelayFrameParser } from './relayFrames';
import type { InstallOutcome } from './relayFrames';

export interface RelayListener {
  onConnection(stream: Duplex): void;
  onLog(text: Buffer): void;
  onDone(outcome: InstallOutcome): void;
}

/** Our end of the stream to the container that installs dependencies: makes streams of the connections in it. */
export class RelayHost {
  private readonly connections = new Map<number, RelayedConnection>();
  private readonly parser: RelayFrameParser;

  constructor(
    private readonly stream: Duplex,
    private readonly listener: RelayListener,
  ) {
    // Each connection that waits for the stream is a listener.
    stream.setMaxListeners(0);
    this.parser = new RelayFrameParser((type, id, content) => this.take(type, id, content));
  }

  /** Takes what the container has printed. Throws a `RangeError` when it is no relay's. */
  push(chunk: Buffer): void {
    this.parser.push(chunk);
  }

  close(): void {
    for (const connection of this.connections.values()) connection.destroy();
  }

  private take(type: number, id: number, content: Buffer): void {
    switch (type) {
      case FRAME.open:
        if (this.connections.size < MAX_CONNECTIONS && !this.connections.has(id)) this.open(id);
        break;
      case FRAME.data:
        this.connections.get(id)?.push(Buffer.from(content));
        break;
      case FRAME.end:
        this.connections.get(id)?.push(null);
        break;
      case FRAME.log:
        this.listener.onLog(content);
        break;
      case FRAME.done:
        this.listener.onDone(readOutcome(content));
        break;
      default:
        throw new RangeError(`a frame of type ${type}`);
    }
  }

  private open(id: number): void {
    const connection = new RelayedConnection(this.stream, id);
    this.connections.set(id, connection);
    connection.on('close', () => this.connections.delete(id));
    this.listener.onConnection(connection);
  }
}

const MAX_CONNECTIONS = 256;
/** Larger pieces would keep the other connections waiting. */
const MAX_PIECE = 65_536;

class RelayedConnection extends Duplex {
  private over = false;

  constructor(
    private readonly stream: Duplex,
    private readonly id: number,
  ) {
    super();
  }

  override _read(): void {
    // What the container sends is a few requests: it is taken as it comes.
  }

  override _write(chunk: Buffer, _encoding: string, callback: (error?: Error | null) => void): void {
    let isFull = false;
    for (let at = 0; at < chunk.length; at += MAX_PIECE)
      isFull = !this.stream.write(frame(FRAME.data, this.id, chunk.subarray(at, at + MAX_PIECE)));
    if (!isFull || this.stream.destroyed) return callback();
    const go = (): void => {
      this.stream.off('drain', go);
      this.stream.off('close', go);
      callback();
    };
    this.stream.on('drain', go);
    this.stream.on('close', go);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.tellEnd();
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.tellEnd();
    callback(error);
  }

  private tellEnd(): void {
    if (this.over) return;
    this.over = true;
    if (!this.stream.destroyed) this.stream.write(frame(FRAME.end, this.id));
  }
}

/** Written by our own program, but in a container that has unpacked other people's packages. */
function readOutcome(content: Buffer): InstallOutcome {
  const { failedStep, exitCode, folders } = JSON.parse(content.toString('utf8')) as Record<string, unknown>;
  return {
    ...(typeof failedStep === 'number' && { failedStep }),
    ...(typeof exitCode === 'number' && { exitCode }),
    folders: Array.isArray(folders) ? folders.filter((folder) => typeof folder === 'string') : [],
  };
}
