import { property, text } from './containers';

/** What a container has used up to a moment. Sums count from its start. */
export interface StatsSample {
  /** Milliseconds since 1970, by the engine's clock. */
  at: number;
  /** Milliseconds of processor time, of all cores together. */
  cpuMs: number;
  /** Bytes in use, without the pages of files that are kept only because there is room. */
  memory: number;
  /** Bytes it may use; undefined when the engine doesn't say. */
  memoryLimit: number | undefined;
  /** Sums in bytes; undefined when the engine has none, as of a container without a network. */
  received: number | undefined;
  sent: number | undefined;
  read: number | undefined;
  written: number | undefined;
  /** Processes and threads; undefined when the engine doesn't say. */
  processes: number | undefined;
}

/** Reads the engine's answer about the resources of one container; undefined for one that does not run. */
export function readStats(value: unknown): StatsSample | undefined {
  const at = Date.parse(text(value, 'read'));
  // The engine's "never" is the year 1, which is what it answers for a container that has ended.
  if (!Number.isFinite(at) || at <= 0) return undefined;
  const memory = property(value, 'memory_stats');
  const [received, sent] = readNetworks(property(value, 'networks'));
  const [read, written] = readBlocks(property(property(value, 'blkio_stats'), 'io_service_bytes_recursive'));
  return {
    at,
    cpuMs: (amount(property(property(value, 'cpu_stats'), 'cpu_usage'), 'total_usage') ?? 0) / 1e6,
    memory: readMemory(memory),
    memoryLimit: amount(memory, 'limit'),
    received,
    sent,
    read,
    written,
    processes: amount(property(value, 'pids_stats'), 'current'),
  };
}

/** Its name with cgroup v1 is `total_inactive_file`, with v2 `inactive_file`. Podman and Windows tell neither. */
function readMemory(memory: unknown): number {
  const usage = amount(memory, 'usage') ?? amount(memory, 'privateworkingset') ?? 0;
  const details = property(memory, 'stats');
  const cache = amount(details, 'total_inactive_file') ?? amount(details, 'inactive_file') ?? 0;
  return cache < usage ? usage - cache : usage;
}

function readNetworks(networks: unknown): [number | undefined, number | undefined] {
  const all: unknown[] = Object.values((networks ?? {}) as Record<string, unknown>);
  if (all.length === 0) return [undefined, undefined];
  return [sum(all, 'rx_bytes'), sum(all, 'tx_bytes')];
}

function readBlocks(entries: unknown): [number | undefined, number | undefined] {
  if (!Array.isArray(entries)) return [undefined, undefined];
  const of = (operation: string): number =>
    sum(
      entries.filter((entry) => text(entry, 'op').toLowerCase() === operation),
      'value',
    );
  return [of('read'), of('write')];
}

function sum(all: readonly unknown[], name: string): number {
  return all.reduce<number>((total, one) => total + (amount(one, name) ?? 0), 0);
}

function amount(value: unknown, name: string): number | undefined {
  const found = property(value, name);
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : undefined;
}
