import { UserError } from '../../base/errors';
import { t } from '../../base/texts';
import type { Outcome } from '../../audit/report';
import type { Task } from './plan/task';
import type { TestBaseline } from './gate/heldTests';
import type { Draft } from './proposal/draft';
import type { KeptFiles } from './undo/keptFiles';
import type { TaskVerdict } from './verdict';
import { taskWords } from '../words';

/**
 * `open`: to be worked on when its turn comes. `ready`: said to be ready, and waits for its audit. `sent back`: its audit has found
 * something. `proposed`: what was written for it has passed its audit in a copy of the workspace, and waits for a person to let it in.
 * `needs you`: nothing goes on without a person. `excepted`: a person lets it stand as it is.
 */
export const TASK_STATES = [
  'open',
  'working',
  'ready',
  'auditing',
  'sent back',
  'proposed',
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
export interface Exception {
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
  /** What was written for it and is not in the workspace. */
  draft: Draft | null;
  /** What a person said who sent it back; empty for nothing. */
  wish: string;
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
export const NOTHING_KEPT = {
  ...{ baseline: null, begun: null, passed: null, outdated: null, draft: null, wish: '' },
} as const;

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
  open: [
    ...(['working', 'needs you', 'cancelled', 'excepted', 'ready', 'sent back', 'open'] as const),
    ...(['auditing', 'proposed'] as const),
  ],
  working: ['open', 'sent back'],
  ready: ['open', 'working', 'sent back', 'auditing', 'needs you', 'ready', 'proposed'],
  auditing: ['ready'],
  'sent back': ['working', 'ready', 'proposed'],
  proposed: ['auditing'],
  'needs you': ['open', 'working', 'ready', 'sent back', 'auditing', 'excepted'],
  excepted: ['open', 'working', 'ready', 'sent back', 'proposed', 'needs you', 'excepted'],
  cancelled: ['open', 'working', 'ready', 'auditing', 'sent back', 'proposed', 'needs you', 'excepted'],
};

/** The task in another state. Rejects with `UserError` where that can't follow. */
export function moved(
  task: TaskRecord,
  state: Exclude<TaskState, 'done'>,
  changes: Partial<Omit<TaskRecord, keyof Task | 'state' | 'verdictId' | 'attempts'>> = {},
): TaskRecord {
  const isAgain = state === 'ready' && task.state === 'done' && task.outdated !== null;
  if (!isAgain && !MAY_BECOME[state].includes(task.state))
    throw new UserError(
      t('The task {0} is {1} and can not become {2}', task.id, wordOf(task.state), wordOf(state)),
      nextStepOf(task),
    );
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

function wordOf(state: TaskState): string {
  return taskWords({ state, outdated: null });
}

function nextStepOf({ state }: TaskRecord): string {
  switch (state) {
    case 'done':
      return t('It has passed its audit; put in another task for what is still to be done.');
    case 'auditing':
      return t('Wait for its verdict.');
    case 'proposed':
      return t('Apply what is proposed for it, send it back, or discard it.');
    case 'working':
      return t('Say that it is ready first, or cancel it.');
    case 'cancelled':
    case 'needs you':
    case 'excepted':
      return t('Give it another try with "retry".');
    case 'open':
    case 'ready':
    case 'sent back':
      return t('Look at the state of the run.');
  }
}

/**
 * The task after an audit of it. Besides `landed` this is the only way to `done`, and it takes a verdict that is about this task, as it
 * is audited now, and passes it. Rejects with a plain `Error` otherwise: that would be a defect.
 * @param passed its files as they did, where they could be kept
 * @param around of a draft that was audited: what stood around it, see there
 */
export function judged(
  task: TaskRecord,
  verdict: TaskVerdict,
  passed: KeptFiles | null = null,
  around = '',
): TaskRecord {
  refuseWrong(task, verdict);
  const { outcome, reason } = verdict;
  if (outcome === 'not run')
    return { ...task, state: verdict.helps === 'wait' ? 'ready' : 'needs you', reason, verdictId: null };
  const attempt: Attempt = {
    ...{ verdictId: verdict.id, outcome, reason, contentHash: verdict.contentHash, at: verdict.createdAt },
    causes: [...new Set(verdict.findings.map(({ rule, file }) => `${rule} ${file}`.trim()))].slice(0, 20),
  };
  const after = { ...task, attempts: [...task.attempts, attempt], reason };
  if (outcome === 'pass' && task.draft) {
    // What is approved already goes on by itself.
    const state = task.draft.isApproved ? 'ready' : 'proposed';
    return { ...after, state, verdictId: null, draft: { ...task.draft, around, verdictId: verdict.id } };
  }
  if (outcome === 'pass') return done(after, verdict, passed);
  const failed = task.draft && { ...task.draft, around: '', verdictId: '', isApproved: false };
  const used = after.attempts.length - after.forgiven;
  return used < MAX_ATTEMPTS
    ? { ...after, state: 'sent back', verdictId: null, draft: failed }
    : {
        ...after,
        draft: failed,
        state: 'needs you',
        verdictId: null,
        reason: `${MAX_ATTEMPTS} attempts have failed. ${reason}`,
      };
}

/** The task after what was proposed and approved for it has been put into the workspace, byte for byte as its verdict passed it. */
export function landed(task: TaskRecord, verdict: TaskVerdict, passed: KeptFiles | null): TaskRecord {
  refuseWrong(task, verdict);
  const isItsOwn = task.draft?.isApproved === true && task.draft.verdictId === verdict.id;
  if (!isItsOwn || verdict.outcome !== 'pass')
    throw new Error(`The verdict ${verdict.id} is not the one that passes what is approved for ${task.id}`);
  return done(task, verdict, passed);
}

function done(task: TaskRecord, { id }: TaskVerdict, passed: KeptFiles | null): TaskRecord {
  const kept = { baseline: null, draft: null, wish: '', passed };
  return { ...task, state: 'done', reason: '', verdictId: id, ...kept };
}

function refuseWrong(task: TaskRecord, verdict: TaskVerdict): void {
  if (task.state === 'auditing' && verdict.taskId === task.id && verdict.id !== '') return;
  throw new Error(`A verdict over ${verdict.taskId} can not be given to ${task.id}, which is ${task.state}`);
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
