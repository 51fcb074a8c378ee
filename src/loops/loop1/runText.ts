import { oneLine } from '../../base/text';
import { plural, t } from '../../base/texts';
import { cardStateWords, decisionWords, statusWords } from '../words';
import { currentScenarios } from './current';
import { sharesOf } from './failureRate';
import type { Loop1Run, Step } from './run';
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
  const stands =
    nextStep === null ? statusWords(status) : t('{0} (next: {1})', statusWords(status), nextWords(nextStep));
  return [
    t('Loop 1, iteration {0} of at most {1}: {2}', iteration, maxIterations, stands),
    ...(reason === '' ? [] : [reason]),
    t('Failure rate {0} % now, {1} % if all that is planned comes true', failureRate, plannedRate),
    t('Open scenarios: {0}', counts.join(', ')),
    ...changesText(run),
    ...missed.map(({ title, why }) => t('Not reached: {0} ({1})', title, why)),
  ].join('\n');
}

function nextWords(step: Step): string {
  const words: Record<Step, string> = {
    research: t('research'),
    premortem: t('premortem'),
    remediation: t('remediation'),
    rate: t('rate'),
  };
  return words[step];
}

function changesText({ history }: Loop1Run): string[] {
  const diff = diffOf(history);
  return diff
    ? [t('Since iteration {0}: {1} gone, {2} new', diff.since, diff.gone.length, diff.fresh.length)]
    : [];
}

export function cardsText(run: Loop1Run, now = new Date()): string {
  const scenarios = standing(run, now);
  const shares = sharesOf(scenarios);
  const cards = scenarios.map((scenario) => {
    const { id, priority, title, state, evidence, evidenceCount, prevention, note, decision } = scenario;
    const share = state === 'open' ? t('{0} points', shares.get(scenario) ?? 0) : cardStateWords(state);
    const places = evidence.slice(0, 5).map(({ file, line, shows }) => `  ${file}:${line}  ${shows}`);
    return [
      `${priority}  ${oneLine(title, 200)}  [${share}]`,
      t('  Card: {0}', id),
      ...places,
      ...(evidenceCount > places.length
        ? [`  ${plural(evidenceCount - places.length, 'and {0} more place', 'and {0} more places')}`]
        : []),
      t('  Prevention: {0}', oneLine(prevention, 300) || t('none written yet')),
      ...(note === undefined ? [] : [t('  Note: {0}', note)]),
      ...(decision ? [decisionText(decision)] : []),
    ].join('\n');
  });
  return [statusText(run, now), ...(cards.length > 0 ? cards : [t('No way to fail was found.')])].join(
    '\n\n',
  );
}

function decisionText({ kind, by, reason, expiresAt }: Decision): string {
  const [said, why] = [decisionWords(kind), oneLine(reason, 200)];
  return expiresAt === null
    ? t('  {0} by {1}: {2}', said, by, why)
    : t('  {0} until {1} by {2}: {3}', said, expiresAt.slice(0, 10), by, why);
}
