/**
 * An expected failure that a person can act on. `message` says what happened in words a user understands,
 * `nextStep` what to do about it. Anything that is not a `UserError` is a defect of ours.
 */
export class UserError extends Error {
  constructor(
    message: string,
    readonly nextStep?: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'UserError';
  }
}

/** The work was cancelled by its caller. Not an error to report; compare with {@link isCancelled}. */
export class CancelledError extends Error {
  constructor() {
    super('Cancelled');
    this.name = 'CancelledError';
  }
}

/** True for a `CancelledError` and for the platform's own `AbortError`. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && (error.name === 'CancelledError' || error.name === 'AbortError');
}

/** Throws a `CancelledError` when `signal` has been aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}

/** True for an error of the system with this code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === code;
}

/** One line for a user: the message of an `Error`, or the value itself as text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What happened and what to do about it, as sentences. */
export function messageWithNextStep(error: unknown): string {
  const message = messageOf(error).trim();
  if (!(error instanceof UserError) || !error.nextStep) return message;
  const step = error.nextStep.charAt(0).toUpperCase() + error.nextStep.slice(1);
  return `${message.replace(/[.:]$/, '')}. ${step}${/[.!?)]$/.test(step) ? '' : '.'}`;
}

/** The whole chain of causes, for the log. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\ncaused by ${describeError(error.cause)}`;
}
