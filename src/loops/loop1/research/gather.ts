import { inTime, pause, TooLate } from '../../../base/cancellation';
import { isCancelled, messageOf, throwIfCancelled, UserError } from '../../../base/errors';
import { oneLine } from '../../../base/text';
import type { SourceOutcome } from '../run';
import { NotReached } from './source';
import type { Gathered, ResearchContext, ResearchSource } from './source';

const ATTEMPTS = 3;
const WHY_LENGTH = 300;

export interface AskOptions {
  networkAllowed: boolean;
  signal: AbortSignal;
  /** Before the second attempt, in milliseconds; four times as long before the third. */
  backoffMs?: number;
}

/** What came of asking one source; `gathered` is undefined when it was not reached. */
export interface Asked {
  outcome: SourceOutcome;
  gathered: Gathered | undefined;
}

/**
 * Asks a source within its time limit, again where that may help. A source that fails is an outcome and no error; rejects with
 * `CancelledError` on abort alone.
 */
export async function askSource(
  source: ResearchSource,
  context: ResearchContext,
  { networkAllowed, signal, backoffMs = 500 }: AskOptions,
): Promise<Asked> {
  const { id, title } = source;
  const begun = performance.now();
  const outcome = (parts: Partial<SourceOutcome>): SourceOutcome => ({
    ...{ id, title, status: 'reached', why: '', attempts: 0, notes: [], artifacts: [] },
    durationMs: Math.round(performance.now() - begun),
    ...parts,
  });
  if (source.needsNetwork && !networkAllowed) {
    const why = 'it needs the network, which nobody has allowed yet';
    return { outcome: outcome({ status: 'off', why }), gathered: undefined };
  }
  for (let attempts = 1; ; attempts++) {
    try {
      const gathered = await attempt(source, context, signal);
      const { artifacts, notes } = gathered;
      return { outcome: outcome({ attempts, artifacts, notes }), gathered };
    } catch (error) {
      throwIfCancelled(signal);
      if (attempts < ATTEMPTS && error instanceof NotReached && error.isPassing) {
        // Not all at the same moment, where several have to wait.
        const own = backoffMs * 4 ** (attempts - 1) * (0.75 + Math.random() / 2);
        await pause(Math.max(own, error.waitMs), signal);
        continue;
      }
      const why = oneLine(messageOf(error), WHY_LENGTH);
      return { outcome: outcome({ status: 'not reached', why, attempts }), gathered: undefined };
    }
  }
}

async function attempt(
  source: ResearchSource,
  context: ResearchContext,
  signal: AbortSignal,
): Promise<Gathered> {
  try {
    return await inTime(source.timeoutMs, signal, (limited) => source.gather(context, limited));
  } catch (error) {
    if (error instanceof TooLate) throw new NotReached(error.message, source.needsNetwork);
    if (isCancelled(error) || error instanceof NotReached || error instanceof UserError) throw error;
    throw new NotReached(messageOf(error));
  }
}
