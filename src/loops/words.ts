import { grouped, t } from '../base/texts';
import type { Outcome } from '../audit/report';
import type { Step } from './loop1/run';
import type { Category, Decision, Scenario } from './loop1/scenario';
import type { Loop1View } from './loop1/view';
import type { Princess, TaskKind } from './loop2/plan/task';
import type { PrincessState } from './loop2/run';
import type { TaskState, WorkerKind } from './loop2/taskRecord';
import type { TaskVerdict } from './loop2/verdict';
import type { WorkProgress } from './loop2/worker';
import type { RunStatus } from './runStatus';

// Words of the loops for people in the editor. What is kept is English.

export function statusWords(status: RunStatus): string {
  const words: Record<RunStatus, string> = {
    pending: t('pending'),
    running: t('running'),
    paused: t('paused'),
    'waiting for you': t('waiting for you'),
    interrupted: t('interrupted'),
    completed: t('completed'),
    'not converged': t('not converged'),
    failed: t('failed'),
    cancelled: t('cancelled'),
  };
  return words[status];
}

export function stepWords(step: Step): string {
  const words: Record<Step, string> = {
    research: t('research'),
    premortem: t('pre-mortem'),
    remediation: t('remediation'),
    rate: t('failure rate'),
  };
  return words[step];
}

/** `category` may come from an older version. */
export function categoryWords(category: string): string {
  const words: Record<Category, string> = {
    security: t('security'),
    'data loss': t('data loss'),
    dependencies: t('dependencies'),
    'build and deploy': t('build and deploy'),
    operations: t('operations'),
    testing: t('testing'),
    performance: t('performance'),
    people: t('people'),
    schedule: t('schedule'),
  };
  return (words as Record<string, string>)[category] ?? category;
}

export function cardStateWords(state: Scenario['state']): string {
  const words: Record<Scenario['state'], string> = {
    open: t('open'),
    'needs confirmation': t('needs confirmation'),
    accepted: t('accepted'),
    dismissed: t('dismissed'),
    gone: t('gone'),
  };
  return words[state];
}

export function decisionWords(kind: Decision['kind']): string {
  const words: Record<Decision['kind'], string> = {
    accepted: t('accepted'),
    dismissed: t('dismissed'),
    confirmed: t('confirmed'),
    'task passed': t('task passed'),
  };
  return words[kind];
}

export function sourceStatusWords(status: Loop1View['sources'][number]['status']): string {
  const words: Record<typeof status, string> = {
    reached: t('reached'),
    'not reached': t('not reached'),
    off: t('off'),
  };
  return words[status];
}

export function artifactWords(kind: Loop1View['artifacts'][number]['kind']): string {
  const words: Record<typeof kind, string> = {
    file: t('file'),
    history: t('history'),
    audit: t('audit'),
    container: t('container'),
    advisory: t('advisory'),
    repository: t('repository'),
    paper: t('paper'),
  };
  return words[kind];
}

/** How a task stands, as `stateText` says it to agents. */
export function taskWords({ state, outdated }: { state: TaskState; outdated: string | null }): string {
  const words: Record<TaskState, string> = {
    open: t('open'),
    working: t('working'),
    ready: t('ready'),
    auditing: t('auditing'),
    'sent back': t('sent back'),
    proposed: t('proposed'),
    'needs you': t('needs you'),
    done: t('done'),
    excepted: t('excepted'),
    cancelled: t('cancelled'),
  };
  const word = words[state];
  return outdated === null || outdated === '' ? word : t('{0}, to be audited again', word);
}

export function princessWords(name: Princess): string {
  const words: Record<Princess, string> = {
    development: t('Princess of development'),
    quality: t('Princess of quality'),
    coordination: t('Princess of coordination'),
    documentation: t('Princess of documentation'),
  };
  return words[name];
}

export function princessStatusWords(status: PrincessState['status']): string {
  const words: Record<PrincessState['status'], string> = {
    idle: t('idle'),
    busy: t('busy'),
    'waiting for you': t('waiting for you'),
  };
  return words[status];
}

export function taskKindWords(kind: TaskKind): string {
  const words: Record<TaskKind, string> = {
    code: t('code'),
    review: t('review'),
    debug: t('debugging'),
    integrate: t('integration'),
    test: t('test'),
    enforce: t('enforcement'),
    analyze: t('analysis'),
    plan: t('plan'),
    orchestrate: t('orchestration'),
    track: t('tracking'),
    document: t('document'),
  };
  return words[kind];
}

export function workerWords(worker: WorkerKind): string {
  const words: Record<WorkerKind, string> = { you: t('you'), model: t('model'), agent: t('agent') };
  return words[worker];
}

export function outcomeWords(outcome: Outcome): string {
  const words: Record<Outcome, string> = { pass: t('pass'), fail: t('fail'), 'not run': t('not run') };
  return words[outcome];
}

/** One part of what decides over a task. */
export function checkWords(name: TaskVerdict['checks'][number]['name']): string {
  const words: Record<typeof name, string> = {
    audit: t('audit'),
    acceptance: t('acceptance'),
    claim: t('claim'),
    tests: t('tests'),
  };
  return words[name];
}

/** How far a worker is, and of what budget: a clause, as `progressText` says it to agents. */
export function progressWords(progress: WorkProgress): string {
  const { doing, round, rounds, tokens, mostTokens, startedAt, minutes } = progress;
  const thousands = (number: number): string => grouped(Math.ceil(number / 1000));
  const spent = Math.max(1, Math.ceil((Date.now() - startedAt) / 60_000));
  return t(
    '{0} (step {1} of {2}, {3} of {4} thousand tokens, minute {5} of {6})',
    ...[doing, round, rounds, thousands(tokens), thousands(mostTokens), spent, minutes],
  );
}
