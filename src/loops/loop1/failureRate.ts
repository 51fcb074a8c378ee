import type { Priority, Scenario } from './scenario';

/** Certain ruin would hide everything else. */
const MOST_RISK = 0.99;

/** Least likelihood x impact of each priority; all below is P3. */
const FLOORS: readonly [Priority, number][] = [
  ['P0', 0.5],
  ['P1', 0.25],
  ['P2', 0.08],
];

type Weighed = Pick<Scenario, 'likelihood' | 'impact' | 'state'>;

/** Priorities follow from likelihood x impact and from nothing else. */
export function priorityOf(likelihood: number, impact: number): Priority {
  // 0.5 x 0.5 must not fall short of its floor by a rounding error.
  const risk = likelihood * impact + 1e-9;
  return FLOORS.find(([, floor]) => risk >= floor)?.[0] ?? 'P3';
}

/**
 * 100 x (1 - product of (1 - likelihood x impact)) over the open scenarios: an index from 0 to 100 in percent, not a forecast.
 * Never falls when a scenario is added, and does not depend on their order but for rounding to two digits.
 */
export function failureRate(scenarios: readonly Weighed[]): number {
  const logs = scenarios.map(weightOf).sort((a, b) => a - b);
  return rounded(100 * -Math.expm1(-logs.reduce((sum, weight) => sum + weight, 0)));
}

/** What each open scenario adds to the rate, in points of percent: together they make the rate. */
export function sharesOf<Kind extends Weighed>(scenarios: readonly Kind[]): Map<Kind, number> {
  const rate = failureRate(scenarios);
  const total = scenarios.reduce((sum, scenario) => sum + weightOf(scenario), 0);
  return new Map(
    scenarios.map((scenario) => [scenario, total === 0 ? 0 : rounded((rate * weightOf(scenario)) / total)]),
  );
}

/** An open P0 blocks whatever the rate is. */
export function isBlocked(scenarios: readonly Pick<Scenario, 'priority' | 'state'>[]): boolean {
  return scenarios.some(({ priority, state }) => priority === 'P0' && state === 'open');
}

function weightOf({ likelihood, impact, state }: Weighed): number {
  if (state !== 'open') return 0;
  return -Math.log1p(-Math.min(MOST_RISK, clamp(likelihood) * clamp(impact)));
}

/** What is no number counts as certain: a mistake must not make a risk disappear. */
function clamp(value: number): number {
  return Number.isNaN(value) ? 1 : Math.min(1, Math.max(0, value));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
