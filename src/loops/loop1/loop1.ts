import { randomUUID } from 'node:crypto';
import { isCancelled, messageOf, UserError } from '../../base/errors';
import { currentScenarios, ratesOf } from './current';
import { readWorkspace } from './facts/readWorkspace';
import { goalOf } from './goal';
import { conclude, premortem, research, settled } from './iteration';
import type { Field } from './iteration';
import type { Model } from './premortem/modelScenarios';
import { remediate } from './remediation/remediate';
import type { ResearchSource } from './research/source';
import type { Injection, Loop1Run, ResearchPhase, SourceOutcome, Step } from './run';
import type { Decision, Scenario } from './scenario';
import { ownCard } from './ownCard';
import type { CardText } from './ownCard';

/** Where runs are kept. A save resolves when it would survive a loss of power. */
export interface RunKeeper {
  save(run: Loop1Run): Promise<void>;
  /** Newest first. */
  list(): Promise<Loop1Run[]>;
  /** Undefined while another process has the run. */
  claim(id: string): Promise<{ release(): Promise<void> } | undefined>;
}

export interface Loop1Parts {
  /** Absolute path of the workspace. */
  root: string;
  keeper: RunKeeper;
  /** The first reads the workspace. */
  sources: readonly ResearchSource[];
  /** Asked for at each pre-mortem; undefined where the user has none. */
  model?: () => Model | undefined;
  now?: () => Date;
  backoffMs?: number;
}

export interface StartOptions {
  /** In words; a goal other than that of the last run begins a new one. */
  goal?: string;
  /** Left out: as the run had it, not for a new one. */
  networkAllowed?: boolean;
}

const TARGET = 5;
const MAX_ITERATIONS = 10;
const MAX_CONSTRAINTS = 100;

/** The Loop 1 of one workspace: what it does goes into its run, which is saved at each step. */
export class Loop1 {
  private run: Loop1Run | undefined;
  private field: Field | undefined;
  private working: { abort: AbortController; done: Promise<Loop1Run> } | undefined;
  private saving: Promise<void> = Promise.resolve();
  private readonly listeners = new Set<(run: Loop1Run) => void>();

  constructor(private readonly parts: Loop1Parts) {}

