import type { FileEdit } from '../loop1/remediation/remedy';
import type { TaskRecord } from './taskRecord';
import type { TaskVerdict } from './verdict';

/** What a worker is given. */
export interface Job {
  task: TaskRecord;
  /** The verdict that sent the task back; undefined at the first attempt. */
  verdict: TaskVerdict | undefined;
  /** To be told how far it is. */
  tell: (progress: WorkProgress) => void;
}

/** How far a worker without a person is with a task, of what it may take for it. */
export interface WorkProgress {
  round: number;
  rounds: number;
  /** Estimated. */
  tokens: number;
  mostTokens: number;
  /** Milliseconds since 1970. */
  startedAt: number;
  minutes: number;
  /** What it does, a clause. */
  doing: string;
}

/** How a worker has ended. What it says of its work decides nothing: an audit does. */
export type JobEnd =
  | {
      kind: 'ready';
      /** What it has written, to be audited and looked at before it gets into the workspace; left out by one that has written there itself. */
      edits?: readonly FileEdit[];
      says?: string;
    }
  | { kind: 'gave up'; reason: string; edits?: readonly FileEdit[] };

/** Somebody who does tasks without a person. */
export interface Worker {
  /** Asked for at each task where it is found out then; rejects with `UserError` where there is nobody to do it. */
  name: string | ((signal: AbortSignal) => Promise<string>);
  /** Rejects with `CancelledError` as soon as `signal` aborts. What else it rejects with, ends the job as given up. */
  work(job: Job, signal: AbortSignal): Promise<JobEnd>;
}
