import type { TaskRecord } from './taskRecord';
import type { TaskVerdict } from './verdict';

/** What a worker is given. */
export interface Job {
  task: TaskRecord;
  /** The verdict that sent the task back; undefined at the first attempt. */
  verdict: TaskVerdict | undefined;
}

/** How a worker has ended. What it says of its work decides nothing: an audit does. */
export type JobEnd = { kind: 'ready' } | { kind: 'gave up'; reason: string };

/** Somebody who does tasks without a person. */
export interface Worker {
  name: string;
  /** Rejects with `CancelledError` as soon as `signal` aborts. What else it rejects with, ends the job as given up. */
  work(job: Job, signal: AbortSignal): Promise<JobEnd>;
}
