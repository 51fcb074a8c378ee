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
  /** Names of the runtimes it can start containers with. Podman names those it knows of, installed or not. */
  runtimes: readonly string[];
  /** The machine's architecture in the engine's words, such as `x86_64` or `amd64`. */
  architecture: string;
  /** What it says it protects containers with: `seccomp`, `apparmor`, `selinux`, `rootless`, `userns` and others. */
  security: readonly string[];
  /** Whether it says it can hold a limit; undefined where it says nothing. */
  canLimit: Readonly<Record<'memory' | 'swap' | 'pids' | 'cpu', boolean | undefined>>;
  /** Its own complaints about its machine, one a line. */
  warnings: readonly string[];
  /** The version of runc it starts containers with; empty for another runtime or where it doesn't say. */
  runcVersion: string;
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
    architecture: text(info, 'Architecture') || text(version, 'Arch'),
    security: strings(property(info, 'SecurityOptions')).map(securityName),
    canLimit: {
      memory: flag(info, 'MemoryLimit'),
      swap: flag(info, 'SwapLimit'),
      pids: flag(info, 'PidsLimit'),
      cpu: flag(info, 'CpuCfsQuota'),
    },
    warnings: strings(property(info, 'Warnings')),
    runcVersion: runcVersion(components),
  };
}

/** To the second: the answer's way here is in it too. */
function clockAhead(systemTime: string): number {
  const ahead = Date.parse(systemTime) - Date.now();
  return Number.isFinite(ahead) ? Math.round(ahead / 1000) * 1000 : 0;
}

/** `name=seccomp,profile=default` of today, `seccomp` of old. */
function securityName(option: string): string {
  return /(?:^|,)name=([^,]*)/.exec(option)?.[1] ?? option;
}

function runcVersion(components: unknown): string {
  if (!Array.isArray(components)) return '';
  // Docker says "runc", Podman "OCI Runtime (runc)" with the whole of `runc --version`.
  const runc: unknown = components.find((part) => /^runc$|\(runc\)$/.test(text(part, 'Name')));
  return /\d+\.\d+\.\d+\S*/.exec(text(runc, 'Version'))?.[0] ?? '';
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function flag(value: unknown, name: string): boolean | undefined {
  const found = property(value, name);
  return typeof found === 'boolean' ? found : undefined;
}

function number(value: unknown, name: string): number {
  const found = property(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : 0;
}
