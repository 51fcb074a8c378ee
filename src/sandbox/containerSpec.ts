import type { ContainerSpec } from '../engine/connection';
import type { EngineFacts } from '../engine/facts';
import { LABEL } from './owner';
import type { SandboxOwner } from './owner';
import type { SandboxLimits } from './sandbox';
import { SUPERVISOR, WORK_FOLDER } from './script';

const MB = 1024 * 1024;
/** "nobody" in Debian's and in Alpine's user list, so that programs that ask for their user's name get one. */
const NOBODY = 65534;
const MAX_FILE_BYTES = 64 * MB;

/** The container of one run: every isolation on, every limit set, nothing of the host inside. */
export function containerSpec(
  image: string,
  limits: SandboxLimits,
  owner: SandboxOwner,
  expires: number,
  facts: EngineFacts,
): ContainerSpec {
  return {
    Image: image,
    Entrypoint: ['sh', '-c', SUPERVISOR],
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
    NetworkDisabled: true,
    Healthcheck: { Test: ['NONE'] },
    Labels: {
      [LABEL.owner]: owner.id,
      [LABEL.pid]: String(owner.pid),
      [LABEL.host]: owner.host,
      [LABEL.expires]: String(expires),
    },
    HostConfig: {
      ...resources(limits, facts),
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      IpcMode: 'private',
      ...(facts.cgroupVersion === '2' && { CgroupnsMode: 'private' }),
      Init: true,
      // Also when nobody is left to remove it.
      AutoRemove: true,
      RestartPolicy: { Name: 'no' },
      // A flood of output would else fill the host's disk before the limit is noticed.
      LogConfig: { Type: 'none', Config: {} },
    },
  };
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
      '/tmp': `rw,noexec,nosuid,nodev,size=${share(8, 64)},${ownership(facts, '1777')}`,
      [WORK_FOLDER]: `rw,exec,nosuid,nodev,size=${share(2, 256)},${ownership(facts, '0700')}`,
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
    ],
  };
}

/** A mode alone is not enough on Docker: older runtimes forget it when the image has the folder. Podman knows no ids. */
function ownership(facts: EngineFacts, mode: string): string {
  return facts.isPodman ? 'mode=1777' : `mode=${mode},uid=${NOBODY},gid=${NOBODY}`;
}
