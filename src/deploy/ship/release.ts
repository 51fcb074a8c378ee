import type { FileChanges } from '../rsync';
import type { ServicePlan } from '../services';

/**
 * How a deploy or a rollback ended: *deployed*: what was wanted serves; *unchanged*: it did already; *cancelled*: nothing was
 * touched; *rolled back*: what was there before serves again, and that was verified; *failed*: it does not, or can't be told.
 */
export type ShipOutcome = 'deployed' | 'unchanged' | 'cancelled' | 'rolled back' | 'failed';

/** One state of an environment, as it is kept beside its target. */
export interface Release {
  /** Sorts by time. */
  id: string;
  /** `found`: what was there before the first deploy, or was changed by hand since. */
  kind: 'deploy' | 'rollback' | 'promote' | 'found';
  /** The release it goes back to, or the environment it was taken from; empty for a deploy of the workspace. */
  from: string;
  /** ISO UTC. */
  startedAt: string;
  durationMs: number;
  /** `user@host`. */
  by: string;
  /** Of the workspace's repository; null where there is none. */
  commit: string | null;
  outcome: ShipOutcome;
  /** Empty for success, otherwise a sentence a user can act on. */
  reason: string;
  /** Logs and outputs of probes that explain the reason, a line each. */
  explanation: readonly string[];
  /** The longest time in milliseconds that a service was seen not to answer. */
  downtimeMs: number;
  /** What tells it: requests that were made all the time, or the engine's times of end and readiness. */
  downtimeSeenBy: 'requests' | 'engine' | 'nothing';
  files: Pick<FileChanges, 'added' | 'changed' | 'deleted'>;
  services: readonly ReleasedService[];
  /** Its files and images are still there to go back to. */
  isKept: boolean;
  /** It is what serves. */
  isCurrent: boolean;
}

export interface ReleasedService extends ServicePlan {
  /** Of the container that serves at the end; empty where none does. */
  imageId: string;
}

/** What a caller of a deploy is told while it goes on. */
export interface ShipProgress {
  step: ShipStep;
  /** A clause in words, one line: "building web: Step 3/7". */
  message: string;
  /** It is a line of what a program prints, of which there may be hundreds a second. */
  isOutput?: boolean;
}

/** In the order they are taken. After `snapshot` every end but the good one leads back. */
export const SHIP_STEPS = [
  ...(['lock', 'plan', 'confirm', 'pre', 'snapshot', 'sync', 'build', 'up', 'health'] as const),
  ...(['watch', 'post', 'finish', 'undo'] as const),
];
export type ShipStep = (typeof SHIP_STEPS)[number];

/** How a deploy or a rollback ended, for the caller. */
export interface ShipResult {
  /** Empty when none was begun. */
  release: string;
  outcome: ShipOutcome;
  services: readonly ReleasedService[];
  downtimeMs: number;
  downtimeSeenBy: Release['downtimeSeenBy'];
  rolledBack: boolean;
  reason: string;
  explanation: readonly string[];
}

/** For who waits for a release. */
export function resultOf({
  id,
  outcome,
  services,
  downtimeMs,
  downtimeSeenBy,
  reason,
  explanation,
}: Release): ShipResult {
  const rolledBack = outcome === 'rolled back';
  return { release: id, outcome, services, downtimeMs, downtimeSeenBy, rolledBack, reason, explanation };
}

/** A deploy or rollback is going on, or its process died. */
export interface LockOwner {
  user: string;
  host: string;
  pid: number;
  /** When the process began, in the system's own units; empty where it can't be told. */
  started: string;
  /** ISO UTC. */
  since: string;
  /** What it does, in words. */
  doing: string;
}
