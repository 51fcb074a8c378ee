/** Marks a container that was made for one run of ours; its value names the process that made it. */
export const OWNER_LABEL = 'dev.seaworthy.owner';

/** A container as the engine lists it. */
export interface EngineContainer {
  id: string;
  /** Without the leading slash; the id's first 12 characters when the engine gives none. */
  name: string;
  image: string;
  /** The engine's id of the image; `image` can be a name that now means another. */
  imageId: string;
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`. */
  state: string;
  /** The engine's own words, like "Up 3 minutes (healthy)". */
  status: string;
  labels: Readonly<Record<string, string>>;
  health: Health;
  /** Undefined while it runs and when it never did. */
  exitCode: number | undefined;
  /** Milliseconds since 1970. */
  createdAt: number;
  ports: readonly ContainerPort[];
}

export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** A port of a container, and where the engine's host publishes it. */
export interface ContainerPort {
  port: number;
  /** `tcp`, `udp` or `sctp`. */
  protocol: string;
  published: { address: string; port: number } | undefined;
}

/** A change the engine tells of. `action` can carry a detail after a colon, as `health_status: healthy` does. */
export interface EngineEvent {
  type: string;
  action: string;
  id: string;
  attributes: Readonly<Record<string, string>>;
  /** Milliseconds since 1970; 0 when the engine doesn't say. */
  at: number;
}

/** Reads one element of the engine's container list; undefined when it isn't one. */
export function readContainer(value: unknown): EngineContainer | undefined {
  const id = text(value, 'Id');
  if (id === '') return undefined;
  const names = property(value, 'Names');
  const first: unknown = Array.isArray(names) ? names[0] : undefined;
  const status = text(value, 'Status');
  const created = property(value, 'Created');
  const exitCode = /^Exited \((-?\d+)\)/.exec(status)?.[1];
  return {
    id,
    name: typeof first === 'string' && first !== '' ? first.replace(/^\//, '') : id.slice(0, 12),
    image: text(value, 'Image'),
    imageId: text(value, 'ImageID'),
    state: text(value, 'State').toLowerCase(),
    status,
    labels: texts(property(value, 'Labels')),
    health: healthIn(status),
    exitCode: exitCode === undefined ? undefined : Number(exitCode),
    createdAt: typeof created === 'number' ? created * 1000 : 0,
    ports: readPorts(property(value, 'Ports')),
  };
}

/** The list tells health within its words alone. */
function healthIn(status: string): Health {
  const words = /^Up .*\((healthy|unhealthy|health: starting)\)/.exec(status)?.[1];
  if (words === undefined) return 'none';
  return words === 'health: starting' ? 'starting' : (words as Health);
}

const MAX_PORTS = 200;

/** Reads the ports of the list (an array) or of the description of one container (by `80/tcp`), IPv6 twins left out. */
export function readPorts(value: unknown): ContainerPort[] {
  const ports = Array.isArray(value) ? value.map(readListedPort) : readDescribedPorts(value);
  const seen = new Set<string>();
  return ports
    .filter((port) => {
      if (!port || port.port === 0) return false;
      const key = `${port.port}/${port.protocol}>${port.published?.port ?? ''}`;
      return !seen.has(key) && seen.add(key).size <= MAX_PORTS;
    })
    .sort((a, b) => a.port - b.port);
}

function readListedPort(value: unknown): ContainerPort {
  const publicPort = property(value, 'PublicPort');
  return {
    port: Number(property(value, 'PrivatePort')) || 0,
    protocol: text(value, 'Type') || 'tcp',
    published: typeof publicPort === 'number' ? { address: text(value, 'IP'), port: publicPort } : undefined,
  };
}

function readDescribedPorts(value: unknown): ContainerPort[] {
  return Object.entries((value ?? {}) as Record<string, unknown>).flatMap(
    ([name, bindings]): ContainerPort[] => {
      const [port = '', protocol = 'tcp'] = name.split('/');
      const base = { port: Number(port) || 0, protocol };
      if (!Array.isArray(bindings) || bindings.length === 0) return [{ ...base, published: undefined }];
      return bindings.map((binding: unknown) => ({
        ...base,
        published: { address: text(binding, 'HostIp'), port: Number(text(binding, 'HostPort')) || 0 },
      }));
    },
  );
}

/** Reads one line of the engine's event stream. */
export function readEvent(value: unknown): EngineEvent {
  const actor = property(value, 'Actor');
  const seconds = property(value, 'time');
  return {
    type: text(value, 'Type'),
    action: readAction(value),
    id: text(actor, 'ID'),
    attributes: texts(property(actor, 'Attributes')),
    at: typeof seconds === 'number' ? seconds * 1000 : 0,
  };
}

/** In Docker's words: Podman has others for some, and tells the health beside the action. */
function readAction(event: unknown): string {
  const action = text(event, 'Action');
  if (action === 'health_status') return `${action}: ${text(event, 'HealthStatus')}`;
  if (text(event, 'Type') !== 'container') return action;
  return { died: 'die', remove: 'destroy' }[action] ?? action;
}

/** What a program ended with, of its `die` event; undefined where the engine does not tell. */
export function exitCodeIn({ attributes }: EngineEvent): number | undefined {
  // The second is what Podman calls it.
  const code = Number(attributes['exitCode'] ?? attributes['containerExitCode'] ?? NaN);
  return Number.isInteger(code) ? code : undefined;
}

/** A property of what may or may not be an object. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A property that should be text; empty when it isn't. */
export function text(value: unknown, name: string): string {
  const found = property(value, name);
  return typeof found === 'string' ? found : '';
}

/** The texts among the properties of what may or may not be an object. */
export function texts(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
