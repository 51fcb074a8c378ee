import { pause } from '../../base/cancellation';
import { isCancelled, messageWithNextStep, throwIfCancelled, UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import type { KeptRun } from '../keptRun';
import { escalationsAfter } from './escalations';
import { applyEdits } from '../loop1/remediation/applyEdits';
import type { FileEdit } from '../loop1/remediation/remedy';
import { auditTask, hashOf } from './gate/auditTask';
import type { GateParts } from './gate/auditTask';
import { aroundHash, draftOf, editsLeft } from './proposal/draft';
import type { Draft } from './proposal/draft';
import type { Loop2Run } from './run';
import { withTask } from './runSteps';
import { judged, landed, moved } from './taskRecord';
import type { TaskRecord, WorkerKind } from './taskRecord';
import { tellLoop1 } from './tellLoop1';
import type { Loop1Link } from './tellLoop1';
import { taskOf } from './turn';
import type { KeptFiles } from './undo/keptFiles';
import type { Keeping } from './undo/keeping';
import type { TaskVerdict } from './verdict';
import type { Worker, WorkProgress } from './worker';

/** Where what was written for a task is audited before it is in the workspace. */
export type OpenStage = (
  edits: readonly FileEdit[],
  signal: AbortSignal,
) => Promise<{ gate: GateParts; close(): Promise<void> }>;

export interface JobParts {
  gate: GateParts;
  openStage?: OpenStage;
  keeping: Keeping;
  kept: KeptRun<Loop2Run, TaskVerdict>;
  /** Newest first. */
  verdictsOf: (runId: string, taskId: string) => Promise<readonly TaskVerdict[]>;
  /** Who does tasks without a person. */
  workers?: Partial<Record<WorkerKind, Worker>>;
  loop1?: Loop1Link;
  /** Told how far workers are; undefined when one has ended. */
  onProgress: (taskId: string, progress: WorkProgress | undefined) => void;
  now: () => Date;
  /** Before the second try of what could not be run, in milliseconds; four times as long before each further one. */
  backoffMs: number;
}

/** What an audit has found out. */
interface Judgement {
  verdict: TaskVerdict;
  /** Its files as they passed, where they are in the workspace and could be kept. */
  passed: KeptFiles | null;
  /** Of what is not in the workspace: what stood around it, see `aroundHash`. */
  around: string;
}

/** How often an audit that can't be run is tried before the task waits for a person to ask again. */
const TRIES = 4;

/** What is done for one task in a stretch of work: a worker does it, or it is audited. */
export class TaskJobs {
  /** Ids of what could not be run in this stretch. */
  readonly givenUp = new Set<string>();

  constructor(
    private readonly parts: JobParts,
    private readonly signal: AbortSignal,
  ) {}

  /** What is to be done for a task now without a person; undefined for nothing. */
  jobOf(task: TaskRecord): ((signal: AbortSignal) => Promise<void>) | undefined {
    if (task.state === 'ready') return (signal) => this.audit(task.id, signal);
    const worker = this.parts.workers?.[task.worker];
    if (!worker || (task.state !== 'open' && task.state !== 'sent back')) return undefined;
    return (signal) => this.letWork(task.id, worker, signal);
  }

  private async letWork(id: string, worker: Worker, signal: AbortSignal): Promise<void> {
    const { kept, keeping } = this.parts;
    const begin = await keeping.beginning(id, signal);
    await this.change(id, signal, (task) => moved(task, 'working', { workedBy: '', ...begin }));
    const run = await kept.latest();
    const task = run && taskOf(run, id);
    if (!task) throw new Error('the run is gone');
    const [verdict] = await this.parts.verdictsOf(run.id, id);
    const { onProgress } = this.parts;
    let name = 'The worker';
    try {
      name = typeof worker.name === 'string' ? worker.name : await worker.name(signal);
      await this.change(id, signal, (now) => ({ ...now, workedBy: name }));
      const end = await worker.work({ task, verdict, tell: (progress) => onProgress(id, progress) }, signal);
      throwIfCancelled(signal);
      if (end.kind === 'ready') {
        const draft = end.edits ? draftOf(end.edits, end.says ?? '') : null;
        return await this.change(id, signal, (now) =>
          now.state === 'working' ? moved(now, 'ready', { draft, wish: '' }) : now,
        );
      }
      const draft = end.edits ? draftOf(end.edits, '') : task.draft;
      await this.needsYou(id, signal, `${name} gave up: ${end.reason}`, draft);
    } catch (error) {
      if (isCancelled(error)) throw error;
      await this.needsYou(id, signal, `${name} failed: ${messageWithNextStep(error)}`, task.draft);
    } finally {
      onProgress(id, undefined);
    }
  }

  private needsYou(id: string, signal: AbortSignal, reason: string, draft: Draft | null): Promise<void> {
    return this.change(id, signal, (task) =>
      task.state === 'working' ? moved(task, 'needs you', { reason: oneLine(reason, 500), draft }) : task,
    );
  }

  private async audit(id: string, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.change(id, signal, (task) => moved(task, 'auditing'));
      if (await this.land(id, signal)) return;
      const { runId, task } = await this.now(id);
      const judgement = await this.judge(runId, task, signal);
      throwIfCancelled(signal);
      if (typeof judgement === 'string')
        return this.change(id, signal, (now) => moved(now, 'needs you', { reason: judgement }));
      const { verdict } = judgement;
      await this.keep(id, judgement);
      const isToLand = verdict.outcome === 'pass' && task.draft?.isApproved === true;
      if (task.draft && verdict.outcome === 'pass' && !isToLand) return;
      if (!isToLand && (verdict.outcome !== 'not run' || verdict.helps !== 'wait'))
        return tellLoop1(this.parts, id, verdict);
      if (attempt === TRIES) {
        this.givenUp.add(id);
        return;
      }
      if (!isToLand) await pause(this.parts.backoffMs * 4 ** (attempt - 1), signal);
    }
  }

  private async now(id: string): Promise<{ runId: string; task: TaskRecord }> {
    const run = await this.parts.kept.latest();
    if (!run) throw new Error('the run is gone');
    return { runId: run.id, task: taskOf(run, id) };
  }

  /** What is in the workspace is audited there, what was written and is not in a copy with it. A text says why there is no such copy. */
  private async judge(runId: string, task: TaskRecord, signal: AbortSignal): Promise<Judgement | string> {
    const { gate, keeping, openStage } = this.parts;
    const { draft } = task;
    if (!draft) {
      const verdict = await auditTask(runId, task, gate, signal);
      throwIfCancelled(signal);
      const passed = verdict.outcome === 'pass' ? await keeping.passed(runId, task, verdict) : null;
      return { verdict, passed, around: '' };
    }
    if (!openStage) throw new Error(`There is no place to audit what was written for ${task.id}`);
    let stage: Awaited<ReturnType<OpenStage>>;
    try {
      stage = await openStage(draft.edits, signal);
    } catch (error) {
      if (error instanceof UserError)
        return oneLine(`It could not be audited: ${messageWithNextStep(error)}`, 500);
      throw error;
    }
    try {
      const verdict = await auditTask(runId, task, stage.gate, signal);
      return { verdict, passed: null, around: aroundHash((await stage.gate.open(signal)).texts, draft) };
    } finally {
      await stage.close();
    }
  }

  /**
   * Puts what a person has approved into the workspace, where its verdict still holds: nothing of the workspace is other than it was
   * audited with. True when the task is done by that, or waits for the person again, who is told why.
   */
  private async land(id: string, signal: AbortSignal): Promise<boolean> {
    const { gate, keeping, verdictsOf } = this.parts;
    const { runId, task } = await this.now(id);
    const { draft } = task;
    if (!draft?.isApproved || draft.verdictId === '') return false;
    const verdict = (await verdictsOf(runId, id)).find((each) => each.id === draft.verdictId);
    const isAsAudited = async (): Promise<boolean> =>
      aroundHash((await gate.open(signal)).texts, draft) === draft.around;
    if (verdict?.outcome !== 'pass' || !(await isAsAudited())) return false;
    try {
      const left = await editsLeft(gate.root, draft);
      throwIfCancelled(signal);
      await applyEdits(gate.root, left);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const reason = oneLine(messageWithNextStep(error), 500);
      const refused = { ...draft, isApproved: false };
      await this.change(id, signal, (now) => moved(now, 'proposed', { reason, draft: refused }));
      return true;
    }
    if ((await hashOf(task, gate, signal)) !== verdict.contentHash || !(await isAsAudited())) {
      // Somebody was faster. It is in the workspace now, and is audited where it is.
      await this.change(id, signal, (now) => ({ ...now, draft: null }));
      return false;
    }
    const passed = await keeping.passed(runId, task, verdict);
    await this.change(id, signal, (now) => landed(now, verdict, passed));
    await tellLoop1(this.parts, id, verdict);
    return true;
  }

  /** The verdict and what it makes of its task are saved together. */
  private keep(id: string, { verdict, passed, around }: Judgement): Promise<void> {
    const { kept, now } = this.parts;
    return kept.change(
      (run) => {
        if (this.signal.aborted) return undefined;
        const audited = taskOf(run, id);
        // A person has decided over it meanwhile: the verdict is kept, and changes nothing.
        if (audited.state !== 'auditing') return {};
        const task = judged(audited, verdict, passed, around);
        const after = { ...run, ...withTask(run, task) };
        return {
          tasks: after.tasks,
          escalations: [...run.escalations, ...escalationsAfter(after, task, verdict, now())],
        };
      },
      [verdict],
    );
  }

  /** What was told to end changes nothing any more: who told it has said what is now. */
  change(id: string, signal: AbortSignal, made: (task: TaskRecord) => TaskRecord): Promise<void> {
    throwIfCancelled(signal);
    return this.parts.kept.change((run) =>
      signal.aborted ? undefined : withTask(run, made(taskOf(run, id))),
    );
  }
}
