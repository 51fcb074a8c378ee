import type { RunStatus } from '../runStatus';
import type { Princess, TaskKind } from './plan/task';
import { bottlenecksOf, progressOf } from './run';
import type { Escalation, Loop2Run, PrincessState, Progress } from './run';
import { MAX_ATTEMPTS, stateAt } from './taskRecord';
import type { TaskRecord, TaskState, WorkerKind } from './taskRecord';
import { openNeeds, turnOf } from './turn';
import type { Turn } from './turn';

/** What a person can do with a task. */
export const TASK_DEEDS = [
  ...(['show', 'apply', 'sendBack', 'discard', 'stop', 'work', 'ready'] as const),
  ...(['model', 'assign', 'retry', 'except', 'compare', 'undo', 'drop'] as const),
] as const;
export type TaskDeed = (typeof TASK_DEEDS)[number];

/** A task as it is shown. */
export interface TaskView {
  id: string;
  description: string;
  state: TaskState;
  princess: Princess;
  kind: TaskKind;
  worker: WorkerKind;
  /** Name of who works on it, or did last; empty before. */
  workedBy: string;
  /** Why it is as it is; empty where that is plain. */
  reason: string;
  /** It is done, but not as things are now: why it is to be audited again. Empty otherwise. */
  outdated: string;
  files: readonly string[];
  /** Ids of what has to be done before and is not. */
  waitsFor: readonly string[];
  /** Id of the task that does not get on and that it waits for, perhaps by others; empty for none. */
  blockedBy: string;
  /** How many need it, where that makes it a bottleneck; 0 otherwise. */
  dependants: number;
  isTurn: boolean;
  attempts: number;
  /** Before it needs a person. */
  attemptsLeft: number;
  /** How it is seen to hold besides its audit: a command or words; empty for neither. */
  check: string;
  /** Ids of cards of Loop 1. */
  scenarios: readonly string[];
  origin: { file: string; line: number } | null;
  /** What a model has written for it and is not in the workspace, with what it says of it. */
  draft: { files: readonly string[]; says: string } | null;
  exception: { reason: string; by: string; expiresAt: string } | null;
  can: readonly TaskDeed[];
}

export interface PhaseView {
  number: number;
  isNow: boolean;
  verified: number;
  tasks: TaskView[];
}

/** A run as the page and the tree show it. */
export interface Loop2View {
  id: string;
  status: RunStatus;
  reason: string;
  source: string;
  progress: Progress;
  phases: PhaseView[];
  /** Those that have any task. */
  princesses: PrincessState[];
  escalations: readonly Escalation[];
  notes: readonly string[];
  can: { resume: boolean; pause: boolean; cancel: boolean; add: boolean };
}

export function viewOf(run: Loop2Run, now: Date): Loop2View {
  const { id, status, reason, source, escalations, notes } = run;
  const turn = turnOf(run, now);
  const needed = new Map(bottlenecksOf(run).map(({ task, dependants }) => [task, dependants]));
  const byId = new Map(run.tasks.map((task) => [task.id, task]));
  const isOver = status === 'completed' || status === 'cancelled';
  return {
    ...{ id, status, reason, source, progress: progressOf(run, now), escalations, notes },
    phases: run.phases.map(({ number, taskIds }) => {
      const tasks = taskIds.flatMap((each) => {
        const task = byId.get(each);
        return task ? [taskView(task, { run, turn, now, dependants: needed.get(each) ?? 0 })] : [];
      });
      const verified = tasks.filter(({ state, outdated }) => state === 'done' && outdated === '').length;
      return { number, isNow: turn.phase === number, verified, tasks };
    }),
    princesses: run.princesses.filter((each) => each.open + each.working + each.done + each.needYou > 0),
    can: {
      resume: status === 'paused' || status === 'interrupted' || status === 'failed',
      pause: status === 'running',
      cancel: !isOver,
      add: status !== 'cancelled',
    },
  };
}

interface Standing {
  run: Loop2Run;
  turn: Turn;
  now: Date;
  dependants: number;
}

function taskView(task: TaskRecord, { run, turn, now, dependants }: Standing): TaskView {
  const { id, description, princess, kind, worker, workedBy, reason, files, scenarios, origin } = task;
  const state = stateAt(task, now);
  const { acceptance, exception } = task;
  return {
    ...{ id, description, state, princess, kind, worker, workedBy, reason, files, scenarios, origin },
    waitsFor: state === 'done' || state === 'cancelled' ? [] : openNeeds(task, run, now),
    blockedBy: turn.blocked.get(id) ?? '',
    outdated: task.outdated?.reason ?? '',
    dependants,
    isTurn: turn.tasks.some((each) => each.id === id),
    attempts: task.attempts.length,
    attemptsLeft: Math.max(0, MAX_ATTEMPTS - (task.attempts.length - task.forgiven)),
    check: acceptance.kind === 'command' ? acceptance.command : acceptance.words,
    draft: task.draft && { files: task.draft.edits.map(({ file }) => file), says: task.draft.says },
    exception: exception && {
      reason: exception.reason,
      by: exception.by,
      expiresAt: exception.expiresAt,
    },
    can: run.status === 'cancelled' ? [] : deedsOf(task, turn, now),
  };
}

/** A model does it, and it is not a person's turn. */
export function isAtModel({ worker, state }: TaskRecord): boolean {
  return worker === 'model' && (state === 'working' || state === 'ready' || state === 'auditing');
}

/** What can be done with a task now. */
export function deedsOf(task: TaskRecord, turn: Turn, now: Date): TaskDeed[] {
  const state = stateAt(task, now);
  const isTurn = turn.tasks.some(({ id }) => id === task.id);
  const among = (...states: TaskState[]): boolean => states.includes(state);
  const isWithModel = isAtModel(task);
  const may: Record<TaskDeed, boolean> = {
    show: task.draft !== null,
    apply: among('proposed'),
    sendBack: among('proposed'),
    discard: task.draft !== null && !isWithModel,
    stop: isWithModel,
    work: isTurn && !isWithModel && among('open', 'sent back', 'working'),
    ready:
      among('needs you') ||
      (among('done') && task.outdated !== null) ||
      (isTurn && !isWithModel && among('open', 'sent back', 'working', 'ready')),
    model: among('needs you') || (isTurn && !isWithModel && among('open', 'sent back', 'working')),
    assign: !isWithModel && among('open', 'sent back', 'working', 'needs you', 'cancelled'),
    retry: among('needs you', 'cancelled'),
    except: among('open', 'sent back', 'needs you'),
    compare: task.begun !== null,
    undo: task.begun !== null && !isWithModel && !among('auditing', 'proposed'),
    drop: among('open', 'working', 'sent back', 'needs you', 'ready'),
  };
  return TASK_DEEDS.filter((deed) => may[deed]);
}
