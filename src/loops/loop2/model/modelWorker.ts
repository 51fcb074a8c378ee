import { createHash } from 'node:crypto';
import { inTime, TooLate } from '../../../base/cancellation';
import { isCancelled, messageOf, throwIfCancelled } from '../../../base/errors';
import { oneLine } from '../../../base/text';
import type { FileEdit } from '../../loop1/remediation/remedy';
import type { Model } from '../../loop1/premortem/modelScenarios';
import type { JobEnd, Job, Worker } from '../worker';
import { Desk, Refused } from './desk';
import { questionOf } from './question';
import { readStep } from './step';
import type { Step } from './step';

/** How much one task may take of a model in one attempt. */
interface Budget {
  rounds: number;
  /** Estimated: four characters each, of questions and answers. */
  tokens: number;
  minutes: number;
}

const BUDGET: Budget = { rounds: 30, tokens: 300_000, minutes: 10 };

interface Parts {
  model: Model;
  /** Absolute path of the workspace. */
  root: string;
  /** Texts of the workspace by relative path, as they are now. */
  texts: (signal: AbortSignal) => Promise<ReadonlyMap<string, string>>;
  /** Puts edits on the disk, after a person has agreed where that is wanted; false where he has not. */
  apply: (edits: readonly FileEdit[], job: Job, signal: AbortSignal) => Promise<boolean>;
  budget?: Budget;
}

/** A step that comes so often with the same result leads nowhere. */
const MAX_SAME = 3;
const MAX_NONSENSE = 3;
const MAX_REFUSED = 5;
const CHARACTERS_PER_TOKEN = 4;

/**
 * Lets a language model do a task, step by step: it may look at the workspace, write the targets of the task, and ask for the audit. It ends
 * when it asks for it, when its budget is used up, and when it gets nowhere; what it says of its work decides nothing.
 */
export class ModelWorker implements Worker {
  readonly name: string;

  constructor(private readonly parts: Parts) {
    this.name = oneLine(parts.model.name, 80);
  }

  async work(job: Job, signal: AbortSignal): Promise<JobEnd> {
    const { minutes } = this.parts.budget ?? BUDGET;
    if (job.task.files.length === 0) return gaveUp('the task names no file that it could write');
    try {
      return await inTime(minutes * 60_000, signal, (limited) => this.converse(job, limited));
    } catch (error) {
      throwIfCancelled(signal);
      if (error instanceof TooLate) return gaveUp(`its ${minutes} minutes are used up`);
      throw error;
    }
  }

  private async converse(job: Job, signal: AbortSignal): Promise<JobEnd> {
    const { model, root, texts, apply, budget = BUDGET } = this.parts;
    const desk = new Desk(root, await texts(signal), job.task.files);
    const talk = new Talk(questionOf(job), budget);
    for (;;) {
      const end = talk.end();
      if (end !== undefined) return gaveUp(end);
      const answer = await model.ask(talk.prompt, signal);
      throwIfCancelled(signal);
      const step = readStep(answer);
      talk.heard(answer);
      if (typeof step === 'string') {
        talk.nonsense(step);
        continue;
      }
      if (step.tool !== 'audit') {
        talk.did(step, await resultOf(step, desk));
        continue;
      }
      const { edits } = desk;
      if (edits.length === 0) {
        talk.did(step, { refused: true, text: 'nothing was changed, so there is nothing to be audited' });
        continue;
      }
      const isApplied = await apply(edits, job, signal);
      return isApplied ? { kind: 'ready' } : gaveUp('its edits were not agreed to');
    }
  }
}

interface Result {
  refused: boolean;
  text: string;
}

async function resultOf(step: Exclude<Step, { tool: 'audit' }>, desk: Desk): Promise<Result> {
  try {
    if (step.tool === 'list') return { refused: false, text: desk.list(step.folder) };
    if (step.tool === 'read') return { refused: false, text: desk.read(step.file) };
    return { refused: false, text: await desk.write(step.file, step.text) };
  } catch (error) {
    if (isCancelled(error)) throw error;
    if (error instanceof Refused) return { refused: true, text: messageOf(error) };
    return { refused: true, text: 'it could not be done' };
  }
}

/** What was said so far, and whether it leads anywhere. */
class Talk {
  private rounds = 0;
  private characters = 0;
  private nonsenses = 0;
  private refusals: string[] = [];
  private readonly times = new Map<string, number>();
  private readonly steps: string[] = [];
  private circle = '';

  constructor(
    private readonly question: string,
    private readonly budget: Budget,
  ) {}

  get prompt(): string {
    const whole = [this.question, ...this.steps].join('\n\n');
    this.characters += whole.length;
    return whole;
  }

  heard(answer: string): void {
    this.rounds++;
    this.characters += answer.length;
  }

  /** The answer itself is not put into the next question. */
  nonsense(why: string): void {
    this.nonsenses++;
    this.steps.push(`Your answer was refused: ${why}. Answer with one JSON object alone.`);
  }

  did(step: Step, { refused, text }: Result): void {
    this.nonsenses = 0;
    const named =
      'file' in step ? `${step.tool} ${step.file}` : 'folder' in step ? `list ${step.folder}` : step.tool;
    if (refused) this.refusals.push(text);
    const key = createHash('sha256')
      .update(`${JSON.stringify(step)}\0${text}`)
      .digest('hex');
    const times = (this.times.get(key) ?? 0) + 1;
    this.times.set(key, times);
    if (times >= MAX_SAME) this.circle = oneLine(named, 200);
    this.steps.push(`You did: ${oneLine(named, 300)}\nResult${refused ? ' (refused)' : ''}:\n${text}`);
  }

  /** Why it may not go on; undefined while it may. */
  end(): string | undefined {
    const { rounds, tokens } = this.budget;
    if (this.nonsenses >= MAX_NONSENSE)
      return `${MAX_NONSENSE} answers in a row were no step that it may take`;
    if (this.circle !== '')
      return `it goes round in circles: the same step ${MAX_SAME} times (${this.circle})`;
    if (this.refusals.length >= MAX_REFUSED)
      return `it wanted what it may not, ${MAX_REFUSED} times: ${oneLine(this.refusals.at(-1) ?? '', 300)}`;
    if (this.rounds >= rounds) return `its ${rounds} rounds are used up`;
    if (this.characters / CHARACTERS_PER_TOKEN >= tokens) return `its ${tokens} tokens are used up`;
    return undefined;
  }
}

function gaveUp(reason: string): JobEnd {
  return { kind: 'gave up', reason };
}
