import { isCancelled, UserError } from '../../../base/errors';
import { t } from '../../../base/texts';
import type { KeptRun } from '../../keptRun';
import { contentHash } from '../gate/contentHash';
import type { GateParts } from '../gate/auditTask';
import { baselineOf } from '../gate/heldTests';
import type { Loop2Run } from '../run';
import { undone } from '../taskRecord';
import type { TaskRecord } from '../taskRecord';
import { taskOf } from '../turn';
import type { TaskVerdict } from '../verdict';
import { planUndo } from './checkUndo';
import type { UndoPlan } from './checkUndo';
import { FileKeeper } from './keptFiles';
import type { KeptFiles } from './keptFiles';
import { filesThatPassed, markChanged, markDependants } from './outdated';

type Kept = KeptRun<Loop2Run, TaskVerdict>;

/** What came of an undo. */
export interface Undone {
  /** Files that are now what they were before the task was begun. */
  files: readonly string[];
  /** The commit that holds them as they were until now. */
  taken: string;
  /** The task as it was before. */
  task: TaskRecord;
}

/** Knows what the files of tasks were, when they were begun and when they passed. */
export class Keeping {
  private readonly keeper: FileKeeper;

  constructor(
    private readonly kept: Kept,
    private readonly gate: GateParts,
  ) {
    this.keeper = new FileKeeper(gate.root);
  }

  /** What a task that is begun now has to remember: the tests as they are, and its files. */
  async beginning(id: string, signal: AbortSignal): Promise<Pick<TaskRecord, 'baseline' | 'begun'>> {
    const run = await this.current();
    const task = taskOf(run, id);
    const baseline = task.baseline ?? baselineOf((await this.gate.open(signal)).texts);
    return { baseline, begun: task.begun ?? (await this.keep(run.id, task, 'before it was begun')) };
  }

  /** The files of a task as they have passed, as far as they can be kept and nobody changed them since. */
  async passed(
    runId: string,
    task: TaskRecord,
    verdict: Pick<TaskVerdict, 'contentHash'>,
  ): Promise<KeptFiles | null> {
    if (task.files.length === 0) return null;
    const files = await this.keep(runId, task, 'passed its audit');
    return (await contentHash(this.gate.root, task.files)) === verdict.contentHash ? files : null;
  }

  /** Marks the tasks that are done and whose files are others now. Does nothing where another window or command has the run. */
  async lookForChanges(rested: (run: Loop2Run) => Partial<Loop2Run> = () => ({})): Promise<void> {
    const run = await this.kept.latest();
    if (!run || run.status === 'cancelled') return;
    const same = await filesThatPassed(this.gate.root, run);
    if (!markChanged(run, run, same)) return;
    try {
      await this.kept.change((now) => {
        const marked = markChanged(now, run, same);
        return marked && { ...marked, ...rested({ ...now, ...marked }) };
      });
    } catch (error) {
      // Whoever has the run looks too.
      if (!(error instanceof UserError)) throw error;
    }
  }

  /** What would be put back. Rejects with `UserError` where that would take away what is not of the task. */
  async plan(id: string): Promise<UndoPlan> {
    const run = await this.current();
    return planUndo(run, taskOf(run, id), this.keeper);
  }

  /**
   * Makes the files of a task what they were before it was begun. What is taken away is kept first; then it is saved that the task is
   * open, and then files are touched: after a crash it is undone once more.
   */
  async undo(id: string, rested: (run: Loop2Run) => Partial<Loop2Run>): Promise<Undone> {
    const { task, begun, files } = await this.plan(id);
    const run = await this.current();
    const now = await this.keeper.keep(
      { runId: run.id, taskId: id, what: 'what was undone' },
      begun.files.map(({ file }) => file),
      this.gate.now(),
    );
    await this.kept.change((latest) => {
      const current = taskOf(latest, id);
      if (current.state !== task.state || current.begun?.commit !== begun.commit)
        throw new UserError(t('The task {0} has just changed', id), t('Look at it again.'));
      const open = latest.tasks.map((each) => (each.id === id ? undone(each) : each));
      const tasks = task.state === 'done' ? markDependants(open, id) : open;
      return { tasks, ...rested({ ...latest, tasks }) };
    });
    await this.keeper.putBack(begun, now);
    await this.kept.change(({ tasks }) => ({
      tasks: tasks.map((each) => (each.id === id ? { ...each, begun: null } : each)),
    }));
    return { files, taken: now.commit, task };
  }

  /** A file of a task as it was when it was begun, or as it passed; undefined where that is not known or it was not there. */
  async contentOf(id: string, which: 'begun' | 'passed', file: string): Promise<Buffer | undefined> {
    const kept = taskOf(await this.current(), id)[which];
    return kept ? this.keeper.contentOf(kept, file) : undefined;
  }

  private async keep(runId: string, { id, files }: TaskRecord, what: string): Promise<KeptFiles | null> {
    if (files.length === 0) return null;
    try {
      return await this.keeper.keep({ runId, taskId: id, what }, files, this.gate.now());
    } catch (error) {
      // A folder without git is worked on all the same; it says so when something is to be undone.
      if (isCancelled(error)) throw error;
      return null;
    }
  }

  private async current(): Promise<Loop2Run> {
    const run = await this.kept.latest();
    if (!run) throw new UserError(t('There is no run in this workspace yet'), t('Begin one with "start".'));
    return run;
  }
}
