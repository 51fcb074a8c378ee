import { isCancelled, messageOf, UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { KeptRun } from '../keptRun';
import type { RunKeeper } from '../keptRun';
import { hashOf } from './gate/auditTask';
import type { GateParts } from './gate/auditTask';
import type { Plan } from './plan/plan';
import { taskFrom } from './plan/task';
import type { TaskDraft } from './plan/task';
import { approved, discarded, sentBackWith } from './proposal/decide';
import { editsLeft } from './proposal/draft';
import { exceptionOf } from './exception';
import { derivedFrom, newRun } from './run';
import type { Loop2Run } from './run';
import { isOver, recovered, refuseOver, STOPPED, withOneMore } from './runSteps';
import { Shift, withTask } from './shift';
import type { OpenStage } from './shift';
import { noteUntold } from './tellLoop1';
import type { Loop1Link } from './tellLoop1';
import { moved, unchangedSince } from './taskRecord';
import type { TaskRecord, WorkerKind } from './taskRecord';
import { checkTurn, restingState, taskOf } from './turn';
import type { UndoPlan } from './undo/checkUndo';
import { Keeping } from './undo/keeping';
import type { Undone } from './undo/keeping';
import type { TaskVerdict } from './verdict';
import type { Worker, WorkProgress } from './worker';

/** Runs and the verdicts over their tasks. */
interface Loop2Keeper extends RunKeeper<Loop2Run, TaskVerdict> {
  /** Newest first. */
  verdicts(runId: string, taskId?: string): Promise<TaskVerdict[]>;
}

export interface Loop2Parts {
  gate: GateParts;
  keeper: Loop2Keeper;
  /** Who does tasks without a person. */
  workers?: Partial<Record<WorkerKind, Worker>>;
  /** For workers that do not write into the workspace themselves. */
  openStage?: OpenStage;
  loop1?: Loop1Link;
  backoffMs?: number;
}

export interface BeginOptions {
  /** Where the plan comes from, in words. */
  source: string;
  /** Who is to do the tasks; you when left out. */
  worker?: WorkerKind;
  parallel?: number;
}

const BACKOFF_MS = 2000;

/** The Loop 2 of one workspace. Each step of a task is saved before it counts, and no task is done but by a verdict. */
export class Loop2 {
  private readonly kept: KeptRun<Loop2Run, TaskVerdict>;
  private readonly keeping: Keeping;
  private working: { abort: AbortController; done: Promise<void> } | undefined;
  private readonly going = new Map<string, WorkProgress>();
  private readonly progressListeners = new Set<() => void>();

  constructor(private readonly parts: Loop2Parts) {
    this.kept = new KeptRun(parts.keeper, () => this.now(), derivedFrom);
    this.keeping = new Keeping(this.kept, parts.gate);
  }

  /** Calls `listener` after each saved change of the run, in another window too. Returns what ends it. */
  onDidChange(listener: (run: Loop2Run) => void): () => void {
    return this.kept.onDidChange(listener);
  }

  /** Calls `listener` when a worker of this process got further. Returns what ends it. */
  onDidProgress(listener: () => void): () => void {
    this.progressListeners.add(listener);
    return () => this.progressListeners.delete(listener);
  }

  /** How far workers of this process are, by the id of the task. */
  get progress(): ReadonlyMap<string, WorkProgress> {
    return this.going;
  }

  /** The newest run of the workspace, undefined before the first. */
  latest(): Promise<Loop2Run | undefined> {
    return this.kept.latest();
  }

  /** Whether it is this process that is at work. */
  get isAtWork(): boolean {
    return this.working !== undefined;
  }

  /** Verdicts over a task of the newest run, newest first. */
  async verdictsOf(taskId: string): Promise<TaskVerdict[]> {
    const run = await this.latest();
    return run ? this.parts.keeper.verdicts(run.id, taskId) : [];
  }

  /**
   * Begins a run with a plan and does what needs no person. Resolves when that has ended, in whatever way; rejects with `UserError`
   * where the last run is not over yet.
   */
  async begin(plan: Plan, { source, worker = 'you', parallel }: BeginOptions): Promise<Loop2Run> {
    return this.work((last) => {
      if (last && !isOver(last) && last.status !== 'not converged' && last.status !== 'failed')
        throw new UserError(
          `The last run is ${last.status}: ${last.reason || 'it goes on'}`,
          'Go on with it, or cancel it first.',
        );
      return newRun(plan, { source, worker, now: this.now(), ...(parallel !== undefined && { parallel }) });
    });
  }

  /** Goes on with the last run: audits what is ready, and lets workers do what is theirs. Rejects with `UserError` where it is over. */
  async resume(only?: string): Promise<Loop2Run> {
    return this.work((last) => {
      if (!last || isOver(last))
        throw new UserError('There is no run to go on with', 'Begin one with "start".');
      return { ...last, tasks: last.tasks.map(recovered) };
    }, only);
  }

  /** Ends the work at once; tasks in the middle of it are done again from their last step. Resolves when that is saved. */
  pause(reason = 'Paused.'): Promise<void> {
    return this.stop('paused', reason);
  }

  cancel(reason = 'Cancelled.'): Promise<void> {
    return this.stop('cancelled', reason);
  }

  /** Somebody takes a task whose turn it is, to do it himself. Rejects with `UserError` where he can't. */
  async take(id: string, by: string): Promise<void> {
    checkTurn(await this.current(), id, this.now());
    const begin = await this.keeping.beginning(id, new AbortController().signal);
    await this.changeTask(id, (task, run) => {
      checkTurn(run, id, this.now());
      return moved(task, 'working', { workedBy: oneLine(by, 80), ...begin });
    });
  }

  /**
   * A task is ready to be audited; resolves when it has been, where this process is not at work on the run already. `files` are those it
   * turned out to be about. Rejects with `UserError` where its turn has not come, and where nothing has changed since it failed.
   */
  async ready(id: string, files?: readonly string[]): Promise<Loop2Run> {
    const run = await this.current();
    checkTurn(run, id, this.now());
    const known = taskOf(run, id);
    if (known.state === 'proposed')
      throw new UserError(
        `What was written for ${id} has passed its audit already`,
        'Apply it, send it back, or discard it.',
      );
    if (known.worker === 'agent' && !known.baseline && !known.outdated)
      throw new UserError(
        `The task ${id} was not taken`,
        'Take it before it is worked on: the tests are compared.',
      );
    const task = files === undefined ? known : { ...known, files: taskFrom({ ...known, files }).files };
    const hash = await hashOf(task, this.parts.gate, new AbortController().signal);
    await this.changeTask(id, (now) => {
      const same = unchangedSince(now, hash);
      if (same)
        throw new UserError(
          `Nothing of ${id} has changed since it failed: ${oneLine(same.reason, 300)}`,
          'Mend that first, then say that it is ready again.',
        );
      // Whoever says so speaks of the workspace as it is.
      return { ...moved(now, 'ready', { draft: null, wish: '' }), files: task.files };
    });
    return this.seenTo(id);
  }

  /**
   * Lets what is proposed for a task into the workspace, with the verdict that it has, or, where the workspace is not as it was audited
   * with, after another audit. Resolves when that is through. Rejects with `UserError` where its files have changed since.
   */
  async approve(id: string): Promise<Loop2Run> {
    const { draft, state } = taskOf(await this.current(), id);
    if (state === 'proposed' && draft) await editsLeft(this.parts.gate.root, draft);
    await this.changeTask(id, approved);
    return this.seenTo(id);
  }

  /** Has what is proposed, or was refused by the audit, done again. `wish` is what whoever does it is told. */
  async sendBack(id: string, wish: string): Promise<void> {
    await this.changeTask(id, (task) => sentBackWith(task, wish));
  }

  /** Throws away what was written for a task and is not in the workspace; the task is yours then. */
  async discard(id: string): Promise<void> {
    await this.changeTask(id, discarded);
  }

  /** Ends the work of a worker on a task at once; nothing goes on with it without a person. */
  async stopWork(id: string): Promise<void> {
    await this.changeTask(id, (task) => moved(task, 'needs you', { reason: STOPPED }));
  }

  /** Gives a task that does not get on three new attempts. */
  async retry(id: string): Promise<void> {
    await this.changeTask(id, (task) =>
      moved(task, 'open', { forgiven: task.attempts.length, exception: null }),
    );
  }

  /**
   * Gives a task to somebody else, with what it has been through, and files where it had none. What a model has written for it stays with it
   * as long as models work on it.
   */
  async reassign(id: string, worker: WorkerKind, files?: readonly string[]): Promise<void> {
    await this.changeTask(id, (task) => {
      const named = files === undefined ? task : { ...task, files: taskFrom({ ...task, files }).files };
      const isLeft = worker !== 'model';
      return moved(named, 'open', { worker, workedBy: '', ...(isLeft && { draft: null, wish: '' }) });
    });
  }

  /**
   * Makes the files of a task what they were before it was begun, and the task open again. Rejects with `UserError` while the run is at
   * work, and where that would take away what is not of the task; what is taken away is kept by git.
   */
  async undo(id: string): Promise<Undone> {
    this.refuseAtWork();
    refuseOver(await this.current());
    const done = await this.keeping.undo(id, (run) => this.restingIfIdle(run));
    if (done.task.state !== 'done' || !this.parts.loop1) return done;
    try {
      await this.parts.loop1.withdrawn(done.task);
    } catch (error) {
      await noteUntold(this.kept, id, error);
    }
    return done;
  }

  /** What an undo would put back. Rejects as that does. */
  async planUndo(id: string): Promise<UndoPlan> {
    this.refuseAtWork();
    return this.keeping.plan(id);
  }

  /** A file of a task as it was before it was begun, or as it passed; undefined where that is not known or it was not there. */
  contentOf(id: string, which: 'begun' | 'passed', file: string): Promise<Buffer | undefined> {
    return this.keeping.contentOf(id, which, file);
  }

  /** Marks the tasks whose files are not those any more that passed. */
  lookForChanges(): Promise<void> {
    return this.keeping.lookForChanges((run) => (run.status === 'failed' ? {} : this.restingIfIdle(run)));
  }

  /** What depends on it will not be done. */
  async cancelTask(id: string): Promise<void> {
    await this.changeTask(id, (task) => moved(task, 'cancelled'));
  }

  /** Lets a task stand as it is until a day. Rejects with `UserError` without a reason, a name, and a day to come. */
  async except(
    id: string,
    { reason, by, expiresAt }: { reason: string; by: string; expiresAt: string },
  ): Promise<void> {
    const exception = exceptionOf({ reason, by, expiresAt }, this.now());
    await this.changeTask(id, (task) => moved(task, 'excepted', { exception, reason: exception.reason }));
  }

  /** Puts a task in at once, whatever is being done. Resolves to its id; rejects with `UserError` where it makes a ring. */
  async inject(draft: Omit<TaskDraft, 'id'>, worker: WorkerKind = 'you'): Promise<string> {
    let id = '';
    await this.kept.change((run) => {
      const put = withOneMore(run, draft, worker);
      id = put.id;
      return { ...put.plan, ...this.restingIfIdle({ ...run, ...put.plan }) };
    });
    return id;
  }

  /** Pauses what is at work. */
  async dispose(): Promise<void> {
    this.kept.dispose();
    if (this.working) await this.pause('The window was closed.');
  }

  /** Resolves when a task that was said to be ready has been seen to, by the work that goes on or by some that is begun for it. */
  private async seenTo(id: string): Promise<Loop2Run> {
    const isAlone = !this.working && !this.parts.workers;
    if (isAlone) return this.resume(id);
    let stopListening = (): void => undefined;
    const seen = new Promise<Loop2Run>((resolve) => {
      const look = (run: Loop2Run): void => {
        const { state, reason } = taskOf(run, id);
        if ((state !== 'ready' || reason !== '') && state !== 'auditing') resolve(run);
      };
      stopListening = this.onDidChange(look);
    });
    const work = this.working?.done.then(() => this.current()) ?? this.resume(id);
    try {
      return await Promise.race([seen, work]);
    } finally {
      stopListening();
      // It goes on with others, and says by the state of the run how that has ended.
      work.catch(() => undefined);
    }
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

  private async workThrough(
    choose: (last: Loop2Run | undefined) => Loop2Run,
    signal: AbortSignal,
    only: string | undefined,
  ): Promise<Loop2Run> {
    await this.kept.take(choose);
    let run: Loop2Run | undefined;
    try {
      await this.shift(signal).work(only);
      await this.kept.change((now) => (signal.aborted ? undefined : restingState(now, this.now())));
    } catch (error) {
      // Who ended the work has said what the run is now.
      if (!signal.aborted && !isCancelled(error))
        await this.kept.change(() => ({ status: 'failed', reason: messageOf(error) }));
    } finally {
      run = await this.kept.release();
    }
    if (!run) throw new Error('the run is gone');
    return run;
  }

  private shift(signal: AbortSignal): Shift {
    const { gate, keeper, workers = {}, openStage, loop1, backoffMs = BACKOFF_MS } = this.parts;
    return new Shift(
      {
        ...{ gate, kept: this.kept, keeping: this.keeping, workers, backoffMs, now: () => this.now() },
        ...(loop1 && { loop1 }),
        ...(openStage && { openStage }),
        verdictsOf: (runId, taskId) => keeper.verdicts(runId, taskId),
        onProgress: (taskId, progress) => this.tellProgress(taskId, progress),
      },
      signal,
    );
  }

  private tellProgress(taskId: string, progress: WorkProgress | undefined): void {
    if (progress) this.going.set(taskId, progress);
    else this.going.delete(taskId);
    for (const listener of this.progressListeners) listener();
  }

  private async stop(status: 'paused' | 'cancelled', reason: string): Promise<void> {
    const { working } = this;
    working?.abort.abort();
    await this.kept.change((now) => {
      const isIdle = status === 'paused' && now.status !== 'running';
      // What ended by itself in the meantime stays as it ended.
      return isOver(now) || isIdle ? undefined : { status, reason, tasks: now.tasks.map(recovered) };
    });
    // The caller may go on at once: nothing is at work any more.
    await working?.done;
  }

  private changeTask(id: string, made: (task: TaskRecord, run: Loop2Run) => TaskRecord): Promise<void> {
    return this.kept.change((run) => {
      refuseOver(run);
      const changed = withTask(run, made(taskOf(run, id), run));
      return { ...changed, ...this.restingIfIdle({ ...run, ...changed }) };
    });
  }

  /** After a person has said something, a run that nobody works on may have something to do, or be completed. */
  private restingIfIdle(run: Loop2Run): Partial<Loop2Run> {
    const isIdle = !this.working && run.status !== 'paused' && run.status !== 'interrupted';
    return isIdle ? restingState(run, this.now()) : {};
  }

  private refuseAtWork(): void {
    if (this.working) throw new UserError('The run is at work already', 'Wait for it, or pause it.');
  }

  private async current(): Promise<Loop2Run> {
    const run = await this.latest();
    if (!run) throw new UserError('There is no run in this workspace yet', 'Begin one with "start".');
    return run;
  }

  private now(): Date {
    return this.parts.gate.now();
  }
}
