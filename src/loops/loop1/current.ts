import { failureRate } from './failureRate';
import type { Loop1Run } from './run';
import type { Decision, Scenario } from './scenario';

/**
 * The scenarios of a run as they stand: those of the last pre-mortem, before the first what probes have seen so far, a person's own,
 * and what was decided of them.
 */
export function currentScenarios(
  run: Pick<Loop1Run, 'premortem' | 'firstLook' | 'ownCards' | 'decisions'>,
  now: Date,
): Scenario[] {
  const decisions = new Map<string, Decision>();
  for (const decision of run.decisions)
    if (decision.expiresAt === null || Date.parse(decision.expiresAt) > now.getTime())
      decisions.set(decision.scenarioId, decision);
    // What has run out takes what was said before with it: the last word counts.
    else decisions.delete(decision.scenarioId);
  return [...(run.premortem?.scenarios ?? run.firstLook ?? []), ...run.ownCards].map((scenario) =>
    decided(scenario, decisions.get(scenario.id)),
  );
}

function decided(scenario: Scenario, decision: Decision | undefined): Scenario {
  if (!decision || scenario.state === 'gone') return scenario;
  switch (decision.kind) {
    case 'accepted':
    case 'dismissed':
      return { ...scenario, state: decision.kind, decision };
    case 'confirmed':
      return scenario.state === 'needs confirmation' ? { ...scenario, state: 'open', decision } : scenario;
    case 'task passed':
      // What its probe still sees is not gone, whatever was said of the task.
      return scenario.source.startsWith('probe ') ? scenario : { ...scenario, state: 'gone', decision };
  }
}

/** Percent as things stand, and if all that has a remedy came true; 100 before the first pre-mortem. */
export function ratesOf(
  run: Pick<Loop1Run, 'premortem' | 'ownCards' | 'decisions' | 'remediation'>,
  now: Date,
): { failureRate: number; plannedRate: number } {
  if (!run.premortem) return { failureRate: 100, plannedRate: 100 };
  const scenarios = currentScenarios(run, now);
  const remedied = new Set(run.remediation?.remedies.map(({ scenarioId }) => scenarioId));
  return {
    failureRate: failureRate(scenarios),
    plannedRate: failureRate(scenarios.filter(({ id }) => !remedied.has(id))),
  };
}
