import { isCancelled, messageWithNextStep } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import type { Chosen } from '../../deploy/chooseEnvironment';
import type { DeployPlan } from '../../deploy/plan';
import type { DeployEnvironment } from '../../deploy/project';
import type { LockOwner, ShipProgress, ShipResult, ShipStep } from '../../deploy/ship/release';
import { planView } from '../../deploy/view/planView';
import type { PlanView } from '../../deploy/view/planView';
import { endView, keepProgress, stepViews } from '../../deploy/view/releaseView';
import type { RunPhase, RunView } from '../../deploy/view/runView';
import type { EngineConnection } from '../../engine/connection';
import type { ShipOptions } from '../../deploy/ship/ship';
import type { Shipper } from './shipper';

/** What is done to an environment. */
export type Work =
  | { kind: 'deploy' }
  | { kind: 'rollBack'; release: string }
  | { kind: 'promote'; from: DeployEnvironment }
  | { kind: 'recover' };

export interface SessionParts {
  chosen: Chosen;
  work: Work;
  shipper: Shipper;
  connect: (signal: AbortSignal) => Promise<EngineConnection>;
  /** Whether to go on though another deploy holds the environment. */
  breakLock: (owner: LockOwner) => Promise<boolean>;
  onChange: () => void;
  /** It was agreed to beforehand: nothing is asked. */
  isAgreed?: boolean;
}

/** Over all sessions: an answer to one is none to the next. */
let questions = 0;
/** Before these, nothing is touched. */
const TOUCHING = ['snapshot', 'sync', 'build', 'up', 'health', 'watch', 'post', 'finish', 'undo'] as const;
/** A question without an answer counts as a no after this. In milliseconds. */
const EXPIRY = 5 * 60_000;

/** One deploy, rollback or the like: asks, is cancelled, tells how it stands. */
export class DeploySession {
  plan: DeployPlan | undefined;
  result: ShipResult | undefined;
  private planShown: PlanView | null = null;
  private phase: RunPhase = 'planning';
  /** Why there was no yes; undefined when there was, or nothing was asked. */
  private refusal: string | undefined;
  private readonly cancelling = new AbortController();
  private readonly told = new Map<ShipStep, string>();
  private message = '';
  private startedAt = '';
  private question: { id: number; expiresAt: string; answer: (isYes: boolean) => void } | undefined;

  constructor(private readonly parts: SessionParts) {}

  get kind(): Work['kind'] {
    return this.parts.work.kind;
  }

  get isOver(): boolean {
    return this.phase === 'ended' || this.phase === 'stopped';
  }

  get isRunning(): boolean {
    return this.phase === 'running' || this.phase === 'cancelling';
  }

  /** Never rejects: what went wrong is part of the end. */
  async run(): Promise<void> {
    const { shipper, chosen, work, connect } = this.parts;
    const { signal } = this.cancelling;
    try {
      const engine = await connect(signal);
      this.result = await this.carryOut(shipper, chosen, engine, work);
    } catch (error) {
      if (!(await this.showSecrets())) this.result = this.afterError(error);
    }
    this.question?.answer(false);
    if (this.refusal !== undefined && this.result?.outcome === 'cancelled')
      this.result = { ...this.result, reason: this.refusal };
    if (this.phase !== 'stopped') this.enter('ended');
  }

  cancel(): void {
    if (this.isOver || this.phase === 'cancelling') return;
    const isRunning = this.phase === 'running';
    this.question?.answer(false);
    this.cancelling.abort();
    if (isRunning) this.enter('cancelling');
  }

  /** The answer to the question of this id: for one that wants the word, nothing but the word is a yes. */
  answer(id: number, text: string): void {
    if (id !== this.question?.id) return;
    this.question.answer(this.confirmation !== 'yes' || text === 'yes');
  }

  view(): RunView {
    return {
      title: titleOf(this.parts.work),
      phase: this.phase,
      plan: this.planShown,
      question: this.question
        ? {
            id: this.question.id,
            confirm: this.confirmation,
            kind: this.parts.work.kind,
            action: actionOf(this.parts.work.kind),
            expiresAt: this.question.expiresAt,
          }
        : null,
      startedAt: this.startedAt,
      message: oneLine(this.message, 300),
      steps: this.startedAt === '' ? [] : stepViews(this.told, this.result?.outcome),
      end:
        this.phase === 'ended' && this.result
          ? endView(this.result, this.parts.work.kind === 'recover')
          : null,
    };
  }

