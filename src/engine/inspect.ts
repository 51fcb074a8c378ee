import { property, readPorts, text, texts } from './containers';
import type { EngineContainer, Health } from './containers';

/** All that the engine tells of one container. */
export interface ContainerDetails extends EngineContainer {
  /** Milliseconds since 1970; undefined when it never ran. */
  startedAt: number | undefined;
  finishedAt: number | undefined;
  /** The kernel ended it when its memory ran out. */
  isOutOfMemory: boolean;
  restartCount: number;
  restartPolicy: string;
  /** Its output is one stream as a terminal would get it, not stdout and stderr. */
  hasTerminal: boolean;
  healthCheck: HealthCheck | undefined;
  /** Newest last. */
  probes: readonly Probe[];
  mounts: readonly string[];
  /** Folders and files of the engine's host that it sees, and where. */
  binds: readonly { source: string; target: string }[];
  /** Absolute in the container; empty when none is set. */
  workingFolder: string;
  networks: readonly string[];
}

/** Times in milliseconds. */
export interface HealthCheck {
  interval: number;
  timeout: number;
  startPeriod: number;
  retries: number;
}

/** One run of a health check. */
export interface Probe {
  exitCode: number;
  output: string;
}

const MAX_PROBES = 5;
const MAX_PROBE_OUTPUT = 4096;
const MAX_ENTRIES = 100;

/** Reads the engine's description of a container; undefined when it isn't one. */
export function readDetails(value: unknown): ContainerDetails | undefined {
  const id = text(value, 'Id');
  if (id === '') return undefined;
  const state = property(value, 'State');
  const config = property(value, 'Config');
  const host = property(value, 'HostConfig');
  const isRunning = property(state, 'Running') === true;
  const exitCode = property(state, 'ExitCode');
  return {
    id,
    name: text(value, 'Name').replace(/^\//, '') || id.slice(0, 12),
    image: text(config, 'Image'),
    state: text(state, 'Status').toLowerCase() || (isRunning ? 'running' : 'exited'),
    status: '',
    labels: texts(property(config, 'Labels')),
    health: isRunning ? readHealth(property(state, 'Health')) : 'none',
    exitCode: isRunning || typeof exitCode !== 'number' ? undefined : exitCode,
    createdAt: time(text(value, 'Created')) ?? 0,
    ports: readPorts(property(property(value, 'NetworkSettings'), 'Ports')),
    startedAt: time(text(state, 'StartedAt')),
    finishedAt: time(text(state, 'FinishedAt')),
    isOutOfMemory: property(state, 'OOMKilled') === true,
    restartCount: number(value, 'RestartCount'),
    restartPolicy: text(property(host, 'RestartPolicy'), 'Name'),
    hasTerminal: property(config, 'Tty') === true,
    healthCheck: readHealthCheck(property(config, 'Healthcheck')),
    probes: readProbes(property(property(state, 'Health'), 'Log')),
    mounts: readMounts(property(value, 'Mounts')),
    binds: readBinds(property(value, 'Mounts')),
    imageId: text(value, 'Image'),
    workingFolder: text(config, 'WorkingDir'),
    networks: Object.keys(property(property(value, 'NetworkSettings'), 'Networks') ?? {}).slice(
      0,
      MAX_ENTRIES,
    ),
  };
}

function readHealth(health: unknown): Health {
  const status = text(health, 'Status');
  return status === 'healthy' || status === 'unhealthy' || status === 'starting' ? status : 'none';
}

/** Docker's defaults stand where the image leaves something out. */
function readHealthCheck(check: unknown): HealthCheck | undefined {
  const test = property(check, 'Test');
  if (!Array.isArray(test) || test.length === 0 || test[0] === 'NONE') return undefined;
  return {
    interval: milliseconds(check, 'Interval') || 30_000,
    timeout: milliseconds(check, 'Timeout') || 30_000,
    startPeriod: milliseconds(check, 'StartPeriod'),
    retries: number(check, 'Retries') || 3,
  };
}

function readProbes(log: unknown): Probe[] {
  if (!Array.isArray(log)) return [];
  return log.slice(-MAX_PROBES).map((entry) => ({
    exitCode: number(entry, 'ExitCode'),
    output: text(entry, 'Output').slice(0, MAX_PROBE_OUTPUT),
  }));
}

function readMounts(mounts: unknown): string[] {
  if (!Array.isArray(mounts)) return [];
  return mounts.slice(0, MAX_ENTRIES).map((mount) => {
    const source = text(mount, 'Name') || text(mount, 'Source');
    const mode = property(mount, 'RW') === false ? ' (read-only)' : '';
    return `${source} → ${text(mount, 'Destination')}${mode}`;
  });
}

function readBinds(mounts: unknown): { source: string; target: string }[] {
  if (!Array.isArray(mounts)) return [];
  return mounts
    .slice(0, MAX_ENTRIES)
    .filter((mount) => text(mount, 'Type') === 'bind')
    .map((mount) => ({ source: text(mount, 'Source'), target: text(mount, 'Destination') }));
}

/** The engine's "never" is the year 1. */
function time(iso: string): number | undefined {
  const at = Date.parse(iso);
  return Number.isFinite(at) && at > 0 ? at : undefined;
}

function milliseconds(value: unknown, name: string): number {
  return number(value, name) / 1e6;
}

function number(value: unknown, name: string): number {
  const found = property(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : 0;
}
