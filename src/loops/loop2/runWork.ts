import { isCancelled, messageOf, UserError } from '../../base/errors';
import { t } from '../../base/texts';
import type { RunStatus } from '../runStatus';
import { newRun } from './run';
import type { Loop2Run } from './run';
import { isOver, recovered } from './runSteps';
import { Shift } from './shift';
import type { JobParts } from './taskJobs';
import type { Plan } from './plan/plan';
import type { TaskRecord, WorkerKind } from './taskRecord';
import { restingState, taskOf, turnOf } from './turn';
import type { WorkProgress } from './worker';
import { statusWords } from '../words';

export interface BeginOptions {
  /** Where the plan comes from, in words. */
  source: string;
  /** Who is to do the tasks; you when left out. */
  worker?: WorkerKind;
  parallel?: number;
}

/** Work on it has come to its end; nobody has ended it. */
const RESTING: readonly RunStatus[] = ['waiting for you', 'completed', 'not converged'];

/** The work of this process on the newest run of a workspace: one stretch of it at a time. */
export class RunWork {
  private working: { abort: AbortController; done: Promise<void> } | undefined;
  private readonly going = new Map<string, WorkProgress>();
  private readonly progressListeners = new Set<() => void>();

  constructor(private readonly parts: Omit<JobParts, 'onProgress'>) {}

  /** Calls `listener` when a worker got further. Returns what ends it. */
  onDidProgress(listener: () => void): () => void {
    this.progressListeners.add(listener);
    return () => this.progressListeners.delete(listener);
  }

  /** How far workers are, by the id of the task. */
  get progress(): ReadonlyMap<string, WorkProgress> {
    return this.going;
  }

  get isAtWork(): boolean {
    return this.working !== undefined;
  }

  /** Rejects with `UserError` where the last run is not over yet. */
  begin(plan: Plan, { source, worker = 'you', parallel }: BeginOptions): Promise<Loop2Run> {
    return this.work((last) => {
      if (last && !isOver(last) && last.status !== 'not converged' && last.status !== 'failed')
        throw new UserError(
          t('The last run is {0}: {1}', statusWords(last.status), last.reason || t('it goes on')),
          t('Go on with it, or cancel it first.'),
        );
      const now = this.parts.now();
      return newRun(plan, { source, worker, now, ...(parallel !== undefined && { parallel }) });
    });
  }

  /** @param only the one task that is to be audited; all when left out. Rejects with `UserError` where the run is over. */
  resume(only?: string): Promise<Loop2Run> {
    return this.work((last) => {
      if (!last || isOver(last))
        throw new UserError(t('There is no run to go on with'), t('Begin one with "start".'));
      return { ...last, tasks: last.tasks.map(recovered) };
    }, only);
  }

  /** Ends the work at once; tasks in the middle of it are done again from their last step. Resolves when that is saved. */
  async stop(status: 'paused' | 'cancelled', reason: string): Promise<void> {
    const { working } = this;
    working?.abort.abort();
    await this.parts.kept.change((now) => {
      const isIdle = status === 'paused' && now.status !== 'running';
      // What ended by itself in the meantime stays as it ended.
      return isOver(now) || isIdle ? undefined : { status, reason, tasks: now.tasks.map(recovered) };
    });
    // The caller may go on at once: nothing is at work any more.
    await working?.done;
  }

  /** Resolves when a task that was said to be ready has been seen to, by the work that goes on or by some that is begun for it. */
  async seenTo(id: string): Promise<Loop2Run> {
    const isAlone = !this.working && !this.parts.workers;
    if (isAlone) return this.resume(id);
    let stopListening = (): void => undefined;
    const seen = new Promise<Loop2Run>((resolve) => {
      const look = (run: Loop2Run): void => {
        const { state, reason } = taskOf(run, id);
        if ((state !== 'ready' || reason !== '') && state !== 'auditing') resolve(run);
      };
      stopListening = this.parts.kept.onDidChange(look);
    });
    const work = this.goOn(id);
    try {
      return await Promise.race([seen, work]);
    } finally {
      stopListening();
      // It goes on with others, and says by the state of the run how that has ended.
      work.catch(() => undefined);
    }
  }

  /**
   * Begins with what can be done, or, where this process is at work, with what that has not heard of when it ends. Resolves to the run
   * then. Rejects as `resume`.
   */
  async goOn(only?: string): Promise<Loop2Run> {
    if (!this.working) return this.resume(only);
    while (this.working) await this.working.done;
    const run = known(await this.parts.kept.latest());
    const isResting = RESTING.includes(run.status) && !this.working;
    const isUnheard = turnOf(run, this.parts.now()).tasks.some((task) => this.isUnheard(task));
    return isResting && isUnheard ? this.resume(only) : run;
  }

  /** After a person has said something, a run that nobody works on may have something to do, or be completed. */
  restingIfIdle(run: Loop2Run): Partial<Loop2Run> {
    const isIdle = !this.working && run.status !== 'paused' && run.status !== 'interrupted';
    return isIdle ? restingState(run, this.parts.now()) : {};
  }

  /** Rejects with `UserError` while this process is at work. */
  refuseAtWork(): void {
    if (this.working) throw new UserError(t('The run is at work already'), t('Wait for it, or pause it.'));
  }

  private async work(choose: (last: Loop2Run | undefined) => Loop2Run, only?: string): Promise<Loop2Run> {
    this.refuseAtWork();
    const abort = new AbortController();
    const work = this.workThrough(choose, abort.signal, only);
    const done = work.then(
      () => undefined,
      () => undefined,
    );
    this.working = { abort, done };
    try {
      return await work;
    } finally {
      this.working = undefined;
    }
  }

  /** Something can be done for it, and nobody has tried. */
  private isUnheard({ state, reason, worker }: TaskRecord): boolean {
    if (state === 'ready') return reason === '';
    return this.parts.workers?.[worker] !== undefined && (state === 'open' || state === 'sent back');
  }

  private async workThrough(
    choose: (last: Loop2Run | undefined) => Loop2Run,
    signal: AbortSignal,
    only: string | undefined,
  ): Promise<Loop2Run> {
    const { kept, now } = this.parts;
    const onProgress: JobParts['onProgress'] = (taskId, progress) => this.tellProgress(taskId, progress);
    await kept.take(choose);
    let run: Loop2Run | undefined;
    try {
      await new Shift({ ...this.parts, onProgress }, signal).work(only);
      await kept.change((ended) => (signal.aborted ? undefined : restingState(ended, now())));
    } catch (error) {
      // Who ended the work has said what the run is now.
      if (!signal.aborted && !isCancelled(error))
        await kept.change(() => ({ status: 'failed', reason: messageOf(error) }));
    } finally {
      run = await kept.release();
    }
    return known(run);
  }

  private tellProgress(taskId: string, progress: WorkProgress | undefined): void {
    if (progress) this.going.set(taskId, progress);
    else this.going.delete(taskId);
    for (const listener of this.progressListeners) listener();
  }
}

function known(run: Loop2Run | undefined): Loop2Run {
  if (!run) throw new Error('the run is gone');
  return run;
}
