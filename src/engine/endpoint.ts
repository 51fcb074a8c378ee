import { createHash } from 'node:crypto';
import type { EngineAddress, EngineCandidate, TlsMaterial } from './address';
import { defaultSockets } from './defaultSockets';
import { NoEngine } from './errors';

/** What finding an engine needs to know of the machine. */
export interface EngineEnvironment {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  platform: NodeJS.Platform;
  /** The numeric user id, where the platform has one. */
  uid: number | undefined;
  /** The text of a file; undefined when there is none or it can't be read. */
  readText(path: string): Promise<string | undefined>;
}

/**
 * The places to look for an engine, most wanted first. Whoever names an engine (the setting, `DOCKER_HOST`,
 * `DOCKER_CONTEXT`, the current Docker context, in this order) decides alone, as with Docker's own client: falling
 * through to another engine would run things where nobody asked for them. Throws `NoEngine` when a name can't be read.
 */
export async function engineCandidates(
  environment: EngineEnvironment,
  setting: string | undefined,
): Promise<EngineCandidate[]> {
  if (setting) return [{ ...(await fromHost(environment, setting, 'the setting')), source: 'the setting' }];
  const host = environment.env['DOCKER_HOST'];
  if (host) return [{ ...(await fromHost(environment, host, 'DOCKER_HOST')), source: 'DOCKER_HOST' }];
  const fromContext = await contextCandidate(environment);
  if (fromContext) return [fromContext];
  return defaultSockets(environment).map((path) => ({
    address: { kind: 'socket', path },
    source: 'the default places',
  }));
}

async function fromHost(
  environment: EngineEnvironment,
  host: string,
  source: string,
): Promise<{ address: EngineAddress }> {
  const { env } = environment;
  const wanted =
    host.startsWith('https://') || Boolean(env['DOCKER_TLS_VERIFY']) || Boolean(env['DOCKER_TLS']);
  const folder = env['DOCKER_CERT_PATH'] || configFolder(environment);
  const tls = wanted
    ? {
        ...(await readTls(environment, folder)),
        verify: host.startsWith('https://') || Boolean(env['DOCKER_TLS_VERIFY']),
      }
    : undefined;
  return { address: parseHost(host, source, tls) };
}

function configFolder({ env, home }: EngineEnvironment): string {
  return env['DOCKER_CONFIG'] || `${home}/.docker`;
}

async function readTls(environment: EngineEnvironment, folder: string): Promise<Omit<TlsMaterial, 'verify'>> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => environment.readText(`${folder}/${name}`)),
  );
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

async function contextCandidate(environment: EngineEnvironment): Promise<EngineCandidate | undefined> {
  const folder = configFolder(environment);
  const named = environment.env['DOCKER_CONTEXT'];
  const current = field(parseObject(await environment.readText(`${folder}/config.json`)), 'currentContext');
  const name = named || (typeof current === 'string' ? current : '');
  if (name === '' || name === 'default') return undefined;

  const source = `the Docker context "${name}"`;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = parseObject(await environment.readText(`${folder}/contexts/meta/${id}/meta.json`));
  const docker = field(field(meta, 'Endpoints'), 'docker');
  const host = field(docker, 'Host');
  if (typeof host !== 'string' || host === '') {
    throw new NoEngine(
      `${named ? 'DOCKER_CONTEXT' : 'The Docker configuration'} names the context "${name}", but there is no such context.`,
      'List the contexts with "docker context ls" and choose one with "docker context use".',
    );
  }
  const material = await readTls(environment, `${folder}/contexts/tls/${id}/docker`);
  const skip = field(docker, 'SkipTLSVerify') === true;
  const tls = skip || Object.keys(material).length > 0 ? { ...material, verify: !skip } : undefined;
  return { address: parseHost(host, source, tls), source };
}

/** Reads an address the way Docker writes it. `source` is who named it. Throws `NoEngine` with the value in it. */
function parseHost(host: string, source: string, tls: TlsMaterial | undefined): EngineAddress {
  const malformed = (): NoEngine =>
    new NoEngine(
      `The engine address "${host}" from ${source} can not be understood.`,
      'Write it like unix:///var/run/docker.sock, npipe:////./pipe/docker_engine or tcp://host:2375.',
    );
  if (host.startsWith('ssh://')) {
    throw new NoEngine(
      `The engine address "${host}" from ${source} uses SSH, which is not supported yet.`,
      'Forward the socket, for example with "ssh -L /tmp/docker.sock:/var/run/docker.sock HOST", and use unix:///tmp/docker.sock.',
    );
  }
  const socket = /^(?:unix:\/\/|npipe:\/\/)?(\/.+)$/.exec(host)?.[1];
  if (socket !== undefined) return { kind: 'socket', path: socket };
  if (/^(unix|npipe|fd):/.test(host)) throw malformed();

  let url: URL;
  try {
    url = new URL(/^[a-z]+:\/\//.test(host) ? host.replace(/^(tcp|https):/, 'http:') : `http://${host}`);
  } catch {
    throw malformed();
  }
  if (url.protocol !== 'http:' || url.pathname !== '/' || url.username !== '' || url.search !== '')
    throw malformed();
  const port = portOf(host, url, tls !== undefined);
  return { kind: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port, ...(tls && { tls }) };
}

/** `URL` drops a port 80 that was written; Docker's defaults are 2375 and, with TLS, 2376. */
function portOf(host: string, url: URL, tls: boolean): number {
  if (url.port !== '') return Number(url.port);
  return /:80\/?$/.test(host) ? 80 : tls ? 2376 : 2375;
}

function parseObject(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
