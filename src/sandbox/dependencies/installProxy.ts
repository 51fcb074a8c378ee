import * as http from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf } from '../../base/errors';
import type { Dial } from './dial';

/** What passed through an `InstallProxy`, or did not. */
export interface ProxyRecord {
  /** Bytes that came from the network. */
  bytes: number;
  /** `host:port` of those asked for that are not allowed. */
  refused: Set<string>;
  /** `host: why` of connections that could not be made. */
  failed: Set<string>;
}

/**
 * The only way out of the container that installs dependencies: an HTTP proxy that lets through to `allowed` hosts
 * (`host:port`) alone. It is given connections with `accept` and listens on no port.
 */
export class InstallProxy {
  readonly record: ProxyRecord = { bytes: 0, refused: new Set(), failed: new Set() };
  private readonly server = http.createServer();
  private readonly streams = new Set<Duplex>();

  constructor(
    private readonly allowed: ReadonlySet<string>,
    private readonly dial: Dial,
    private readonly onBytes: (total: number) => void,
  ) {
    this.server.on('connect', (request: http.IncomingMessage, client: Duplex, head: Buffer) => {
      void this.tunnel(request.url ?? '', client, head);
    });
    this.server.on('request', (request, response) => void this.forward(request, response));
    this.server.on('clientError', (_error, client: Duplex) => client.destroy());
  }

  accept(stream: Duplex): void {
    this.keep(stream);
    this.server.emit('connection', stream);
  }

  close(): void {
    for (const stream of this.streams) stream.destroy();
    this.server.closeAllConnections();
  }

  private async tunnel(target: string, client: Duplex, head: Buffer): Promise<void> {
    const [, host = '', port = ''] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(target) ?? [];
    const remote = await this.open(host, Number(port));
    if (typeof remote === 'string') {
      client.end(`HTTP/1.1 ${remote}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) remote.write(head);
    this.count(remote);
    client.on('error', () => remote.destroy());
    client.on('close', () => remote.destroy());
    remote.on('close', () => client.end());
    remote.pipe(client);
    client.pipe(remote);
  }

  /** Plain HTTP, which is sent to a proxy with the whole address in its first line. */
  private async forward(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
    const isPlain = url?.protocol === 'http:' && (request.method === 'GET' || request.method === 'HEAD');
    const remote = isPlain ? await this.open(url.hostname, Number(url.port || 80)) : '403 Forbidden';
    if (typeof remote === 'string' || url === undefined) {
      const status = typeof remote === 'string' ? Number(remote.slice(0, 3)) : 400;
      response.writeHead(status, { connection: 'close' }).end();
      return;
    }
    this.count(remote);
    const own = Object.entries(request.headers).filter(([name]) => !name.startsWith('proxy-'));
    const headers = { ...Object.fromEntries(own), connection: 'close' };
    const outgoing = http.request({
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers,
      createConnection: () => remote,
    });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    outgoing.end();
  }

  /** The connection, or the status line of an answer that says why there is none. */
  private async open(host: string, port: number): Promise<Duplex | string> {
    const name = `${host.toLowerCase()}:${port}`;
    if (!this.allowed.has(name)) {
      this.record.refused.add(name);
      return '403 Forbidden';
    }
    try {
      const remote = await this.dial(host, port);
      this.keep(remote);
      return remote;
    } catch (error) {
      this.record.failed.add(`${host}: ${messageOf(error)}`);
      return '502 Bad Gateway';
    }
  }

  private count(remote: Duplex): void {
    remote.on('data', (chunk: Buffer) => {
      this.record.bytes += chunk.length;
      this.onBytes(this.record.bytes);
    });
  }

  private keep(stream: Duplex): void {
    this.streams.add(stream);
    stream.on('error', () => stream.destroy());
    stream.on('close', () => this.streams.delete(stream));
  }
}
