import { UserError } from '../../base/errors';
import type { Outcome } from '../../audit/report';
import type { Task } from './plan/task';
import type { TestBaseline } from './gate/heldTests';
import type { KeptFiles } from './undo/keptFiles';
import type { TaskVerdict } from './verdict';

/**
 * `open`: to be worked on when its turn comes. `ready`: said to be ready, and waits for its audit. `sent back`: its audit has found
 * something. `needs you`: nothing goes on without a person. `excepted`: a person lets it stand as it is.
 */
export const TASK_STATES = [
  'open',
  'working',
  'ready',
  'auditing',
  'sent back',
  'needs you',
  'done',
  'excepted',
  'cancelled',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** Who does a task. */
export type WorkerKind = 'you' | 'model' | 'agent';

/** An audit that has decided. One that could not be run is none. */
export interface Attempt {
  verdictId: string;
  outcome: Exclude<Outcome, 'not run'>;
  reason: string;
  /** What failed, so that the same can be told again; empty for a pass. */
  causes: readonly string[];
  contentHash: string;
  at: string;
}

/** A person lets a task stand without a verdict that passes it. */
interface Exception {
  reason: string;
  by: string;
  at: string;
  /** ISO UTC; the task needs a person again from then on. */
  expiresAt: string;
}

/** Why the verdict that passed a task is not about what is there now. */
export interface Outdated {
  /** `changed`: its files are others. `undone`: something that it needs was undone. */
  why: 'changed' | 'undone';
  /** One sentence. */
  reason: string;
}

/** A task of a run, and what has become of it. */
export interface TaskRecord extends Task {
  state: TaskState;
  worker: WorkerKind;
  /** Name of who works on it, or did last; empty before. */
  workedBy: string;
  /** Why it is as it is; empty where that is plain. */
  reason: string;
  attempts: readonly Attempt[];
  /** How many of the attempts were made before a person gave it new ones. */
  forgiven: number;
  /** Of the verdict that passed it; null for all that is not done. */
  verdictId: string | null;
  exception: Exception | null;
  /** The tests as they were before it was worked on, until it is done. */
  baseline: TestBaseline | null;
  /** Its files as they were before it was worked on; null where that is not known. */
  begun: KeptFiles | null;
  /** The same as they passed. */
  passed: KeptFiles | null;
  /** Of one that is done alone: it is to be audited again. */
  outdated: Outdated | null;
}

export const MAX_ATTEMPTS = 3;

export function recordOf(task: Task, worker: WorkerKind): TaskRecord {
  return {
    ...{ ...task, state: 'open', worker, workedBy: '', reason: '', attempts: [], forgiven: 0 },
    ...{ verdictId: null, exception: null, ...NOTHING_KEPT },
  };
}

/** What a task has that was just put into a plan, or was kept before there was any of it. */
export const NOTHING_KEPT = { baseline: null, begun: null, passed: null, outdated: null } as const;

/** Whether its verdict is about what is there now. */
export function isVerified({ state, outdated }: TaskRecord): boolean {
  return state === 'done' && outdated === null;
}

/** How a task stands at a time: an exception that has run out is none. */
export function stateAt({ state, exception }: TaskRecord, now: Date): TaskState {
  const isOver = state === 'excepted' && (!exception || Date.parse(exception.expiresAt) <= now.getTime());
  return isOver ? 'needs you' : state;
}

/** States that a task may be in before it gets to another one, apart from `done`: only a verdict leads there. */
const MAY_BECOME: Readonly<Record<Exclude<TaskState, 'done'>, readonly TaskState[]>> = {
  open: ['working', 'needs you', 'cancelled', 'excepted', 'ready', 'sent back', 'open'],
  working: ['open', 'sent back'],
  ready: ['open', 'working', 'sent back', 'auditing', 'needs you', 'ready'],
  auditing: ['ready'],
  'sent back': ['working', 'ready'],
  'needs you': ['open', 'working', 'ready', 'sent back', 'auditing', 'excepted'],
  excepted: ['open', 'working', 'ready', 'sent back', 'needs you', 'excepted'],
  cancelled: ['open', 'working', 'ready', 'auditing', 'sent back', 'needs you', 'excepted'],
};

/** The task in another state. Rejects with `UserError` where that can't follow. */
export function moved(
  task: TaskRecord,
  state: Exclude<TaskState, 'done'>,
  changes: Partial<Omit<TaskRecord, keyof Task | 'state' | 'verdictId' | 'attempts'>> = {},
): TaskRecord {
  const isAgain = state === 'ready' && task.state === 'done' && task.outdated !== null;
  if (!isAgain && !MAY_BECOME[state].includes(task.state))
    throw new UserError(`The task ${task.id} is ${task.state} and can not become ${state}`, nextStepOf(task));
  // Who has passed once begins with new attempts.
  const again = isAgain ? { forgiven: task.attempts.length } : {};
  return { ...task, reason: '', ...again, ...changes, state, verdictId: null, outdated: null };
}

/** The task after its files were made what they were before it was begun. */
export function undone(task: TaskRecord): TaskRecord {
  return {
    ...{ ...task, state: 'open', reason: '', forgiven: task.attempts.length, exception: null },
    ...{ verdictId: null, passed: null, outdated: null },
  };
}

function nextStepOf({ state }: TaskRecord): string {
  switch (state) {
    case 'done':
      return 'It has passed its audit; put in another task for what is still to be done.';
    case 'auditing':
      return 'Wait for its verdict.';
    case 'working':
      return 'Say that it is ready first, or cancel it.';
    case 'cancelled':
    case 'needs you':
    case 'excepted':
      return 'Give it another try with "retry".';
    case 'open':
    case 'ready':
    case 'sent back':
      return 'Look at the state of the run.';
  }
}

/**
 * The task after an audit of it. This is the only way to `done`, and it takes a verdict that is about this task, as it is audited now,
 * and passes it. `passed`: its files as they did, where they could be kept. Rejects with a plain `Error` otherwise: that would be a defect.
 */
export function judged(task: TaskRecord, verdict: TaskVerdict, passed: KeptFiles | null = null): TaskRecord {
  if (task.state !== 'auditing' || verdict.taskId !== task.id || verdict.id === '')
    throw new Error(
      `A verdict over ${verdict.taskId} can not be given to ${task.id}, which is ${task.state}`,
    );
  const { outcome, reason } = verdict;
  if (outcome === 'not run')
    return { ...task, state: verdict.helps === 'wait' ? 'ready' : 'needs you', reason, verdictId: null };
  const attempt: Attempt = {
    ...{ verdictId: verdict.id, outcome, reason, contentHash: verdict.contentHash, at: verdict.createdAt },
    causes: [...new Set(verdict.findings.map(({ rule, file }) => `${rule} ${file}`.trim()))].slice(0, 20),
  };
  const after = { ...task, attempts: [...task.attempts, attempt], reason };
  if (outcome === 'pass') return { ...after, state: 'done', verdictId: verdict.id, baseline: null, passed };
  const used = after.attempts.length - after.forgiven;
  return used < MAX_ATTEMPTS
    ? { ...after, state: 'sent back', verdictId: null }
    : {
        ...after,
        state: 'needs you',
        verdictId: null,
        reason: `${MAX_ATTEMPTS} attempts have failed. ${reason}`,
      };
}

/** What keeps a task from being audited again: nothing has changed since it failed. */
export function unchangedSince({ attempts }: TaskRecord, contentHash: string): Attempt | undefined {
  const last = attempts.at(-1);
  return last?.outcome === 'fail' && last.contentHash === contentHash ? last : undefined;
}

/** Whether two attempts have failed on the same. */
export function repeatedCause({ attempts, forgiven }: TaskRecord): string | undefined {
  const [before, last] = attempts.slice(forgiven).slice(-2);
  return before && last ? last.causes.find((cause) => before.causes.includes(cause)) : undefined;
}