  private get confirmation(): DeployEnvironment['confirm'] {
    return this.parts.chosen.environment.confirm;
  }

  private carryOut(
    shipper: Shipper,
    chosen: Chosen,
    engine: EngineConnection,
    work: Work,
  ): Promise<ShipResult> {
    const options: ShipOptions = {
      signal: this.cancelling.signal,
      onProgress: (progress) => this.hear(progress),
      confirm: (plan) => this.ask(plan),
      breakLock: this.parts.breakLock,
    };
    switch (work.kind) {
      case 'deploy':
        return shipper.deploy(chosen, engine, options);
      case 'rollBack':
        return shipper.rollBack(chosen, engine, work.release, options);
      case 'promote':
        return shipper.promote(chosen, work.from, engine, options);
      case 'recover':
        this.begin();
        return shipper.recover(chosen, engine, options).then((result) => result ?? ended('unchanged', ''));
    }
  }

  private afterError(error: unknown): ShipResult {
    if (isCancelled(error)) return ended('cancelled', '');
    const isTouched = TOUCHING.some((step) => this.told.has(step));
    return ended(isTouched ? 'failed' : 'cancelled', messageWithNextStep(error));
  }

  /** What stops a deploy before it asks can be secrets, of which the places are shown. */
  private async showSecrets(): Promise<boolean> {
    const { chosen, work, shipper, connect } = this.parts;
    const { signal } = this.cancelling;
    if (work.kind !== 'deploy' || this.phase !== 'planning' || signal.aborted) return false;
    try {
      const plan = await shipper.plan(chosen, await connect(signal), signal);
      if (plan.secrets.length > 0) await this.ask(plan);
      return plan.secrets.length > 0;
    } catch {
      // Then it was something else, which is told.
      return false;
    }
  }

  private hear(progress: ShipProgress): void {
    keepProgress(this.told, progress);
    this.message = progress.message;
    this.parts.onChange();
  }

  private async ask(plan: DeployPlan): Promise<boolean> {
    const { environment } = this.parts.chosen;
    const { pre, post } = environment;
    const isComparable = environment.target.kind === 'local';
    this.plan = plan;
    this.planShown = planView(plan, { isComparable, pre, post });
    if (plan.secrets.length > 0) {
      this.enter('stopped');
      return false;
    }
    if (!this.parts.isAgreed && this.confirmation !== 'none' && !(await this.isAnsweredYes())) return false;
    if (this.cancelling.signal.aborted) return false;
    this.begin();
    return true;
  }

  private async isAnsweredYes(): Promise<boolean> {
    const id = ++questions;
    const answer = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => {
        this.refusal = t('No answer came within five minutes.');
        resolve(false);
      }, EXPIRY);
      const expiresAt = new Date(Date.now() + EXPIRY).toISOString();
      this.question = {
        id,
        expiresAt,
        answer: (isYes) => {
          clearTimeout(timer);
          if (!isYes) this.refusal = '';
          resolve(isYes);
        },
      };
    });
    this.enter('asking');
    const isYes = await answer;
    this.question = undefined;
    return isYes;
  }

  private begin(): void {
    this.startedAt = new Date().toISOString();
    this.enter('running');
  }

  private enter(phase: RunPhase): void {
    this.phase = phase;
    this.parts.onChange();
  }
}

function actionOf(kind: Work['kind']): string {
  const words: Record<Work['kind'], string> = {
    deploy: t('Deploy'),
    rollBack: t('Roll Back'),
    promote: t('Promote'),
    recover: t('Put Back'),
  };
  return words[kind];
}

function titleOf(work: Work): string {
  switch (work.kind) {
    case 'deploy':
      return t('Deploy');
    case 'rollBack':
      return t('Roll back to {0}', oneLine(work.release, 100));
    case 'promote':
      return t('Promote from {0}', oneLine(work.from.name, 100));
    case 'recover':
      return t('Put back after an interruption');
  }
}

function ended(outcome: ShipResult['outcome'], reason: string): ShipResult {
  const nothing = { release: '', services: [], downtimeMs: 0, downtimeSeenBy: 'nothing' as const };
  return { ...nothing, outcome, rolledBack: false, reason, explanation: [] };
}
