import { once } from 'node:events';
import * as net from 'node:net';
import type { EngineAddress } from '../../src/engine/address';

/** A socket that leads to the real engine until it is closed: an engine that can go away and come back. */
export class EngineDoor {
  private readonly ends = new Set<net.Socket>();
  /** The first line of every request that has come through. */
  readonly requests: string[] = [];

  private constructor(
    readonly socket: string,
    private readonly server: net.Server,
  ) {}

  static async open(socket: string, engine: EngineAddress): Promise<EngineDoor> {
    const server = net.createServer();
    const door = new EngineDoor(socket, server);
    server.on('connection', (client) => {
      const far = connectTo(engine);
      for (const end of [client, far]) {
        door.ends.add(end);
        end.on('error', () => undefined);
        end.on('close', () => {
          door.ends.delete(end);
          client.destroy();
          far.destroy();
        });
      }
      client.on('data', (chunk: Buffer) => door.count(chunk));
      client.pipe(far);
      far.pipe(client);
    });
    server.listen(socket);
    await once(server, 'listening');
    return door;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.ends.size / 2;
  }

  /** A client of ours sends the head of a request in one piece. */
  private count(chunk: Buffer): void {
    const head = /^[A-Z]+ \/\S* HTTP\/1\.1$/m.exec(chunk.toString('latin1', 0, 2000).replaceAll('\r', ''));
    if (head) this.requests.push(head[0]);
  }

  /** Cuts every connection and lets no more in. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const end of this.ends) end.destroy();
    await closed;
  }
}

function connectTo(engine: EngineAddress): net.Socket {
  switch (engine.kind) {
    case 'socket':
      return net.connect(engine.path);
    case 'tcp':
      return net.connect(engine.port, engine.host);
    case 'ssh':
      throw new Error('A door leads to sockets and ports only');
  }
}
