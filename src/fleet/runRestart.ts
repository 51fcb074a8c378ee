import { isCancelled, messageOf, messageWithNextStep } from '../base/errors';
import { t } from '../base/texts';
import type { EngineConnection } from '../engine/connection';
import { EngineLost } from '../engine/errors';
import type { Probe } from '../engine/inspect';
import type { FleetContainer } from './containers';
import { lastLogLines } from './lastLogLines';
import type { Operator } from './operations';
import type { RestartPlan } from './restart';
import { READY_LIMITS, waitUntilReady } from './waitUntilReady';
import type { ReadyLimits } from './waitUntilReady';

/** How the restart of one container ended. */
export interface RestartResult {
  container: FleetContainer;
  outcome: 'restarted' | 'failed' | 'skipped' | 'cancelled' | 'left alone';
  /** A clause in words; empty when it was restarted. */
  why: string;
  milliseconds: number;
  /** Of a failed one: what it printed last, and what its health check said last. */
  logTail: readonly string[];
  probes: readonly Probe[];
}

const LOG_TAIL = 20;

export interface RestartOptions {
  signal: AbortSignal;
  /** `index` counts from 1. */
  onStep?: (container: FleetContainer, index: number, total: number) => void;
  limits?: ReadyLimits;
}

/**
 * Restarts one container after the other, waiting until each is ready. One that fails is reported, those that depend
 * on it are skipped, the others go on. Never rejects: what broke is in the results, one for each container of the plan.
 */
export async function runRestart(
  engine: EngineConnection,
  plan: RestartPlan,
  operator: Operator,
  { signal, onStep, limits = READY_LIMITS }: RestartOptions,
): Promise<RestartResult[]> {
  const results: RestartResult[] = [];
  const broken = new Set<string>();
  let lost: string | undefined;
  for (const [index, container] of plan.steps.entries()) {
    const needed = container.dependsOn.find((service) => broken.has(service));
    if (signal.aborted) results.push(untouched(container, 'cancelled', t('cancelled before its turn')));
    else if (lost !== undefined) results.push(untouched(container, 'skipped', lost));
    else if (needed !== undefined) {
      results.push(untouched(container, 'skipped', t('it depends on {0}, which failed', needed)));
    } else {
      onStep?.(container, index + 1, plan.steps.length);
      const { result, engineLost } = await restartOne(engine, container, operator, signal, limits);
      results.push(result);
      if (engineLost) lost = t('the engine stopped answering');
    }
    if (results.at(-1)?.outcome !== 'restarted' && container.service) broken.add(container.service);
  }
  results.push(...plan.leftAlone.map(({ container, why }) => untouched(container, 'left alone', why)));
  return results;
}

async function restartOne(
  engine: EngineConnection,
  container: FleetContainer,
  operator: Operator,
  signal: AbortSignal,
  limits: ReadyLimits,
): Promise<{ result: RestartResult; engineLost: boolean }> {
  const begun = performance.now();
  const ended = (outcome: RestartResult['outcome'], why: string): RestartResult => ({
    ...untouched(container, outcome, why),
    milliseconds: Math.round(performance.now() - begun),
  });
  try {
    const readiness = await operator.asOwn(container.id, async () => {
      await operator.operate(engine, 'restart', container, signal);
      return waitUntilReady(engine, container.id, limits, signal);
    });
    if (readiness.ready) return { result: ended('restarted', ''), engineLost: false };
    const { details, why } = readiness;
    const logTail = await lastLogLines(engine, details, LOG_TAIL, signal);
    return { result: { ...ended('failed', why), logTail, probes: details.probes }, engineLost: false };
  } catch (error) {
    if (isCancelled(error)) return { result: ended('cancelled', t('cancelled')), engineLost: false };
    const engineLost = error instanceof EngineLost;
    return {
      result: ended('failed', engineLost ? messageOf(error) : messageWithNextStep(error)),
      engineLost,
    };
  }
}

function untouched(container: FleetContainer, outcome: RestartResult['outcome'], why: string): RestartResult {
  return { container, outcome, why, milliseconds: 0, logTail: [], probes: [] };
}
