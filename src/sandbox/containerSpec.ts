import type { ContainerSpec } from '../engine/connection';
import type { EngineFacts } from '../engine/facts';
import type { Isolation } from './isolation';
import { LABEL } from './owner';
import type { SandboxOwner } from './owner';
import type { SandboxLimits } from './sandbox';
import { SUPERVISOR, WORK_FOLDER } from './script';

const MB = 1024 * 1024;
/** "nobody" in Debian's and in Alpine's user list, so that programs that ask for their user's name get one. */
export const NOBODY = 65534;
const MAX_FILE_BYTES = 64 * MB;
/** Counted over all sandboxes of a machine, as the kernel counts by user. */
const PODMAN_PROCESSES = 4096;

/** What engines hide of the kernel by themselves, in any of their versions. */
const MASKED_BY_ENGINES = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
];
/** More of the kernel and the host that no test needs to read. */
const ALSO_MASKED = [
  '/proc/config.gz',
  '/proc/kallsyms',
  '/proc/kpagecount',
  '/proc/kpageflags',
  '/proc/modules',
];
const MAX_MASKED_CPUS = 64;

/** The container of one run: every isolation on, every limit set, nothing of the host inside. */
export function containerSpec(
  image: string,
  limits: SandboxLimits,
  owner: SandboxOwner,
  expires: number,
  facts: EngineFacts,
  isolation: Isolation,
): ContainerSpec {
  return {
    Image: image,
    Entrypoint: ['sh', '-c', SUPERVISOR, 'supervisor', String(limits.memoryMb * MB), String(limits.pids)],
    Cmd: [],
    User: `${NOBODY}:${NOBODY}`,
    WorkingDir: '/',
    Hostname: 'sandbox',
    Tty: false,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Healthcheck: { Test: ['NONE'] },
    Labels: {
      [LABEL.owner]: owner.id,
      [LABEL.pid]: String(owner.pid),
      [LABEL.host]: owner.host,
      [LABEL.expires]: String(expires),
    },
    HostConfig: {
      ...resources(limits, facts),
      // Not `NetworkDisabled` as well: with that Docker writes no /etc/hosts, and `localhost` has no address.
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: securityOptions(facts, isolation),
      ...(!facts.isPodman && { MaskedPaths: maskedPaths(facts) }),
      ...(isolation.runtime !== undefined && { Runtime: isolation.runtime }),
      IpcMode: 'private',
      ...(facts.cgroupVersion === '2' && { CgroupnsMode: 'private' }),
      Init: isolation.init,
      // Also when nobody is left to remove it.
      AutoRemove: true,
      RestartPolicy: { Name: 'no' },
      // A flood of output would else fill the host's disk before the limit is noticed.
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}

function securityOptions(facts: EngineFacts, { seccomp }: Isolation): string[] {
  const options = ['no-new-privileges:true'];
  if (seccomp !== undefined) options.push(`seccomp=${seccomp}`);
  // Podman adds these to its own list, Docker takes a list in place of its own.
  if (facts.isPodman) options.push(`mask=${ALSO_MASKED.join(':')}`);
  return options;
}

function maskedPaths(facts: EngineFacts): string[] {
  const perCpu = Array.from(
    { length: Math.min(facts.cpus, MAX_MASKED_CPUS) },
    (_each, cpu) => `/sys/devices/system/cpu/cpu${cpu}/thermal_throttle`,
  );
  return [...MASKED_BY_ENGINES, ...ALSO_MASKED, ...perCpu];
}

/** Temporary file systems live in the sandbox's memory, so all of them together stay under two thirds of it. */
function resources(limits: SandboxLimits, facts: EngineFacts): ContainerSpec {
  const memory = limits.memoryMb * MB;
  const share = (fraction: number, atMostMb: number): number =>
    Math.floor(Math.min(memory / fraction, atMostMb * MB));
  // More CPUs than the machine has is an error, not a wish the engine would round down.
  const cpus = facts.cpus > 0 ? Math.min(limits.cpus, facts.cpus) : limits.cpus;
  return {
    Memory: memory,
    MemorySwap: memory,
    NanoCpus: Math.round(cpus * 1e9),
    PidsLimit: limits.pids,
    OomScoreAdj: 1000,
    ShmSize: share(16, 16),
    Tmpfs: {
      '/tmp': `rw,noexec,nosuid,nodev,size=${share(8, 64)},${ownership(facts, '1777', 16_384)}`,
      [WORK_FOLDER]: `rw,exec,nosuid,nodev,size=${share(2, 256)},${ownership(facts, '0700', 65_536)}`,
      // Podman adds these two by itself, without a limit.
      ...(facts.isPodman && {
        '/run': 'rw,noexec,nosuid,nodev,size=1m',
        '/var/tmp': 'rw,noexec,nosuid,nodev,size=1m',
      }),
    },
    Ulimits: [
      { Name: 'nofile', Soft: 1024, Hard: 1024 },
      { Name: 'core', Soft: 0, Hard: 0 },
      { Name: 'fsize', Soft: MAX_FILE_BYTES, Hard: MAX_FILE_BYTES },
      { Name: 'memlock', Soft: 65_536, Hard: 65_536 },
      // Podman's own default can be more than it may give, and then nothing starts.
      ...(facts.isPodman ? [{ Name: 'nproc', Soft: PODMAN_PROCESSES, Hard: PODMAN_PROCESSES }] : []),
    ],
  };
}

/** A mode alone is not enough on Docker: older runtimes forget it when the image has the folder. Podman knows no more. */
function ownership(facts: EngineFacts, mode: string, inodes: number): string {
  return facts.isPodman ? 'mode=1777' : `mode=${mode},uid=${NOBODY},gid=${NOBODY},nr_inodes=${inodes}`;
}
