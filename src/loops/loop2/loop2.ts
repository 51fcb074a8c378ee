import { isCancelled, messageOf, UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { KeptRun } from '../keptRun';
import type { RunKeeper } from '../keptRun';
import { hashOf } from './gate/auditTask';
import type { GateParts } from './gate/auditTask';
import { planOf } from './plan/plan';
import type { Plan } from './plan/plan';
import { idFrom, taskFrom } from './plan/task';
import type { TaskDraft } from './plan/task';
import { derivedFrom, newRun, phasesOf } from './run';
import type { Loop2Run } from './run';
import { noteUntold, Shift, withTask } from './shift';
import type { Loop1Link } from './shift';
import { moved, recordOf, stateAt, unchangedSince } from './taskRecord';
import type { TaskRecord, WorkerKind } from './taskRecord';
import { checkTurn, restingState, taskOf } from './turn';
import type { UndoPlan } from './undo/checkUndo';
import { Keeping } from './undo/keeping';
import type { Undone } from './undo/keeping';
import type { TaskVerdict } from './verdict';
import type { Worker } from './worker';

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

  constructor(private readonly parts: Loop2Parts) {
    this.kept = new KeptRun(parts.keeper, () => this.now(), derivedFrom);
    this.keeping = new Keeping(this.kept, parts.gate);
  }

  /** Calls `listener` after each saved change of the run, in another window too. Returns what ends it. */
  onDidChange(listener: (run: Loop2Run) => void): () => void {
    return this.kept.onDidChange(listener);
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
    if (known.worker === 'agent' && !known.baseline)
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
      return { ...moved(now, 'ready'), files: task.files };
    });
    // A run that is at work sees it by itself.
    return this.working ? this.current() : this.resume(id);
  }

  /** Gives a task that does not get on three new attempts. */
  async retry(id: string): Promise<void> {
    await this.changeTask(id, (task) =>
      moved(task, 'open', { forgiven: task.attempts.length, exception: null }),
    );
  }

  /** Gives a task to somebody else, with what it has been through. */
  async reassign(id: string, worker: WorkerKind): Promise<void> {
    await this.changeTask(id, (task) => moved(task, 'open', { worker, workedBy: '' }));
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
    const now = this.now();
    const end = Date.parse(expiresAt);
    if (reason.trim() === '' || by.trim() === '')
      throw new UserError(
        'An exception needs a reason and a name',
        'Say why the task may stand, and who says so.',
      );
    if (!(end > now.getTime()))
      throw new UserError('An exception needs a day to come on which it ends', 'Such as 2030-01-31.');
    const exception = {
      ...{ reason: oneLine(reason, 500), by: oneLine(by, 80) },
      ...{ at: now.toISOString(), expiresAt: new Date(end).toISOString() },
    };
    await this.changeTask(id, (task) => moved(task, 'excepted', { exception, reason: exception.reason }));
  }

  /** Puts a task in at once, whatever is being done. Resolves to its id; rejects with `UserError` where it makes a ring. */
  async inject(draft: Omit<TaskDraft, 'id'>, worker: WorkerKind = 'you'): Promise<string> {
    if (draft.description.trim() === '')
      throw new UserError('There is no text for a task', 'Write what is to be done.');
    let id = '';
    await this.kept.change((run) => {
      refuseOver(run);
      let number = run.tasks.length + 1;
      while (run.tasks.some((task) => task.id === `added-${number}`)) number++;
      id = idFrom(`added-${number}`);
      const task = taskFrom({ ...draft, id });
      const unknown = task.dependencies.find((each) => !run.tasks.some((one) => one.id === each));
      if (unknown !== undefined) taskOf(run, unknown);
      const tasks = [...run.tasks, recordOf(task, worker)];
      const phases = phasesOf(planOf(tasks).phases);
      return { tasks, phases, ...this.restingIfIdle({ ...run, tasks, phases }) };
    });
    return id;
  }

  /** Pauses what is at work. */
  async dispose(): Promise<void> {
    this.kept.dispose();
    if (this.working) await this.pause('The window was closed.');
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
    const { gate, keeper, workers = {}, loop1, backoffMs = BACKOFF_MS } = this.parts;
    return new Shift(
      {
        ...{ gate, kept: this.kept, keeping: this.keeping, workers, backoffMs, now: () => this.now() },
        ...(loop1 && { loop1 }),
        verdictOf: async (runId, taskId) => (await keeper.verdicts(runId, taskId))[0],
      },
      signal,
    );
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

/** A task as it is gone on with after its worker, or its audit, was told to end or died. */
function recovered(task: TaskRecord): TaskRecord {
  if (task.state === 'auditing') return moved(task, 'ready');
  if (task.state !== 'working' || task.worker !== 'model') return task;
  return moved(task, task.attempts.length > task.forgiven ? 'sent back' : 'open');
}

function isOver({ status, tasks }: Loop2Run): boolean {
  // One whose exceptions have run out, or whose tasks are audited again, has something to do again.
  return (
    status === 'cancelled' ||
    (status === 'completed' &&
      tasks.every((task) => ['done', 'excepted', 'cancelled'].includes(stateAt(task, new Date()))))
  );
}

function refuseOver(run: Loop2Run): void {
  if (run.status === 'cancelled')
    throw new UserError('The run was cancelled', 'Begin another one with "start".');
}
