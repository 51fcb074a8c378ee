import { pause } from '../base/cancellation';
import { t } from '../base/texts';
import type { EngineConnection } from '../engine/connection';
import type { ContainerDetails, HealthCheck } from '../engine/inspect';
import { endWords } from './words';

/** All in milliseconds. */
export interface ReadyLimits {
  poll: number;
  /** How long a container without a health check has to run without a restart to be taken for ready. */
  stable: number;
  /** Added to what the health check itself allows. */
  margin: number;
}

export const READY_LIMITS: ReadyLimits = { poll: 500, stable: 5000, margin: 5000 };

/** `why` is a clause in words; empty when it is ready. */
export interface Readiness {
  ready: boolean;
  why: string;
  details: ContainerDetails;
}

/** The time after which a container with this check is known to be unhealthy, in milliseconds. */
export function healthDeadline({ startPeriod, interval, timeout, retries }: HealthCheck): number {
  return startPeriod + (interval + timeout) * retries;
}

/**
 * Resolves as soon as a container is healthy, or has been stable where it has no health check; or when it is certain
 * not to be. `signal` cancels the waiting.
 */
export async function waitUntilReady(
  engine: EngineConnection,
  id: string,
  limits: ReadyLimits,
  signal: AbortSignal,
): Promise<Readiness> {
  const begun = performance.now();
  const first = await engine.inspectContainer(id, signal);
  const check = first.healthCheck;
  const deadline = limits.margin + (check ? healthDeadline(check) : limits.stable);
  for (let details = first; ; details = await engine.inspectContainer(id, signal)) {
    const waited = performance.now() - begun;
    const why = whyBroken(details, first);
    if (why !== undefined) return { ready: false, why, details };
    if (details.health === 'healthy') return { ready: true, why: '', details };
    if (check === undefined && details.state === 'running' && waited >= limits.stable)
      return { ready: true, why: '', details };
    if (waited > deadline) {
      const seconds = Math.round(deadline / 1000);
      return { ready: false, why: t('it was not healthy within {0} s', seconds), details };
    }
    await pause(limits.poll, signal);
  }
}

/** A clause that tells what is wrong with a container that is to run; undefined when nothing is yet. */
export function whyBroken(details: ContainerDetails, first: ContainerDetails): string | undefined {
  if (details.health === 'unhealthy') return t('its health check fails');
  if (details.restartCount > first.restartCount || details.state === 'restarting')
    return t(
      'it ended and was restarted by the engine (exit code {0})',
      details.exitCode ?? first.exitCode ?? t('unknown'),
    );
  if (details.state === 'running' || details.state === 'created') return undefined;
  return t('it {0}', endWords(details));
}
