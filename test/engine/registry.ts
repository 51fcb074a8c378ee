import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tarChunks } from '../../src/sandbox/tar';
import { askEngine } from './askEngine';

const digest = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** A registry on the loopback that holds one small image with a single text file; with `login`, only for `USER:PASSWORD`. */
export async function serveImage(options: { stall?: boolean; login?: string } = {}): Promise<{
  image: string;
  /** Called when the engine asks for the layer that a stalling registry never sends. */
  onStall(listener: () => void): void;
  /** Stops serving and removes the image from the engine. */
  close(): Promise<void>;
}> {
  const layer = Buffer.concat([...tarChunks([{ path: 'hello.txt', content: randomBytes(2_000_000) }])]);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digest(layer)] },
    }),
  );
  const type = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: digest(config),
      },
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar',
          size: layer.length,
          digest: digest(layer),
        },
      ],
    }),
  );
  let stalled: () => void = () => undefined;
  const server = http.createServer((incoming, response) => {
    const url = incoming.url ?? '';
    const expected = options.login && `Basic ${Buffer.from(options.login).toString('base64')}`;
    if (expected && incoming.headers.authorization !== expected) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
      return;
    }
    if (url.includes('/manifests/')) {
      response.setHeader('Content-Type', type).setHeader('Docker-Content-Digest', digest(manifest));
      response.setHeader('Content-Length', manifest.length);
      response.end(incoming.method === 'HEAD' ? undefined : manifest);
    } else if (url.endsWith(digest(config))) response.end(config);
    else if (url.endsWith(digest(layer)) && options.stall) {
      response.writeHead(200, { 'Content-Length': layer.length });
      response.write(layer.subarray(0, 1000), () => stalled());
    } else if (url.endsWith(digest(layer))) response.end(layer);
    else response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const image = `127.0.0.1:${(server.address() as AddressInfo).port}/seaworthy-test/hello:1`;
  return {
    image,
    onStall: (listener) => (stalled = listener),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await askEngine('DELETE', `/images/${image}?force=true`);
    },
  };
}
