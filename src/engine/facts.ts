import { property, text } from './containers';

/** What an engine says about itself and its machine. */
export interface EngineFacts {
  /** "Docker" or "Podman", with the product's name where the engine gives one. */
  name: string;
  version: string;
  apiVersion: string;
  /** `linux` or `windows`: what its containers run. */
  os: string;
  /** "1" or "2"; empty when the engine doesn't say. */
  cgroupVersion: string;
  cpus: number;
  memoryBytes: number;
  isPodman: boolean;
  /** How far the engine's clock is ahead of ours, in milliseconds; 0 when it doesn't say. */
  clockAheadMs: number;
  /** Names of the runtimes it can start containers with. */
  runtimes: readonly string[];
}

/** Reads the engine's answers to "version" and "info". */
export function readFacts(version: unknown, info: unknown): EngineFacts {
  const components = property(version, 'Components');
  const isPodman =
    Array.isArray(components) && components.some((part) => text(part, 'Name') === 'Podman Engine');
  const runtimes = property(info, 'Runtimes');
  return {
    name: isPodman ? 'Podman' : text(property(version, 'Platform'), 'Name') || 'Docker',
    version: text(version, 'Version'),
    apiVersion: text(version, 'ApiVersion'),
    os: text(info, 'OSType') || text(version, 'Os'),
    cgroupVersion: text(info, 'CgroupVersion'),
    cpus: number(info, 'NCPU'),
    memoryBytes: number(info, 'MemTotal'),
    isPodman,
    clockAheadMs: clockAhead(text(info, 'SystemTime')),
    runtimes: typeof runtimes === 'object' && runtimes !== null ? Object.keys(runtimes) : [],
  };
}

/** To the second: the answer's way here is in it too. */
function clockAhead(systemTime: string): number {
  const ahead = Date.parse(systemTime) - Date.now();
  return Number.isFinite(ahead) ? Math.round(ahead / 1000) * 1000 : 0;
}

function number(value: unknown, name: string): number {
  const found = property(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : 0;
}
