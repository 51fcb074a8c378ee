import { isCancelled, messageOf, messageWithNextStep, UserError } from '../base/errors';
import { t } from '../base/texts';
import type { ContainerVerb, EngineConnection } from '../engine/connection';
import { EngineError } from '../engine/errors';
import type { FleetContainer } from './containers';

/** One thing that was done, as the operation log keeps it. */
export interface DoneOperation {
  action: string;
  target: string;
  outcome: 'done' | 'failed' | 'cancelled';
  /** Empty when it was done. */
  reason: string;
}

/** Keeps what was done; must not reject. */
export type OperationRecorder = (operation: DoneOperation) => Promise<void>;

/** How long after an operation its echoes in the event stream are still taken for ours, in milliseconds. */
const ECHO = 10_000;

/** Does things to containers, keeps a record of each, and knows which changes are its own doing. */
export class Operator {
  private readonly busy = new Map<string, number>();
  private readonly quietUntil = new Map<string, number>();

  constructor(private readonly record: OperationRecorder) {}

  /** Rejects with a `UserError` in words when the engine refuses, and with what the connection rejects with. */
  async operate(
    engine: EngineConnection,
    verb: ContainerVerb,
    container: Pick<FleetContainer, 'id' | 'name'>,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.asOwn(container.id, () =>
      this.recorded(verb, container.name, async () => {
        try {
          await engine.operate(container.id, verb, signal);
        } catch (error) {
          throw error instanceof EngineError ? refused(verb, container.name, error) : error;
        }
      }),
    );
  }

  /** Does `work` and keeps under `action` how it ended. */
  async recorded<T>(action: string, target: string, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      await this.record({ action, target, outcome: 'done', reason: '' });
      return result;
    } catch (error) {
      const outcome = isCancelled(error) ? 'cancelled' : 'failed';
      await this.record({ action, target, outcome, reason: messageOf(error).slice(0, 1000) });
      throw error;
    }
  }

  /** What happens to the container during `work`, and right after, is our doing. */
  async asOwn<T>(id: string, work: () => Promise<T>): Promise<T> {
    this.busy.set(id, (this.busy.get(id) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const others = (this.busy.get(id) ?? 1) - 1;
      if (others > 0) this.busy.set(id, others);
      else this.busy.delete(id);
      this.quietUntil.set(id, Date.now() + ECHO);
    }
  }

  /** Whether a change of this container now is our own doing. */
  isOwn(id: string): boolean {
    const now = Date.now();
    for (const [each, until] of this.quietUntil) if (until < now) this.quietUntil.delete(each);
    return this.busy.has(id) || this.quietUntil.has(id);
  }
}

function verbWords(verb: ContainerVerb): string {
  const words: Record<ContainerVerb, string> = {
    start: t('start'),
    stop: t('stop'),
    restart: t('restart'),
    pause: t('pause'),
    unpause: t('unpause'),
    kill: t('kill'),
    remove: t('remove'),
  };
  return words[verb];
}

function refused(verb: ContainerVerb, name: string, error: EngineError): UserError {
  if (error.statusCode === 404) {
    return new UserError(
      t('{0} could not be reached for "{1}": it is gone.', name, verbWords(verb)),
      t('Refresh the list.'),
    );
  }
  return new UserError(
    t('The engine refused to {0} {1}: {2}', verbWords(verb), name, messageWithNextStep(error)),
    t('Look at its log for the reason.'),
    { cause: error },
  );
}
