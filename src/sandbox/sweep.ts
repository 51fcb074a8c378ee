import type { EngineConnection } from '../engine/connection';
import { LABEL } from './owner';
import type { SandboxOwner } from './owner';

/** Past its expiry by this much, in milliseconds, a sandbox goes even if its process number is in use: by another. */
const LONG_PAST = 24 * 3_600_000;

/**
 * Removes the sandboxes that nobody waits for any more: their process has ended, or, where that can't be seen from
 * here, their time is over. Gives the number of those removed.
 */
export async function sweepSandboxes(
  engine: EngineConnection,
  owner: SandboxOwner,
  signal?: AbortSignal,
): Promise<number> {
  const sandboxes = await engine.listContainers({ labels: [LABEL.owner], ...(signal && { signal }) });
  const now = Date.now() + engine.facts.clockAheadMs;
  const left = sandboxes.filter(({ labels }) => isLeftBehind(labels, owner, now, isAlive));
  await Promise.all(left.map(({ id }) => engine.removeContainer(id, signal)));
  return left.length;
}

/** Whether a sandbox with these labels has nobody any more. `now` is by the engine's clock; `isAlive` tells whether a process of this machine runs. */
export function isLeftBehind(
  labels: Readonly<Record<string, string>>,
  owner: SandboxOwner,
  now: number,
  isAlive: (pid: number) => boolean,
): boolean {
  if (labels[LABEL.owner] === owner.id) return false;
  const expires = Number(labels[LABEL.expires]);
  if (labels[LABEL.host] !== owner.host) return now > expires;
  const pid = Number(labels[LABEL.pid]);
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === owner.pid) return true;
  return !isAlive(pid) || now > expires + LONG_PAST;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not allowed to signal it, so it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
