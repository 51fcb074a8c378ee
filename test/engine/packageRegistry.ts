import { createHash } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageManagerOf } from '../../src/sandbox/dependencies/packageManagers';
import type { LockKind } from '../../src/sandbox/dependencies/dependencyProject';
import { tarChunks } from '../../src/sandbox/tar';

/** A package of the test's own, as a registry hands it out. */
export interface TestPackage {
  name: string;
  integrity: string;
  tarball: Buffer;
}

/** Packs files into an npm package. */
export function packPackage(name: string, files: Record<string, string>): TestPackage {
  const entries = Object.entries(files).map(([file, text]) => ({
    path: `package/${file}`,
    content: Buffer.from(text),
  }));
  const tarball = gzipSync(Buffer.concat([...tarChunks(entries)]));
  return { name, tarball, integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}` };
}

/** The real package of a package manager, fetched once and kept; undefined where npm's registry can't be reached. */
export async function realPackageManager(kind: LockKind, format: string): Promise<Buffer | undefined> {
  const manager = packageManagerOf(kind, format);
  if (!manager) return undefined;
  const { name, version } = manager;
  const file = `${name.replace(/^@[^/]+\//, '')}-${version}.tgz`;
  const folder = process.env['SEAWORTHY_CACHE'] ?? path.join(os.homedir(), '.cache', 'seaworthy-dev');
  const kept = path.join(folder, file);
  if (fs.existsSync(kept)) return fs.readFileSync(kept);
  try {
    const response = await fetch(`https://registry.npmjs.org/${name}/-/${file}`);
    if (!response.ok) return undefined;
    const content = Buffer.from(await response.arrayBuffer());
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(`${kept}.${process.pid}`, content);
    fs.renameSync(`${kept}.${process.pid}`, kept);
    return content;
  } catch {
    return undefined;
  }
}

/** A registry on the loopback with exactly these paths. */
export async function serveFiles(files: Map<string, Buffer>) {
  const requests: { path: string; headers: http.IncomingHttpHeaders }[] = [];
  let stalls: { path: string; told: () => void } | undefined;
  const server = http.createServer((request, response) => {
    const url = request.url ?? '';
    requests.push({ path: url, headers: request.headers });
    const content = files.get(url);
    if (stalls?.path === url) {
      response.writeHead(200, { 'content-length': 1_000_000 });
      response.write('x', stalls.told);
    } else if (content) {
      response.writeHead(200, {
        'content-type': url.endsWith('/') ? 'text/html' : 'application/octet-stream',
      });
      response.end(content);
    } else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address: `http://127.0.0.1:${port}/`,
    requests,
    files,
    /** Begins to send the file and never ends; resolves once it has begun. */
    stall: (file: string): Promise<void> => new Promise((told) => (stalls = { path: file, told })),
    close: (): void => {
      server.closeAllConnections();
      server.close();
    },
  };
}
