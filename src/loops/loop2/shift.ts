import { linkedSignal, pause } from '../../base/cancellation';
import { isCancelled, messageOf, throwIfCancelled } from '../../base/errors';
import { oneLine } from '../../base/text';
import type { KeptRun } from '../keptRun';
import { escalationsAfter } from './escalations';
import { auditTask } from './gate/auditTask';
import type { GateParts } from './gate/auditTask';
import type { Escalation, Loop2Run } from './run';
import { judged, moved } from './taskRecord';
import type { TaskRecord, WorkerKind } from './taskRecord';
import { taskOf, turnOf } from './turn';
import type { KeptFiles } from './undo/keptFiles';
import type { Keeping } from './undo/keeping';
import type { TaskVerdict } from './verdict';
import type { Worker } from './worker';

/** What Loop 1 is told. */
export interface Loop1Link {
  /** A task that speaks to scenarios has passed. */
  passed(task: TaskRecord, verdict: TaskVerdict): Promise<void>;
  /** A task that has passed is not as it was any more: what was said of it does not hold. */
  withdrawn(task: TaskRecord): Promise<void>;
  /** There is something to think about anew. */
  raise(escalation: Escalation, task: TaskRecord, verdict: TaskVerdict): Promise<void>;
}

export interface ShiftParts {
  gate: GateParts;
  keeping: Keeping;
  kept: KeptRun<Loop2Run, TaskVerdict>;
  verdictOf: (runId: string, taskId: string) => Promise<TaskVerdict | undefined>;
  workers: Partial<Record<WorkerKind, Worker>>;
  loop1?: Loop1Link;
  now: () => Date;
  /** Before the second try of what could not be run, in milliseconds; four times as long before each further one. */
  backoffMs: number;
}

/** What is done for one task at the moment. */
interface Going {
  worker: WorkerKind;
  abort: () => void;
  done: Promise<void>;
}

/** How often an audit that can't be run is tried before the task waits for a person to ask again. */
const TRIES = 4;

/** One stretch of work on a run that is claimed: audits what is ready, lets workers do what is theirs, until nothing can be done. */
export class Shift {
  private readonly going = new Map<string, Going>();
  /** What could not be run in this shift. */
  private readonly givenUp = new Set<string>();
  /** What had changed since it passed, and is audited again. */
  private readonly takenUp = new Set<string>();
  private wake: () => void = () => undefined;

  constructor(
    private readonly parts: ShiftParts,
    private readonly signal: AbortSignal,
  ) {}

