import type { ContainerSpec } from '../../engine/connection';
import type { EngineFacts } from '../../engine/facts';
import { containerSpec } from '../containerSpec';
import { isolationOf } from '../isolation';
import type { SandboxOwner } from '../owner';
import { DEFAULT_LIMITS } from '../sandbox';
import { DEPENDENCY_ROOT } from './installPlan';
import type { InstallRequest } from './installer';

const MAX_FILE_BYTES = 2 ** 31;
const EXPIRY_MARGIN_MS = 5 * 60_000;

/** Takes the archive that comes first on stdin, and leaves the rest of stdin to the relay. */
const UNPACK = `umask 022
read -r junk; read -r bytes || exit 90
head -c "$bytes" | tar -xomf - -C ${DEPENDENCY_ROOT} || exit 91
exec timeout -s KILL "$@"`;

/**
 * The container dependencies are installed in: that of an audit, without a network like it, but its own file system can be
 * written to, for that is what becomes the image. Never in gVisor: what is written there would not be in the image.
 */
export function installContainer(
  { image, relay, limits }: Pick<InstallRequest, 'image' | 'relay' | 'limits'>,
  owner: SandboxOwner,
  facts: EngineFacts,
): ContainerSpec {
  const seconds = Math.ceil(limits.timeoutMs / 1000) + 10;
  const spec = containerSpec(
    image,
    {
      ...DEFAULT_LIMITS,
      memoryMb: limits.memoryMb,
      cpus: Math.max(1, Math.min(2, facts.cpus)),
      pids: 256,
    },
    owner,
    Date.now() + limits.timeoutMs + EXPIRY_MARGIN_MS,
    facts,
    isolationOf({ ...facts, runtimes: [] }),
  );
  const host = spec['HostConfig'] as Record<string, unknown>;
  return {
    ...spec,
    Entrypoint: ['sh', '-c', UNPACK, 'sh'],
    Cmd: [String(seconds), ...relay],
    HostConfig: {
      ...host,
      ReadonlyRootfs: false,
      // Gone by itself, there would be nothing left to make an image of.
      AutoRemove: false,
      // Nothing is unpacked in memory here: the rest of what a sandbox gets would only take from it.
      Tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,size=64m,mode=1777' },
      Ulimits: [
        { Name: 'nofile', Soft: 8192, Hard: 8192 },
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'fsize', Soft: MAX_FILE_BYTES, Hard: MAX_FILE_BYTES },
      ],
    },
  };
}
