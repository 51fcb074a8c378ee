import type { Confirmation } from '../shipSettings';
import type { PlanView } from './planView';
import type { EndView, ReleaseView, StepView } from './releaseView';

/**
 * *planning*: nothing is known yet; *asking*: the plan waits for an answer; *stopped*: the plan can't be carried out, as secrets
 * would be sent; *running*; *cancelling*: it was cancelled and is being put back; *ended*.
 */
export type RunPhase = 'planning' | 'asking' | 'stopped' | 'running' | 'cancelling' | 'ended';

/** A deploy, a rollback or the like, from its plan to its end. */
export interface RunView {
  /** "Deploy", "Roll back to ...". */
  title: string;
  phase: RunPhase;
  plan: PlanView | null;
  question: QuestionView | null;
  /** ISO UTC, of the begin of what `steps` tell; empty before. */
  startedAt: string;
  /** What is being done, in a clause. */
  message: string;
  steps: readonly StepView[];
  end: EndView | null;
}

/** What is done to an environment. */
type WorkKind = 'deploy' | 'rollBack' | 'promote' | 'recover';

export interface QuestionView {
  /** Goes with the answer: one to another plan is no answer. */
  id: number;
  confirm: Confirmation;
  /** What is asked about. */
  kind: WorkKind;
  /** What the button says. */
  action: string;
  /** ISO UTC; after that it counts as a no. */
  expiresAt: string;
}

/** All that the page of an environment shows. */
export interface EnvironmentView {
  name: string;
  isProduction: boolean;
  target: string;
  run: RunView | null;
  /** A sentence: a deploy died in the middle. Empty when none did. */
  interrupted: string;
  /** A sentence of what could not be done, or how it ended while nobody looked. */
  notice: string;
  history: HistoryView;
}

export type HistoryView =
  | { kind: 'looking' }
  | { kind: 'failed'; text: string }
  | { kind: 'ready'; releases: readonly ReleaseView[] };
