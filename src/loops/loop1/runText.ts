import { count, oneLine } from '../../base/text';
import { currentScenarios } from './current';
import { sharesOf } from './failureRate';
import type { Loop1Run } from './run';
import { PRIORITIES } from './scenario';
import type { Decision, Evidence, Priority, Scenario, ScenarioState } from './scenario';
import { diffOf } from './view';

/** What the command line prints as JSON; rates in percent. */
export interface Loop1Report {
  runId: string;
  iteration: number;
  status: Loop1Run['status'];
  failureRate: { now: number; planned: number };
  scenarios: {
    id: string;
    title: string;
    priority: Priority;
    likelihood: number;
    impact: number;
    state: ScenarioState;
    source: string;
    evidence: readonly Evidence[];
    prevention: string;
  }[];
}

/** What stands: without the scenarios that are gone. */
export function reportOf(run: Loop1Run, now = new Date()): Loop1Report {
  const { id: runId, iteration, status, failureRate, plannedRate } = run;
  return {
    ...{ runId, iteration, status, failureRate: { now: failureRate, planned: plannedRate } },
    scenarios: standing(run, now).map((scenario) => {
      const { id, title, priority, likelihood, impact, state, source, evidence, prevention } = scenario;
      return { id, title, priority, likelihood, impact, state, source, evidence, prevention };
    }),
  };
}

/** Worst first. */
function standing(run: Loop1Run, now: Date): Scenario[] {
  return currentScenarios(run, now)
    .filter(({ state }) => state !== 'gone')
    .sort((a, b) => b.likelihood * b.impact - a.likelihood * a.impact || (a.id < b.id ? -1 : 1));
}

export function statusText(run: Loop1Run, now = new Date()): string {
  const { iteration, maxIterations, status, reason, failureRate, plannedRate, nextStep } = run;
  const open = standing(run, now).filter(({ state }) => state === 'open');
  const counts = PRIORITIES.map(
    (priority) => `${priority} ${open.filter((scenario) => scenario.priority === priority).length}`,
  );
  const missed = (run.research?.sources ?? []).filter((source) => source.status === 'not reached');
  return [
    `Loop 1, iteration ${iteration} of at most ${maxIterations}: ${status}${nextStep === null ? '' : ` (next: ${nextStep})`}`,
    ...(reason === '' ? [] : [reason]),
    `Failure rate ${failureRate} % now, ${plannedRate} % if all that is planned comes true`,
    `Open scenarios: ${counts.join(', ')}`,
    ...changesText(run),
    ...missed.map(({ title, why }) => `Not reached: ${title} (${why})`),
  ].join('\n');
}

function changesText({ history }: Loop1Run): string[] {
  const diff = diffOf(history);
  return diff ? [`Since iteration ${diff.since}: ${diff.gone.length} gone, ${diff.fresh.length} new`] : [];
}

export function cardsText(run: Loop1Run, now = new Date()): string {
  const scenarios = standing(run, now);
  const shares = sharesOf(scenarios);
  const cards = scenarios.map((scenario) => {
    const { id, priority, title, state, evidence, evidenceCount, prevention, note, decision } = scenario;
    const share = state === 'open' ? `${shares.get(scenario) ?? 0} points` : state;
    const places = evidence.slice(0, 5).map(({ file, line, shows }) => `  ${file}:${line}  ${shows}`);
    return [
      `${priority}  ${oneLine(title, 200)}  [${share}]`,
      `  Card: ${id}`,
      ...places,
      ...(evidenceCount > places.length
        ? [`  and ${count(evidenceCount - places.length, 'more place')}`]
        : []),
      `  Prevention: ${oneLine(prevention, 300) || 'none written yet'}`,
      ...(note === undefined ? [] : [`  Note: ${note}`]),
      ...(decision ? [decisionText(decision)] : []),
    ].join('\n');
  });
  return [statusText(run, now), ...(cards.length > 0 ? cards : ['No way to fail was found.'])].join('\n\n');
}

function decisionText({ kind, by, reason, expiresAt }: Decision): string {
  const until = expiresAt === null ? '' : ` until ${expiresAt.slice(0, 10)}`;
  return `  ${kind}${until} by ${by}: ${oneLine(reason, 200)}`;
}
