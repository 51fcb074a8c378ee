import { randomUUID } from 'node:crypto';
import type { RunStatus } from '../runStatus';
import { divide } from './plan/phases';
import type { Plan } from './plan/plan';
import { PRINCESSES } from './plan/task';
import type { Princess } from './plan/task';
import { isVerified, recordOf, stateAt } from './taskRecord';
import type { TaskRecord, WorkerKind } from './taskRecord';

/** Tasks that can be worked on beside each other, as none of them needs another. */
export interface Phase {
  /** From 1. */
  number: number;
  taskIds: readonly string[];
}

/** What one princess has to do. */
export interface PrincessState {
  name: Princess;
  status: 'idle' | 'busy' | 'waiting for you';
  /** Tasks by how far they are. */
  open: number;
  working: number;
  done: number;
  needYou: number;
}

/** Why it would be wise to go back to Loop 1. */
export interface Escalation {
  kind: 'repeated cause' | 'critical finding' | 'pass rate';
  /** Empty where it is not about one. */
  taskId: string;
  /** One sentence. */
  reason: string;
  at: string;
  /** Whether a card of Loop 1 was made of it. */
  isRaised: boolean;
}

/** One life of a Loop 2. */
export interface Loop2Run {
  id: string;
  status: RunStatus;
  /** Why it ended or waits; empty while it goes on. */
  reason: string;
  /** Where its tasks come from, in words. */
  source: string;
  tasks: readonly TaskRecord[];
  phases: readonly Phase[];
  princesses: readonly PrincessState[];
  /** How many tasks may be worked on at the same time. */
  parallel: number;
  notes: readonly string[];
  escalations: readonly Escalation[];
  /** ISO UTC with milliseconds. */
  createdAt: string;
  updatedAt: string;
}

/** Verified tasks of all that are to be done. */
export interface Progress {
  done: number;
  /** Done once, but not as things are now. */
  outdated: number;
  excepted: number;
  total: number;
  /** Of the verdicts that have decided; null before the first. */
  passRate: number | null;
}

const PARALLEL = 2;

export function newRun(
  plan: Plan,
  {
    source,
    worker,
    parallel = PARALLEL,
    now,
  }: { source: string; worker: WorkerKind; parallel?: number; now: Date },
): Loop2Run {
  const at = now.toISOString();
  const run: Loop2Run = {
    ...{
      id: randomUUID(),
      status: 'pending',
      reason: '',
      source,
      parallel: Math.max(1, Math.floor(parallel)),
    },
    tasks: plan.tasks.map((task) => recordOf(task, worker)),
    phases: phasesOf(plan.phases),
    ...{ princesses: [], notes: plan.notes, escalations: [], createdAt: at, updatedAt: at },
  };
  return { ...run, ...derivedFrom(run, now) };
}

export function phasesOf(phases: Plan['phases']): Phase[] {
  return phases.map((taskIds, at) => ({ number: at + 1, taskIds }));
}

/** What follows from the tasks of a run. */
export function derivedFrom({ tasks }: Loop2Run, now: Date): Pick<Loop2Run, 'princesses'> {
  return { princesses: PRINCESSES.map((name) => princessState(name, tasks, now)) };
}

function princessState(name: Princess, tasks: readonly TaskRecord[], now: Date): PrincessState {
  const states = tasks.filter(({ princess }) => princess === name).map((task) => stateAt(task, now));
  const among = (...wanted: readonly string[]): number =>
    states.filter((state) => wanted.includes(state)).length;
  const working = among('working', 'auditing');
  const needYou = among('needs you', 'proposed');
  return {
    ...{ name, status: working > 0 ? 'busy' : needYou > 0 ? 'waiting for you' : 'idle' },
    ...{ open: among('open', 'ready', 'sent back'), working, done: among('done', 'excepted'), needYou },
  };
}

export function progressOf({ tasks }: Pick<Loop2Run, 'tasks'>, now: Date): Progress {
  const states = tasks.map((task) => stateAt(task, now));
  const attempts = tasks.flatMap((task) => task.attempts);
  const passed = attempts.filter(({ outcome }) => outcome === 'pass').length;
  return {
    done: tasks.filter(isVerified).length,
    outdated: tasks.filter((task) => task.state === 'done' && !isVerified(task)).length,
    excepted: states.filter((state) => state === 'excepted').length,
    total: states.filter((state) => state !== 'cancelled').length,
    passRate: attempts.length === 0 ? null : passed / attempts.length,
  };
}

/** Tasks that at least three others need, the most needed first. */
export function bottlenecksOf({ tasks }: Pick<Loop2Run, 'tasks'>): ReturnType<typeof divide>['bottlenecks'] {
  return divide(tasks).bottlenecks;
}
