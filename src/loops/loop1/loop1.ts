import { randomUUID } from 'node:crypto';
import { orCancelled } from '../../base/cancellation';
import { messageOf, UserError } from '../../base/errors';
import { t } from '../../base/texts';
import { KeptRun } from '../keptRun';
import type { RunChange, RunKeeper } from '../keptRun';
import { currentScenarios, ratesOf } from './current';
import { readWorkspace } from './facts/readWorkspace';
import { goalOf } from './goal';
import { conclude, premortem, research, settled } from './iteration';
import type { Field } from './iteration';
import { mergeDuplicates } from './premortem/mergeDuplicates';
import type { Model } from '../model';
import { remediate } from './remediation/remediate';
import type { ResearchSource } from './research/source';
import type { Injection, Loop1Run, ResearchPhase, SourceOutcome, Step } from './run';
import type { Decision } from './scenario';
import { ownCard } from './ownCard';
import type { CardText } from './ownCard';

export interface Loop1Parts {
  /** Absolute path of the workspace. */
  root: string;
  keeper: RunKeeper<Loop1Run>;
  /** The first reads the workspace. */
  sources: readonly ResearchSource[];
  /** Asked for at each pre-mortem; undefined where the user has none. Rejects with `CancelledError` on abort. */
  model?: (signal: AbortSignal) => Promise<Model | undefined>;
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
  private readonly kept: KeptRun<Loop1Run>;
  private field: Field | undefined;
  private working: { abort: AbortController; done: Promise<Loop1Run> } | undefined;

  constructor(private readonly parts: Loop1Parts) {
    this.kept = new KeptRun(parts.keeper, () => this.now(), ratesOf);
  }

  /** Calls `listener` after each saved change of the run, in another window too. Returns what ends it. */
  onDidChange(listener: (run: Loop1Run) => void): () => void {
    return this.kept.onDidChange(listener);
  }

  /** The newest run of the workspace, undefined before the first. */
  latest(): Promise<Loop1Run | undefined> {
    return this.kept.latest();
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
    const goal = options.goal?.trim();
    return this.work((last) => {
      if (!last || isOver(last) || (goal !== undefined && goal !== last.goal.text))
        return this.newRun(goal ?? last?.goal.text ?? '', options);
      const allowed = { networkAllowed: options.networkAllowed ?? last.networkAllowed };
      // An iteration that was left in the middle is finished first.
      if (last.nextStep !== null) return { ...last, ...allowed };
      const next = { iteration: last.iteration + 1, nextStep: 'research' as const, research: null };
      return { ...last, ...allowed, ...next };
    });
  }

  /** Goes on from the last finished step. Rejects with `UserError` when there is nothing to go on with. */
  async resume(): Promise<Loop1Run> {
    return this.work((last) => {
      if (!last || last.status === 'cancelled' || last.nextStep === null)
        throw new UserError(t('There is no run to go on with'), t('Start one.'));
      return last;
    });
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
    const said = text.trim().slice(0, 2000);
    if (said === '')
      throw new UserError(t('There is no text to put in'), t('Write what is to be taken into account.'));
    await this.changeByPerson(({ iteration, nextStep, injections, constraints, ownCards }) => {
      const during = `iteration ${iteration}, ${nextStep ?? 'finished'}`;
      const injected = [...injections, { kind, text: said, during, at: this.now().toISOString() }];
      return kind === 'constraint'
        ? { injections: injected, constraints: [...constraints, said].slice(-MAX_CONSTRAINTS) }
        : { injections: injected, ownCards: [...ownCards, ownCard({ ...card, title: said }, iteration)] };
    });
  }

  /** What a person says of a scenario. Rejects with `UserError` for one that is not there, and without a reason. */
  async decide(decision: Omit<Decision, 'at'>): Promise<void> {
    if (decision.reason.trim() === '')
      throw new UserError(t('A decision needs a reason'), t('Say why the risk may stand, or is none.'));
    const at = this.now().toISOString();
    await this.changeByPerson((now) => {
      if (!currentScenarios(now, this.now()).some(({ id }) => id === decision.scenarioId))
        throw new UserError(
          t('There is no scenario {0}', decision.scenarioId),
          t('Choose one of the cards.'),
        );
      return { decisions: [...now.decisions, { ...decision, at }] };
    });
  }

  /** Takes back what was said of a scenario: all of it, or what `which` says. */
  async undecide(scenarioId: string, which: (decision: Decision) => boolean = () => true): Promise<void> {
    await this.changeByPerson(({ decisions }) => {
      const left = decisions.filter((each) => each.scenarioId !== scenarioId || !which(each));
      return left.length < decisions.length ? { decisions: left } : undefined;
    });
  }

