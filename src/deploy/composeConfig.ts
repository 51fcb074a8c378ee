import * as path from 'node:path';
import { parse } from 'yaml';
import { messageOf, UserError } from '../base/errors';
import { t } from '../base/texts';

/** A service as Compose understands it. Paths are absolute. */
export interface ComposeService {
  name: string;
  /** Undefined for one that is built and whose image has no name of its own. */
  image: string | undefined;
  build: ServiceBuild | undefined;
  containerName: string | undefined;
  /** Ports of the host that only one container can have. */
  fixedPorts: readonly string[];
  /** Files and folders of the host that it sees, and where; those of its configs and secrets too. */
  binds: readonly BindMount[];
  /** Names of volumes. */
  volumes: readonly string[];
  dependsOn: readonly string[];
  /** Services of which it uses the network, the processes or the volumes: it has to follow them. */
  follows: readonly string[];
  /** All that is said of it, but for its build. */
  definition: Readonly<Record<string, unknown>>;
}

interface BindMount {
  source: string;
  target: string;
  isReadOnly: boolean;
}

export interface ServiceBuild {
  /** Absolute, unless it is fetched from somewhere. */
  context: string;
  isLocal: boolean;
  /** Relative to the context. */
  dockerfile: string;
  /** All that is said of it: arguments, target, cache. */
  definition: Readonly<Record<string, unknown>>;
}

/**
 * Reads what `docker-compose config` prints. `moved`: paths in the first folder are meant in the second. Throws a `UserError`
 * when it is no such thing.
 */
export function readComposeConfig(yaml: string, moved?: { from: string; to: string }): ComposeService[] {
  const meant = (written: string): string => {
    // Compose prints what could be read as a file again, in which one dollar would begin a variable.
    const value = written.replaceAll('$$', '$');
    return moved && (value === moved.from || value.startsWith(`${moved.from}/`))
      ? moved.to + value.slice(moved.from.length)
      : value;
  };
  let all: unknown;
  try {
    all = parse(yaml, (_key, value: unknown) => (typeof value === 'string' ? meant(value) : value), {
      merge: true,
      maxAliasCount: 1000,
    });
  } catch (error) {
    throw new UserError(t('What Compose said of its file can not be read: {0}', messageOf(error)));
  }
  const services = record(record(all)['services']);
  const sources = { configs: record(record(all)['configs']), secrets: record(record(all)['secrets']) };
  return Object.entries(services).map(([name, value]) => readService(name, record(value), sources));
}

interface FileSources {
  configs: Record<string, unknown>;
  secrets: Record<string, unknown>;
}

function readService(name: string, value: Record<string, unknown>, sources: FileSources): ComposeService {
  const { build, ...definition } = value;
  const mounts = list(value['volumes']).map(readMount);
  const files = (['configs', 'secrets'] as const).flatMap((kind) =>
    list(value[kind]).flatMap((entry) => {
      const source = typeof entry === 'string' ? entry : text(record(entry)['source']);
      const file = text(record(sources[kind][source ?? ''])['file']);
      return file === undefined ? [] : [{ source: file, target: `/run/${kind}/${source}`, isReadOnly: true }];
    }),
  );
  return {
    name,
    image: text(value['image']),
    build: readBuild(build),
    containerName: text(value['container_name']),
    fixedPorts: list(value['ports']).flatMap(readFixedPort),
    binds: [...mounts.flatMap(({ bind }) => (bind === undefined ? [] : [bind])), ...files],
    volumes: mounts.flatMap(({ volume }) => (volume === undefined ? [] : [volume])),
    dependsOn: names(value['depends_on']),
    follows: readFollows(value),
    definition,
  };
}

function readBuild(build: unknown): ServiceBuild | undefined {
  const definition = typeof build === 'string' ? { context: build } : record(build);
  const context = text(definition['context']);
  if (context === undefined) return undefined;
  const dockerfile = text(definition['dockerfile']) ?? 'Dockerfile';
  return { context, isLocal: path.isAbsolute(context), dockerfile, definition };
}

/** `source:target:rw`, or the same with names. */
function readMount(entry: unknown): { bind?: BindMount; volume?: string } {
  if (typeof entry !== 'string') {
    const { type, source, target, read_only: readOnly } = record(entry);
    if (typeof source !== 'string') return {};
    if (type === 'bind')
      return { bind: { source, target: text(target) ?? '', isReadOnly: readOnly === true } };
    return type === 'volume' ? { volume: source } : {};
  }
  const [, source, target = '', flags = ''] = /^(.+?):(\/[^:]*)(?::([a-zA-Z,]+))?$/.exec(entry) ?? [];
  if (source === undefined) return {};
  const isReadOnly = flags.split(',').includes('ro');
  return path.isAbsolute(source) ? { bind: { source, target, isReadOnly } } : { volume: source };
}

/** `8001:80`, `127.0.0.1:8001:80/tcp`, or the same with names. Where the engine chooses the port, nothing is fixed. */
function readFixedPort(entry: unknown): string[] {
  if (typeof entry === 'object') {
    const { published } = record(entry);
    const port = typeof published === 'number' ? String(published) : text(published);
    return port === undefined || port === '0' ? [] : [port];
  }
  const parts = (text(entry) ?? '').split('/')[0]?.split(':') ?? [];
  const port = parts.length > 1 ? parts.at(-2) : undefined;
  return port === undefined || port === '' || port === '0' ? [] : [port];
}

function readFollows(value: Record<string, unknown>): string[] {
  const shared = ['network_mode', 'ipc', 'pid'].flatMap((key) => {
    const [, service] = /^service:(.+)$/.exec(text(value[key]) ?? '') ?? [];
    return service === undefined ? [] : [service];
  });
  const volumes = list(value['volumes_from'])
    .map((entry) => (text(entry) ?? '').split(':'))
    .flatMap(([first]) => (first && first !== 'container' ? [first] : []));
  return [...new Set([...shared, ...volumes])];
}

/** Files of the workspace that a Compose file names and that are not there in what Compose makes of it. */
export interface NamedFiles {
  /** By service: files with variables, and of services it extends. Relative to the file's folder, as they are written. */
  ofService: ReadonlyMap<string, readonly string[]>;
  /** Files that hold more services. */
  included: readonly string[];
}

/** Reads the Compose file itself. What can't be read names nothing: Compose has the last word on it. */
export function readNamedFiles(yaml: string): NamedFiles {
  let all: Record<string, unknown>;
  try {
    all = record(parse(yaml, { merge: true, maxAliasCount: 1000 }));
  } catch {
    return { ofService: new Map(), included: [] };
  }
  const ofService = Object.entries(record(all['services'])).map(([name, value]): [string, string[]] => {
    const service = record(value);
    const extended = text(record(service['extends'])['file']);
    return [name, [...paths(service['env_file']), ...(extended === undefined ? [] : [extended])]];
  });
  return { ofService: new Map(ofService), included: paths(all['include']) };
}

/** A path, or a list of paths, or of objects with a `path`, which can be a list again. */
function paths(value: unknown): string[] {
  const entries = Array.isArray(value) ? (value as unknown[]) : [value];
  const flat = entries.flatMap((entry) => {
    const named = typeof entry === 'string' ? entry : record(entry)['path'];
    return Array.isArray(named) ? (named as unknown[]) : [named];
  });
  return flat.filter((entry) => typeof entry === 'string');
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A list of names, or an object with names as its keys. */
function names(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((entry) => typeof entry === 'string')
    : Object.keys(record(value));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
