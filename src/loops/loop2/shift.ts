import { linkedSignal } from '../../base/cancellation';
import { isCancelled, throwIfCancelled } from '../../base/errors';
import type { Loop2Run } from './run';
import { TaskJobs } from './taskJobs';
import type { JobParts } from './taskJobs';
import { moved } from './taskRecord';
import type { TaskRecord, WorkerKind } from './taskRecord';
import { turnOf } from './turn';

/** What is done for one task at the moment. */
interface Going {
  worker: WorkerKind;
  abort: () => void;
  done: Promise<void>;
}

/** One stretch of work on a run that is claimed: audits what is ready, lets workers do what is theirs, until nothing can be done. */
export class Shift {
  private readonly going = new Map<string, Going>();
  private readonly jobs: TaskJobs;
  /** What had changed since it passed, and is audited again. */
  private readonly takenUp = new Set<string>();
  private wake: () => void = () => undefined;

  constructor(
    private readonly parts: JobParts,
    private readonly signal: AbortSignal,
  ) {
    this.jobs = new TaskJobs(parts, signal);
  }

  /** @param only the one task that is to be audited; all when left out. Workers do what is theirs in any case. */
  async work(only?: string): Promise<void> {
    const stopListening = this.parts.kept.onDidChange((run) => {
      this.endTaken(run);
      this.wake();
    });
    try {
      for (;;) {
        const changed = new Promise<void>((resolve) => (this.wake = resolve));
        throwIfCancelled(this.signal);
        await this.begin(only);
        if (this.going.size === 0 && !(await this.takeUpOutdated())) return;
        await Promise.race([changed, ...this.endings()]);
      }
    } finally {
      stopListening();
      for (const { abort } of this.going.values()) abort();
      // What was told to end is waited for: nothing is saved after the run is released.
      await Promise.allSettled(this.endings());
    }
  }

  private endings(): Promise<void>[] {
    return [...this.going.values()].map(({ done }) => done);
  }

  /** A person took tasks away from who is at work on them. */
  private endTaken({ tasks }: Loop2Run): void {
    for (const { id, state, worker } of tasks) {
      const going = this.going.get(id);
      const isTaken = state === 'cancelled' || state === 'excepted' || state === 'needs you';
      if (going && (isTaken || worker !== going.worker)) going.abort();
    }
  }

  private async begin(only: string | undefined): Promise<void> {
    const run = await this.parts.kept.latest();
    if (!run) throw new Error('the run is gone');
    for (const task of turnOf(run, this.parts.now()).tasks) {
      if (this.going.size >= run.parallel) return;
      if (this.going.has(task.id) || this.jobs.givenUp.has(task.id)) continue;
      const isLeft = only !== undefined && task.id !== only && !this.takenUp.has(task.id);
      if (isLeft && task.state === 'ready') continue;
      const job = this.jobs.jobOf(task);
      if (job) this.start(task, job);
    }
  }

  /** When all else is done, what has changed since it passed is audited again. Whether there is any such thing. */
  private async takeUpOutdated(): Promise<boolean> {
    const { kept, keeping, now } = this.parts;
    await keeping.lookForChanges();
    const run = await kept.latest();
    if (!run || turnOf(run, now()).tasks.length > 0) return false;
    const again = run.tasks.filter(({ id, outdated }) => outdated !== null && !this.takenUp.has(id));
    for (const { id } of again) {
      this.takenUp.add(id);
      await this.jobs.change(id, this.signal, (task) => (task.outdated ? moved(task, 'ready') : task));
    }
    return again.length > 0;
  }

  private start({ id, worker }: TaskRecord, job: (signal: AbortSignal) => Promise<void>): void {
    const { signal, abort, release } = linkedSignal([this.signal]);
    const done = job(signal)
      .catch((error: unknown) => {
        // One task that was taken away does not end the others.
        if (!isCancelled(error) || this.signal.aborted) throw error;
      })
      .finally(() => {
        release();
        this.going.delete(id);
        this.wake();
      });
    // It is waited for where all are.
    done.catch(() => undefined);
    this.going.set(id, { worker, abort, done });
  }
}