  /** @param only the one task that is to be seen to; all when left out */
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
      if (going && (state === 'cancelled' || state === 'excepted' || worker !== going.worker)) going.abort();
    }
  }

  private async begin(only: string | undefined): Promise<void> {
    const run = await this.parts.kept.latest();
    if (!run) throw new Error('the run is gone');
    for (const task of turnOf(run, this.parts.now()).tasks) {
      if (this.going.size >= run.parallel) return;
      if (this.going.has(task.id) || this.givenUp.has(task.id)) continue;
      if (only !== undefined && task.id !== only && !this.takenUp.has(task.id)) continue;
      const job = this.jobOf(task);
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
      await this.change(id, this.signal, (task) => (task.outdated ? moved(task, 'ready') : task));
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

  private jobOf(task: TaskRecord): ((signal: AbortSignal) => Promise<void>) | undefined {
    if (task.state === 'ready') return (signal) => this.audit(task.id, signal);
    const worker = this.parts.workers[task.worker];
    if (!worker || (task.state !== 'open' && task.state !== 'sent back')) return undefined;
    return (signal) => this.letWork(task.id, worker, signal);
  }

  private async letWork(id: string, worker: Worker, signal: AbortSignal): Promise<void> {
    const { kept, keeping } = this.parts;
    const begin = await keeping.beginning(id, signal);
    await this.change(id, signal, (task) => moved(task, 'working', { workedBy: worker.name, ...begin }));
    const run = await kept.latest();
    const task = run && taskOf(run, id);
    if (!task) throw new Error('the run is gone');
    const verdict = await this.parts.verdictOf(run.id, id);
    try {
      const end = await worker.work({ task, verdict }, signal);
      throwIfCancelled(signal);
      if (end.kind === 'ready')
        return await this.change(id, signal, (now) => (now.state === 'working' ? moved(now, 'ready') : now));
      await this.needsYou(id, signal, `${worker.name} gave up: ${end.reason}`);
    } catch (error) {
      if (isCancelled(error)) throw error;
      await this.needsYou(id, signal, `${worker.name} failed: ${messageOf(error)}`);
    }
  }

  private needsYou(id: string, signal: AbortSignal, reason: string): Promise<void> {
    return this.change(id, signal, (task) =>
      task.state === 'working' ? moved(task, 'needs you', { reason: oneLine(reason, 500) }) : task,
    );
  }

  private async audit(id: string, signal: AbortSignal): Promise<void> {
    const { gate, kept, keeping } = this.parts;
    for (let attempt = 1; ; attempt++) {
      await this.change(id, signal, (task) => moved(task, 'auditing'));
      const run = await kept.latest();
      if (!run) throw new Error('the run is gone');
      const task = taskOf(run, id);
      const verdict = await auditTask(run.id, task, gate, signal);
      throwIfCancelled(signal);
      const passed = verdict.outcome === 'pass' ? await keeping.passed(run.id, task, verdict) : null;
      throwIfCancelled(signal);
      await this.keep(id, verdict, passed);
      if (verdict.outcome !== 'not run' || verdict.helps !== 'wait') return this.tellLoop1(id, verdict);
      if (attempt === TRIES) {
        this.givenUp.add(id);
        return;
      }
      await pause(this.parts.backoffMs * 4 ** (attempt - 1), signal);
    }
  }

  /** The verdict and what it makes of its task are saved together. */
  private keep(id: string, verdict: TaskVerdict, passed: KeptFiles | null): Promise<void> {
    const { kept, now } = this.parts;
    return kept.change(
      (run) => {
        if (this.signal.aborted) return undefined;
        const audited = taskOf(run, id);
        // A person has decided over it meanwhile: the verdict is kept, and changes nothing.
        if (audited.state !== 'auditing') return {};
        const task = judged(audited, verdict, passed);
        const after = { ...run, ...withTask(run, task) };
        return {
          tasks: after.tasks,
          escalations: [...run.escalations, ...escalationsAfter(after, task, verdict, now())],
        };
      },
      [verdict],
    );
  }

  private async tellLoop1(id: string, verdict: TaskVerdict): Promise<void> {
    const { loop1, kept } = this.parts;
    const run = await kept.latest();
    if (!loop1 || !run) return;
    const task = taskOf(run, id);
    const said: Escalation[] = [];
    try {
      if (verdict.outcome === 'pass') await loop1.passed(task, verdict);
      else if (task.attempts.some(({ outcome }) => outcome === 'pass')) await loop1.withdrawn(task);
      for (const escalation of run.escalations.filter(
        ({ isRaised, taskId }) => !isRaised && (taskId === id || taskId === ''),
      )) {
        await loop1.raise(escalation, task, verdict);
        said.push(escalation);
      }
    } catch (error) {
      if (isCancelled(error)) throw error;
      await noteUntold(kept, id, error);
    }
    if (said.length > 0)
      await kept.change(({ escalations }) => ({
        escalations: escalations.map((each) =>
          said.some(({ kind, taskId }) => kind === each.kind && taskId === each.taskId)
            ? { ...each, isRaised: true }
            : each,
        ),
      }));
  }

  /** What was told to end changes nothing any more: who told it has said what is now. */
  private change(id: string, signal: AbortSignal, made: (task: TaskRecord) => TaskRecord): Promise<void> {
    throwIfCancelled(signal);
    return this.parts.kept.change((run) =>
      signal.aborted ? undefined : withTask(run, made(taskOf(run, id))),
    );
  }
}

/** That Loop 1 could not be told stands in the run. */
export async function noteUntold(kept: ShiftParts['kept'], taskId: string, error: unknown): Promise<void> {
  const note = `Loop 1 could not be told of ${taskId}: ${oneLine(messageOf(error), 300)}`;
  await kept.change(({ notes }) => (notes.includes(note) ? undefined : { notes: [...notes, note] }));
}

/** The tasks of a run with one of them changed. */
export function withTask({ tasks }: Pick<Loop2Run, 'tasks'>, changed: TaskRecord): Pick<Loop2Run, 'tasks'> {
  return { tasks: tasks.map((task) => (task.id === changed.id ? changed : task)) };
}
