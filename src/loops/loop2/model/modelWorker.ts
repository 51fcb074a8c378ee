import { inTime, pause, TooLate } from '../../../base/cancellation';
import { isCancelled, messageOf, throwIfCancelled } from '../../../base/errors';
import { oneLine } from '../../../base/text';
import { t } from '../../../base/texts';
import type { FileEdit } from '../../loop1/remediation/remedy';
import { ModelBusy } from '../../model';
import type { Model } from '../../model';
import { stillFitting } from '../proposal/draft';
import type { JobEnd, Job, Worker } from '../worker';
import { Desk, Refused } from './desk';
import { questionOf } from './question';
import { doingOf, readStep } from './step';
import type { Step } from './step';
import { DEFAULT_BUDGET } from './budget';
import type { Budget } from './budget';
import { Talk } from './talk';
import type { Result } from './talk';

interface Parts {
  /** Rejects with `UserError` where there is none. */
  model: (signal: AbortSignal) => Promise<Model>;
  /** Absolute path of the workspace. */
  root: string;
  /** Texts of the workspace by relative path, as they are now. */
  texts: (signal: AbortSignal) => Promise<ReadonlyMap<string, string>>;
  /** Asked for at each task. */
  budget?: () => Budget;
  /** Before a model that is busy is asked again, in milliseconds; after the last it is given up. */
  waits?: readonly number[];
}

const WAITS = [5_000, 20_000, 60_000];

/**
 * Lets a language model do a task, step by step: it may look at the workspace, write the targets of the task, and ask for the audit. It ends
 * when it asks for it, when its budget is used up, and when it gets nowhere; what it says of its work decides nothing, and what it writes
 * is handed on, not put into the workspace.
 */
export class ModelWorker implements Worker {
  constructor(private readonly parts: Parts) {}

  readonly name = async (signal: AbortSignal): Promise<string> =>
    oneLine((await this.parts.model(signal)).name, 80);

  async work(job: Job, signal: AbortSignal): Promise<JobEnd> {
    const budget = this.parts.budget?.() ?? DEFAULT_BUDGET;
    if (job.task.files.length === 0)
      return { kind: 'gave up', reason: 'the task names no file that it could write' };
    const model = await this.parts.model(signal);
    const work = new Work(this.parts, { job, model, budget });
    try {
      return await inTime(budget.minutes * 60_000, signal, (limited) => work.converse(limited));
    } catch (error) {
      throwIfCancelled(signal);
      if (error instanceof TooLate) return work.gaveUp(`its ${budget.minutes} minutes are used up`);
      throw error;
    }
  }
}

/** One attempt of a model at one task. */
class Work {
  private desk: Desk | undefined;
  private readonly talk: Talk;
  private readonly startedAt = Date.now();

  constructor(
    private readonly parts: Parts,
    private readonly about: { job: Job; model: Model; budget: Budget },
  ) {
    this.talk = new Talk(questionOf(about.job), about.budget);
  }

  async converse(signal: AbortSignal): Promise<JobEnd> {
    const { task } = this.about.job;
    const { root } = this.parts;
    this.tell(t('reads the workspace'));
    const texts = await this.parts.texts(signal);
    const before = stillFitting(task.draft, texts);
    const desk = (this.desk = new Desk(root, texts, task.files, before));
    for (;;) {
      const end = this.talk.end();
      if (end !== undefined) return this.gaveUp(end);
      const answer = await this.ask(signal);
      throwIfCancelled(signal);
      const step = readStep(answer);
      if (typeof step !== 'string') this.tell(doingOf(step));
      this.talk.heard(answer);
      if (typeof step === 'string') {
        this.talk.nonsense(step);
        continue;
      }
      if (step.tool !== 'audit') {
        this.talk.did(step, await resultOf(step, desk));
        continue;
      }
      const { edits } = desk;
      const refusal = this.refusalOf(edits);
      if (refusal === undefined) return { kind: 'ready', edits, says: step.says };
      this.talk.did(step, { refused: true, text: refusal });
    }
  }

  /** What it wrote so far is kept, so that it can be looked at. */
  gaveUp(reason: string): JobEnd {
    const edits = this.desk?.edits ?? [];
    return { kind: 'gave up', reason, ...(edits.length > 0 && { edits }) };
  }

  /** Why what it wrote is not audited. */
  private refusalOf(edits: readonly FileEdit[]): string | undefined {
    const { task, verdict } = this.about.job;
    if (edits.length === 0) return 'nothing was changed, so there is nothing to be audited';
    const texts = (some: readonly FileEdit[]): string =>
      JSON.stringify(some.map(({ file, after }) => [file, after]).sort());
    const wasRefused = verdict?.outcome === 'fail' || task.wish !== '';
    return wasRefused && task.draft && texts(task.draft.edits) === texts(edits)
      ? 'nothing was changed since it was refused'
      : undefined;
  }

  /** A model that is busy is asked again some times: that is no fault of the task. */
  private async ask(signal: AbortSignal): Promise<string> {
    const { model } = this.about;
    const waits = [...(this.parts.waits ?? WAITS)];
    this.tell(t('waits for an answer'));
    const prompt = await this.talk.prompt(model, signal);
    for (;;) {
      try {
        return await model.ask(prompt, signal);
      } catch (error) {
        const wait = waits.shift();
        if (!(error instanceof ModelBusy) || wait === undefined) throw error;
        const why = oneLine(messageOf(error), 120);
        this.tell(t('waits {0} s, then asks again: {1}', Math.round(wait / 1000), why));
        await pause(wait, signal);
      }
    }
  }

  private tell(doing: string): void {
    const { budget, job } = this.about;
    const { rounds, tokens: mostTokens, minutes } = budget;
    const { talk, startedAt } = this;
    job.tell({
      ...{ round: Math.min(rounds, talk.rounds + 1), rounds, tokens: talk.tokens, mostTokens },
      ...{ startedAt, minutes, doing: oneLine(doing, 200) },
    });
  }
}

async function resultOf(step: Exclude<Step, { tool: 'audit' }>, desk: Desk): Promise<Result> {
  try {
    return { refused: false, text: await carriedOut(step, desk) };
  } catch (error) {
    if (isCancelled(error)) throw error;
    if (error instanceof Refused) return { refused: true, text: messageOf(error) };
    return { refused: true, text: 'it could not be done' };
  }
}

async function carriedOut(step: Exclude<Step, { tool: 'audit' }>, desk: Desk): Promise<string> {
  switch (step.tool) {
    case 'list':
      return desk.list(step.folder);
    case 'read':
      return desk.read(step.file);
    case 'write':
      return desk.write(step.file, step.text);
    case 'replace':
      return desk.replace(step.file, step.find, step.text);
  }
}