  /** Calls `listener` after each saved change of the run. Returns what ends it. */
  onDidChange(listener: (run: Loop1Run) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The newest run of the workspace, undefined before the first. */
  async latest(): Promise<Loop1Run | undefined> {
    // Another window may have gone on with it, and a person may have removed it.
    if (this.working) return this.run;
    const [newest] = await this.parts.keeper.list();
    // Work may have begun while it was read.
    if (!this.working) this.run = newest;
    return this.run;
  }

  /** Whether it is this process that is at work. */
  get isAtWork(): boolean {
    return this.working !== undefined;
  }

  /** Whether the files differ from those the run has looked at; false before it has looked. */
  async hasDrifted(signal?: AbortSignal): Promise<boolean> {
    const analysed = (await this.latest())?.analysed;
    if (!analysed) return false;
    return (await readWorkspace(this.parts.root, signal)).contentHash !== analysed.contentHash;
  }

  /**
   * Does the next iteration of the last run, or the first of a new one: where there is none, where that one was given up or has
   * used its iterations, and where the goal is another. Resolves when the iteration has ended, in whatever way; rejects with `UserError` when it can't begin.
   */
  async start(options: StartOptions = {}): Promise<Loop1Run> {
    const last = await this.latest();
    const goal = options.goal?.trim();
    if (!last || isOver(last) || (goal !== undefined && goal !== last.goal.text))
      return this.work(this.newRun(goal ?? last?.goal.text ?? '', options));
    const allowed = { networkAllowed: options.networkAllowed ?? last.networkAllowed };
    // An iteration that was left in the middle is finished first.
    if (last.nextStep !== null) return this.work({ ...last, ...allowed });
    return this.work({
      ...last,
      ...allowed,
      iteration: last.iteration + 1,
      nextStep: 'research',
      research: null,
    });
  }

  /** Goes on from the last finished step. Rejects with `UserError` when there is nothing to go on with. */
  async resume(): Promise<Loop1Run> {
    const last = await this.latest();
    if (!last || last.status === 'cancelled' || last.nextStep === null)
      throw new UserError('There is no run to go on with', 'Start one.');
    return this.work(last);
  }

  /** Ends the work at once and keeps what is finished. Resolves when that is saved. */
  pause(reason = 'Paused.'): Promise<void> {
    return this.stop('paused', reason);
  }

  cancel(reason = 'Cancelled.'): Promise<void> {
    return this.stop('cancelled', reason);
  }

  /** Puts text in at once, whatever is being done: a constraint for all that comes, or a card of your own. */
  async inject(kind: Injection['kind'], text: string, card: Partial<CardText> = {}): Promise<void> {
    const run = await this.required();
    const said = text.trim().slice(0, 2000);
    if (said === '')
      throw new UserError('There is no text to put in', 'Write what is to be taken into account.');
    const at = this.now().toISOString();
    const during = `iteration ${run.iteration}, ${run.nextStep ?? 'finished'}`;
    const injections = [...run.injections, { kind, text: said, during, at }];
    await this.changeByPerson((now) =>
      kind === 'constraint'
        ? { injections, constraints: [...now.constraints, said].slice(-MAX_CONSTRAINTS) }
        : { injections, ownCards: [...now.ownCards, ownCard({ ...card, title: said }, now.iteration)] },
    );
  }

  /** What a person says of a scenario. Rejects with `UserError` for one that is not there, and without a reason. */
  async decide(decision: Omit<Decision, 'at'>): Promise<void> {
    const run = await this.required();
    const isKnown = ({ id }: Scenario): boolean => id === decision.scenarioId;
    if (![...(run.premortem?.scenarios ?? []), ...run.ownCards].some(isKnown))
      throw new UserError(`There is no scenario ${decision.scenarioId}`, 'Choose one of the cards.');
    if (decision.reason.trim() === '')
      throw new UserError('A decision needs a reason', 'Say why the risk may stand, or is none.');
    const at = this.now().toISOString();
    await this.changeByPerson((now) => ({ decisions: [...now.decisions, { ...decision, at }] }));
  }

  /** Takes back what was said of a scenario. */
  async undecide(scenarioId: string): Promise<void> {
    await this.required();
    await this.changeByPerson(({ decisions }) => ({
      decisions: decisions.filter((decision) => decision.scenarioId !== scenarioId),
    }));
  }

  /** Pauses what is at work. */
  async dispose(): Promise<void> {
    if (this.working) await this.pause('The program was closed; resume goes on.');
    this.listeners.clear();
  }

  private newRun(goal: string, { networkAllowed = false }: StartOptions): Loop1Run {
    const now = this.now().toISOString();
    return {
      id: randomUUID(),
      ...{ status: 'pending', reason: '', iteration: 1, nextStep: 'research' },
      ...{ failureRate: 100, plannedRate: 100, targetRate: TARGET, maxIterations: MAX_ITERATIONS },
      goal: { text: goal, files: [], tasks: [] },
      ...{ networkAllowed, research: null, premortem: null, remediation: null, analysed: null },
      ...{ history: [], constraints: [], ownCards: [], decisions: [], injections: [] },
      ...{ createdAt: now, updatedAt: now },
    };
  }

  private async work(run: Loop1Run): Promise<Loop1Run> {
    if (this.working) throw new UserError('The run is at work already', 'Pause it first.');
    const abort = new AbortController();
    const done = this.claimed(run, abort.signal);
    this.working = { abort, done };
    try {
      return await done;
    } finally {
      this.working = undefined;
    }
  }

  private async claimed(run: Loop1Run, signal: AbortSignal): Promise<Loop1Run> {
    const claim = await this.parts.keeper.claim(run.id);
    if (!claim)
      throw new UserError(
        'Another window or command is at work on this run',
        'Wait for it, or pause it there.',
      );
    try {
      this.run = run;
      await this.change(() => ({ status: 'running', reason: '' }));
      await this.steps(signal);
    } catch (error) {
      // Who ended the work has said what the run is now.
      if (!isCancelled(error) || !signal.aborted)
        await this.change(() => ({ status: 'failed', reason: messageOf(error) }));
    } finally {
      await this.saving;
      await claim.release();
    }
    return this.required();
  }

  private async steps(signal: AbortSignal): Promise<void> {
    for (let step = this.run?.nextStep; step && !signal.aborted; step = this.run?.nextStep)
      await this.step(step, signal);
  }

  private async step(step: Step, signal: AbortSignal): Promise<void> {
    const run = await this.required();
    const change = (made: (now: Loop1Run) => Partial<Loop1Run>): Promise<void> =>
      // A step that was told to end must not undo what told it.
      signal.aborted ? Promise.resolve() : this.change(made);
    switch (step) {
      case 'research': {
        const field = (this.field = await this.research(run, signal, change));
        const completedAt = this.now().toISOString();
        const { tasks = [], texts, git } = field.facts.parts;
        return change((now) => ({
          research: { ...(now.research ?? NO_RESEARCH), completedAt },
          goal: goalOf(now.goal.text, texts, tasks),
          analysed: { commit: git?.head ?? '', contentHash: field.contentHash },
          nextStep: 'premortem',
        }));
      }
      case 'premortem': {
        const field = (this.field ??= await this.research(run, signal, async () => undefined));
        const phase = await premortem(run, field, this.parts.model?.(), signal);
        const analysed = { commit: field.facts.parts.git?.head ?? '', contentHash: field.contentHash };
        return change(() => ({ premortem: phase, analysed, remediation: null, nextStep: 'remediation' }));
      }
      case 'remediation': {
        const { facts } = (this.field ??= await this.research(run, signal, async () => undefined));
        return change((now) => ({
          remediation: {
            remedies: remediate(currentScenarios(now, this.now()), facts),
            completedAt: this.now().toISOString(),
          },
          nextStep: 'rate',
        }));
      }
      case 'rate':
        this.field = undefined;
        return change((now) => conclude(now, this.now()));
    }
  }

  private research(
    run: Loop1Run,
    signal: AbortSignal,
    change: (made: (now: Loop1Run) => Partial<Loop1Run>) => Promise<void>,
  ): Promise<Field> {
    const { root, sources, backoffMs } = this.parts;
    return research(run, {
      ...{ root, sources },
      ask: { networkAllowed: run.networkAllowed, signal, ...(backoffMs !== undefined && { backoffMs }) },
      onOutcome: (outcome, { advisories }) =>
        change(({ research: before }) => ({ research: withOutcome(before, outcome, advisories) })),
    });
  }

  private async stop(status: 'paused' | 'cancelled', reason: string): Promise<void> {
    await this.required();
    const { working } = this;
    working?.abort.abort();
    await this.change((now) => {
      const isFinished = now.nextStep === null && now.status !== 'waiting for you';
      // What ended by itself in the meantime stays as it ended, and what waits is not at work.
      const isIdle = status === 'paused' && (now.nextStep === null || now.status === 'cancelled');
      return isFinished || isIdle ? {} : { status, reason };
    });
    // The caller may go on at once: nothing is at work any more.
    await working?.done;
  }

  /** Changes the run, and saves it. Changes are made one after the other, each of what the one before has left. */
  private async change(made: (now: Loop1Run) => Partial<Loop1Run>): Promise<void> {
    const mine = this.saving.then(async () => {
      const now = await this.required();
      const changed = { ...now, ...made(now), updatedAt: this.now().toISOString() };
      const next: Loop1Run = { ...changed, ...ratesOf(changed, this.now()) };
      await this.parts.keeper.save(next);
      this.run = next;
      for (const listener of this.listeners) listener(next);
    });
    // Whoever asked for a change hears that it failed; the next one is tried all the same.
    this.saving = mine.catch(() => undefined);
    await mine;
  }

  /** After an iteration, what a person says may reach the target, or lose it. */
  private changeByPerson(made: (now: Loop1Run) => Partial<Loop1Run>): Promise<void> {
    return this.change((now) => {
      const changes = made(now);
      return { ...changes, ...settled({ ...now, ...changes }, this.now()) };
    });
  }

  private async required(): Promise<Loop1Run> {
    const run = await this.latest();
    if (!run) throw new UserError('There is no run in this workspace yet', 'Start one.');
    return run;
  }

  private now(): Date {
    return this.parts.now?.() ?? new Date();
  }
}

const NO_RESEARCH: ResearchPhase = { sources: [], advisories: null, completedAt: null };

function withOutcome(
  before: ResearchPhase | null,
  outcome: SourceOutcome,
  advisories: ResearchPhase['advisories'] | undefined,
): ResearchPhase {
  const { sources, ...rest } = before ?? NO_RESEARCH;
  return {
    ...rest,
    ...(advisories && { advisories }),
    sources: [...sources.filter(({ id }) => id !== outcome.id), outcome],
  };
}

/** Whether another iteration of a run can't be. */
function isOver({ status, iteration, maxIterations, nextStep }: Loop1Run): boolean {
  return status === 'cancelled' || (iteration >= maxIterations && nextStep === null);
}
