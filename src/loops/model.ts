import { UserError } from '../base/errors';

/** A language model, whoever provides it. */
export interface Model {
  /** As its provider calls it. */
  name: string;
  /** Rejects with `CancelledError` on abort, with `ModelBusy` where it helps to ask again later. */
  ask(prompt: string, signal: AbortSignal): Promise<string>;
  /** Whether it can take so much, with some room for a repair; left out by one that takes anything. */
  fits?(prompt: string, signal: AbortSignal): Promise<boolean>;
  /** For one question, in milliseconds; two minutes unless it says so. */
  timeoutMs?: number;
}

/** A model takes no questions now: its quota is used up, or it is overloaded. */
export class ModelBusy extends UserError {
  constructor(message: string, nextStep?: string) {
    super(message, nextStep);
    this.name = 'ModelBusy';
  }
}
