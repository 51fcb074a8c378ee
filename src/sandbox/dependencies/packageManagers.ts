import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as https from 'node:https';
import * as http from 'node:http';
import * as tls from 'node:tls';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { CancelledError, messageOf, UserError } from '../../base/errors';
import { t } from '../../base/texts';
import type { LockKind } from './dependencyProject';
import type { Dial } from './dial';

/** A program that installs, as a package of the registry whose content is known beforehand. */
export interface PackageManager {
  name: string;
  version: string;
  integrity: string;
  /** The program inside of the package. */
  program: string;
}

const NPM: PackageManager = {
  name: 'npm',
  version: '11.21.2',
  integrity:
    'sha512-7HPApk+AflMUavSseL1Pm6CnYqMIHk53x+KmuhqmTDqPkjPMgxIpTPcTqsE91EKNw4gFBJV9fnXiSdGm1DXq9A==',
  program: 'bin/npm-cli.js',
};
const PNPM_10: PackageManager = {
  name: 'pnpm',
  version: '10.34.9',
  integrity:
    'sha512-9JtajqD97bRLs8DB1ldQkqU8KVDZW3rRXfEfF5dId6LeOgHAfpNOmyjOcW5RwJqUlixzBtCb4uHksYqMh2L9Mg==',
  program: 'bin/pnpm.cjs',
};
const PNPM_8: PackageManager = {
  name: 'pnpm',
  version: '8.15.9',
  integrity:
    'sha512-SZQ0ydj90aJ5Tr9FUrOyXApjOrzuW7Fee13pDzL0e1E6ypjNXP0AHDHw20VLw4BO3M1XhQHkyik6aBYWa72fgQ==',
  program: 'bin/pnpm.cjs',
};
const YARN_1: PackageManager = {
  name: 'yarn',
  version: '1.22.22',
  integrity:
    'sha512-prL3kGtyG7o9Z9Sv8IPfBNrWTDmXB4Qbes8A9rEzt6wkJV8mUvoirjU0Mp3GGAU06Y0XQyA3/2/RQFVuK7MTfg==',
  program: 'bin/yarn.js',
};
const YARN_4: PackageManager = {
  name: '@yarnpkg/cli-dist',
  version: '4.18.1',
  integrity:
    'sha512-EH+A4TxAtBWXKE0DGQxW9Bo9crXHLJ73mfxjTQJuv8XonNWWTpei8BQ5JjczHJNU9GROTycwMFn8iOvRIZXUcA==',
  program: 'bin/yarn.js',
};
const YARN_3: PackageManager = {
  name: '@yarnpkg/cli-dist',
  version: '3.8.7',
  integrity:
    'sha512-YMoAlLR9f+kxXjK72ggBIidi3ulQQrQpMSxzrLUt0OUk9Xdst2v26LBSYFlzOm+7KRNWgYIJpFjA8uRnCgB5xQ==',
  program: 'bin/yarn.js',
};

/** Which one reads a lockfile of this kind and format as it was written; undefined for Python, whose image brings pip. */
export function packageManagerOf(kind: LockKind, format: string): PackageManager | undefined {
  switch (kind) {
    case 'npm':
      return NPM;
    case 'pnpm':
      return Number(format) < 9 ? PNPM_8 : PNPM_10;
    case 'yarn':
      return YARN_1;
    case 'yarn-berry':
      return Number(format) < 8 ? YARN_3 : YARN_4;
    case 'uv':
    case 'poetry':
    case 'pip':
      return undefined;
  }
}

const MAX_PACKED = 30_000_000;
const MAX_UNPACKED = 150_000_000;
const FETCH_LIMIT_MS = 120_000;

/** The package of a package manager as an uncompressed tar archive. Rejects with `UserError` when it can't be had. */
export async function fetchPackageManager(
  manager: PackageManager,
  registry: string,
  dial: Dial,
  caFile: string | undefined,
  signal: AbortSignal,
): Promise<Buffer> {
  const base = manager.name.replace(/^@[^/]+\//, '');
  const url = new URL(`${manager.name}/-/${base}-${manager.version}.tgz`, registry);
  const what = t('{0} {1}, which installs the packages,', manager.name, manager.version);
  let packed: Buffer;
  try {
    packed = await download(url, dial, caFile, signal);
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    throw new UserError(
      t('{0} could not be fetched from {1}: {2}', what, url.host, messageOf(error)),
      t('Check the network of this machine and the registry in .npmrc.'),
      { cause: error },
    );
  }
  const integrity = `sha512-${createHash('sha512').update(packed).digest('base64')}`;
  if (integrity !== manager.integrity) {
    throw new UserError(
      t('{0} came from {1} with another content than was published, and is not run', what, url.host),
      t('Use a registry that hands out packages unchanged.'),
    );
  }
  return promisify(gunzip)(packed, { maxOutputLength: MAX_UNPACKED });
}

async function download(
  url: URL,
  dial: Dial,
  caFile: string | undefined,
  signal: AbortSignal,
): Promise<Buffer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(FETCH_LIMIT_MS)]);
  const isSecure = url.protocol === 'https:';
  const socket = await dial(url.hostname, Number(url.port || (isSecure ? 443 : 80)));
  const stop = (): void => void socket.destroy(new Error('stopped'));
  limit.addEventListener('abort', stop);
  try {
    const stream = isSecure
      ? tls.connect({
          socket,
          servername: url.hostname,
          ALPNProtocols: ['http/1.1'],
          ...certificates(caFile),
        })
      : socket;
    return await read(url, stream, limit);
  } finally {
    limit.removeEventListener('abort', stop);
    socket.destroy();
  }
}

function read(url: URL, stream: Duplex, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { method: 'GET', path: url.pathname, host: url.hostname, signal };
    const request = (url.protocol === 'https:' ? https : http).request({
      ...options,
      headers: { host: url.host, connection: 'close' },
      createConnection: () => stream,
    });
    stream.on('error', reject);
    request.on('error', reject);
    request.on('response', (response) => {
      if (response.statusCode !== 200) {
        reject(new Error(`HTTP ${response.statusCode ?? 0}`));
        return;
      }
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > MAX_PACKED) request.destroy(new Error('it is far larger than it should be'));
        else parts.push(part);
      });
      response.on('end', () => resolve(Buffer.concat(parts)));
      response.on('error', reject);
    });
    request.end();
  });
}

/** What this machine trusts besides the usual authorities. */
function certificates(caFile: string | undefined): { ca?: string[] } {
  const own = readCertificates(caFile);
  return own === undefined ? {} : { ca: [...tls.rootCertificates, own.toString('utf8')] };
}

/** The certificates of a file; undefined when there is none. */
export function readCertificates(caFile: string | undefined): Buffer | undefined {
  if (caFile === undefined) return undefined;
  try {
    const stat = fs.statSync(caFile);
    return stat.isFile() && stat.size < 4_000_000 ? fs.readFileSync(caFile) : undefined;
  } catch {
    return undefined;
  }
}