  /** Pauses what is at work. */
  async dispose(): Promise<void> {
    if (this.working) await this.pause('The program was closed; resume goes on.');
    this.kept.dispose();
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

  private async work(choose: (last: Loop1Run | undefined) => Loop1Run): Promise<Loop1Run> {
    if (this.working) throw new UserError(t('The run is at work already'), t('Pause it first.'));
    const abort = new AbortController();
    const done = this.claimed(choose, abort.signal);
    this.working = { abort, done };
    try {
      return await done;
    } finally {
      this.working = undefined;
    }
  }

  private async claimed(
    choose: (last: Loop1Run | undefined) => Loop1Run,
    signal: AbortSignal,
  ): Promise<Loop1Run> {
    await this.kept.take(choose);
    let run: Loop1Run | undefined;
    try {
      await this.steps(signal);
    } catch (error) {
      // Who ended the work has said what the run is now.
      if (!signal.aborted) await this.kept.change(() => ({ status: 'failed', reason: messageOf(error) }));
    } finally {
      run = await this.kept.release();
    }
    if (!run) throw new Error('the run is gone');
    return run;
  }

  private async steps(signal: AbortSignal): Promise<void> {
    for (let run = await this.latest(); run?.nextStep && !signal.aborted; run = await this.latest())
      await this.step(run, run.nextStep, signal);
  }

  private async step(run: Loop1Run, step: Step, signal: AbortSignal): Promise<void> {
    // A step that was told to end must not undo what told it.
    const change = (made: RunChange<Loop1Run>): Promise<void> =>
      this.kept.change((now) => (signal.aborted ? undefined : made(now)));
    switch (step) {
      case 'research': {
        const field = (this.field = await this.research(run, signal, change));
        const completedAt = this.now().toISOString();
        const { tasks = [], texts } = field.facts.parts;
        return change((now) => ({
          research: { ...(now.research ?? NO_RESEARCH), completedAt },
          goal: goalOf(now.goal.text, texts, tasks),
          analysed: analysedOf(field),
          nextStep: 'premortem',
        }));
      }
      case 'premortem': {
        const field = (this.field ??= await this.research(run, signal, async () => undefined));
        const phase = await premortem(run, field, await this.model(signal), signal);
        return change(() => ({
          ...{ premortem: phase, firstLook: undefined, analysed: analysedOf(field) },
          ...{ remediation: null, nextStep: 'remediation' },
        }));
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

  private async model(signal: AbortSignal): Promise<Model | undefined> {
    const { model } = this.parts;
    return model && orCancelled(model(signal), signal);
  }

  private research(
    run: Loop1Run,
    signal: AbortSignal,
    change: (made: RunChange<Loop1Run>) => Promise<void>,
  ): Promise<Field> {
    const { root, sources, backoffMs } = this.parts;
    return research(run, {
      ...{ root, sources },
      ask: { networkAllowed: run.networkAllowed, signal, ...(backoffMs !== undefined && { backoffMs }) },
      onOutcome: (outcome, { advisories }) =>
        change(({ research: before }) => ({ research: withOutcome(before, outcome, advisories) })),
      // Later iterations show the cards of the one before until they know better.
      onSeen: async (scenarios) => {
        if (!run.premortem) await change(() => ({ firstLook: mergeDuplicates(scenarios) }));
      },
    });
  }

  private async stop(status: 'paused' | 'cancelled', reason: string): Promise<void> {
    const { working } = this;
    working?.abort.abort();
    await this.kept.change((now) => {
      const isFinished = now.nextStep === null && now.status !== 'waiting for you';
      // What ended by itself in the meantime stays as it ended, and what waits is not at work.
      const isIdle = status === 'paused' && (now.nextStep === null || now.status === 'cancelled');
      return isFinished || isIdle ? undefined : { status, reason };
    });
    // The caller may go on at once: nothing is at work any more.
    await working?.done;
  }

  /** After an iteration, what a person says may reach the target, or lose it. */
  private changeByPerson(made: RunChange<Loop1Run>): Promise<void> {
    return this.kept.change((now) => {
      const changes = made(now);
      return changes && { ...changes, ...settled({ ...now, ...changes }, this.now()) };
    });
  }

  private now(): Date {
    return this.parts.now?.() ?? new Date();
  }
}

function analysedOf({ facts, contentHash }: Field): NonNullable<Loop1Run['analysed']> {
  return { commit: facts.parts.git?.head ?? '', contentHash };
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
