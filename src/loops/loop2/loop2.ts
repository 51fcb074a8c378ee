import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
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
import { derivedFrom } from './run';
import type { Loop2Run } from './run';
import { atRest, refuseOver, STOPPED, withOneMore, withTask } from './runSteps';
import { RunWork } from './runWork';
import type { BeginOptions } from './runWork';
import type { OpenStage, JobParts } from './taskJobs';
import { noteUntold } from './tellLoop1';
import type { Loop1Link } from './tellLoop1';
import { moved, unchangedSince } from './taskRecord';
import type { TaskRecord, WorkerKind } from './taskRecord';
import { checkTurn, taskOf } from './turn';
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

const BACKOFF_MS = 2000;

/** The Loop 2 of one workspace. Each step of a task is saved before it counts, and no task is done but by a verdict. */
export class Loop2 {
  private readonly kept: KeptRun<Loop2Run, TaskVerdict>;
  private readonly keeping: Keeping;
  private readonly work: RunWork;

  constructor(private readonly parts: Loop2Parts) {
    this.kept = new KeptRun(parts.keeper, () => this.now(), derivedFrom);
    this.keeping = new Keeping(this.kept, parts.gate);
    const { keeper, backoffMs = BACKOFF_MS } = parts;
    const verdictsOf: JobParts['verdictsOf'] = (runId, taskId) => keeper.verdicts(runId, taskId);
    const own = { kept: this.kept, keeping: this.keeping, verdictsOf, now: () => this.now() };
    this.work = new RunWork({ ...parts, ...own, backoffMs });
  }

  /** Calls `listener` after each saved change of the run, in another window too. Returns what ends it. */
  onDidChange(listener: (run: Loop2Run) => void): () => void {
    return this.kept.onDidChange(listener);
  }

  /** Calls `listener` when a worker of this process got further. Returns what ends it. */
  onDidProgress(listener: () => void): () => void {
    return this.work.onDidProgress(listener);
  }

  /** How far workers of this process are, by the id of the task. */
  get progress(): ReadonlyMap<string, WorkProgress> {
    return this.work.progress;
  }

  /** Whether it is this process that is at work. */
  get isAtWork(): boolean {
    return this.work.isAtWork;
  }

  /** The newest run of the workspace, undefined before the first. One that was interrupted stands as it is gone on with. */
  async latest(): Promise<Loop2Run | undefined> {
    const run = await this.kept.latest();
    return run?.status === 'interrupted' ? atRest(run, this.now()) : run;
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
  begin(plan: Plan, options: BeginOptions): Promise<Loop2Run> {
    return this.work.begin(plan, options);
  }

  /** Goes on with the last run: audits what is ready, and lets workers do what is theirs. Rejects with `UserError` where it is over. */
  resume(only?: string): Promise<Loop2Run> {
    return this.work.resume(only);
  }

  /** Lets what can be done without a person be done, now or as soon as the work that goes on here has ended. Rejects as `resume`. */
  goOn(): Promise<Loop2Run> {
    return this.work.goOn();
  }

  /** Ends the work at once; tasks in the middle of it are done again from their last step. Resolves when that is saved. */
  pause(reason = 'Paused.'): Promise<void> {
    return this.work.stop('paused', reason);
  }

  cancel(reason = 'Cancelled.'): Promise<void> {
    return this.work.stop('cancelled', reason);
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
        t('What was written for {0} has passed its audit already', id),
        t('Apply it, send it back, or discard it.'),
      );
    if (known.worker === 'agent' && !known.baseline && !known.outdated)
      throw new UserError(
        t('The task {0} was not taken', id),
        t('Take it before it is worked on: the tests are compared.'),
      );
    const task = files === undefined ? known : { ...known, files: taskFrom({ ...known, files }).files };
    const hash = await hashOf(task, this.parts.gate, new AbortController().signal);
    await this.changeTask(id, (now) => {
      const same = unchangedSince(now, hash);
      if (same)
        throw new UserError(
          t('Nothing of {0} has changed since it failed: {1}', id, oneLine(same.reason, 300)),
          t('Mend that first, then say that it is ready again.'),
        );
      // Whoever says so speaks of the workspace as it is.
      return { ...moved(now, 'ready', { draft: null, wish: '' }), files: task.files };
    });
    return this.work.seenTo(id);
  }

  /**
   * Lets what is proposed for a task into the workspace, with the verdict that it has, or, where the workspace is not as it was audited
   * with, after another audit. Resolves when that is through. Rejects with `UserError` where its files have changed since.
   */
  async approve(id: string): Promise<Loop2Run> {
    const { draft, state } = taskOf(await this.current(), id);
    if (state === 'proposed' && draft) await editsLeft(this.parts.gate.root, draft);
    await this.changeTask(id, approved);
    return this.work.seenTo(id);
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
    this.work.refuseAtWork();
    refuseOver(await this.current());
    const done = await this.keeping.undo(id, (run) => this.work.restingIfIdle(run));
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
    this.work.refuseAtWork();
    return this.keeping.plan(id);
  }

  /** A file of a task as it was before it was begun, or as it passed; undefined where that is not known or it was not there. */
  contentOf(id: string, which: 'begun' | 'passed', file: string): Promise<Buffer | undefined> {
    return this.keeping.contentOf(id, which, file);
  }

  /** Marks the tasks whose files are not those any more that passed. */
  lookForChanges(): Promise<void> {
    return this.keeping.lookForChanges((run) =>
      run.status === 'failed' ? {} : this.work.restingIfIdle(run),
    );
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
      return { ...put.plan, ...this.work.restingIfIdle({ ...run, ...put.plan }) };
    });
    return id;
  }

  /** Pauses what is at work. */
  async dispose(): Promise<void> {
    this.kept.dispose();
    if (this.work.isAtWork) await this.pause('The window was closed.');
  }

  private changeTask(id: string, made: (task: TaskRecord, run: Loop2Run) => TaskRecord): Promise<void> {
    return this.kept.change((run) => {
      refuseOver(run);
      const changed = withTask(run, made(taskOf(run, id), run));
      return { ...changed, ...this.work.restingIfIdle({ ...run, ...changed }) };
    });
  }

  private async current(): Promise<Loop2Run> {
    const run = await this.latest();
    if (!run) throw new UserError(t('There is no run in this workspace yet'), t('Begin one with "start".'));
    return run;
  }

  private now(): Date {
    return this.parts.gate.now();
  }
}
