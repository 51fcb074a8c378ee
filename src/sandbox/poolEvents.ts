import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import { t } from '../base/texts';
import type { EngineConnection } from '../engine/connection';
import { exitCodeIn } from '../engine/containers';
import type { EngineEvent } from '../engine/containers';

/** How a container ended, in the engine's words and not in its own. */
export interface ContainerExit {
  /** -1 when the engine does not say. */
  exitCode: number;
  /** A process in it, not only its first, was killed because memory ran out. */
  outOfMemory: boolean;
  /** The engine was told to kill it before it ended: by us, by another client, or as the engine shut down. */
  wasKilled: boolean;
}

/** What the engine is going to tell of one container. Both reject with `EngineLost` when the engine goes away. */
export interface ContainerFate {
  exit: Promise<ContainerExit>;
  /** Resolves when the container is removed. */
  gone: Promise<void>;
}

interface Followed {
  outOfMemory: boolean;
  wasKilled: boolean;
  exited: (exit: ContainerExit) => void;
  gone: () => void;
  failed: (error: Error) => void;
}

export interface PoolEventHandlers {
  /** An image was tagged, pulled, loaded, built or deleted: its name may mean another one now. */
  onImageChange: () => void;
  /** Something happened to a container that is followed: it ended, was killed, paused or changed by somebody. */
  onDisturbance: (id: string) => void;
  /** The engine went away. Not called after `close`. */
  onLost: () => void;
}

const DISTURBANCES = ['die', 'oom', 'kill', 'pause', 'update', 'destroy'];
const IMAGE_CHANGES = ['tag', 'untag', 'pull', 'delete', 'load', 'import'];

/**
 * Follows an engine's events as long as there are sandboxes. One stream says of every container how it ended and
 * that it is gone, in this order, so nothing has to be asked: an engine that removes a container when it ends has
 * forgotten how by the time somebody asks.
 */
export class PoolEvents {
  private readonly followed = new Map<string, Followed>();
  private readonly closing = new AbortController();
  private lost: Error | undefined;

  private constructor(
    private readonly connection: EngineConnection,
    private readonly handlers: PoolEventHandlers,
    private readonly logger: Logger,
  ) {}

  /** Resolves when nothing that happens from now on is missed. Rejects as `EngineConnection` does. */
  static async open(
    connection: EngineConnection,
    handlers: PoolEventHandlers,
    logger: Logger,
  ): Promise<PoolEvents> {
    const watch = new PoolEvents(connection, handlers, logger);
    const type = ['container', 'image'];
    // Podman has other names for some of them, and would keep back those it does not know.
    const filters = connection.facts.isPodman
      ? { type }
      : { type, event: [...DISTURBANCES, ...IMAGE_CHANGES] };
    const events = await connection.events(filters, watch.closing.signal);
    void watch.read(events);
    return watch;
  }

  /** To be called before the container can end. */
  follow(id: string): ContainerFate {
    let follow: Pick<Followed, 'exited' | 'gone'> | undefined;
    const failures: ((error: Error) => void)[] = [];
    const exit = new Promise<ContainerExit>((exited, failed) => {
      failures.push(failed);
      follow = { exited, gone: () => undefined };
    });
    const gone = new Promise<void>((resolve, failed) => {
      failures.push(failed);
      if (follow) follow.gone = resolve;
    });
    // Nobody may be waiting when the engine goes away.
    for (const promise of [exit, gone]) promise.catch(() => undefined);
    const failed = (error: Error): void => failures.forEach((fail) => fail(error));
    if (this.lost) failed(this.lost);
    else if (follow) this.followed.set(id, { outOfMemory: false, wasKilled: false, failed, ...follow });
    return { exit, gone };
  }

  /** To be called when every followed container is gone: nothing is told any more. */
  close(): void {
    this.closing.abort();
  }

  private async read(events: AsyncIterable<EngineEvent>): Promise<void> {
    let why = 'the connection was cut';
    try {
      for await (const event of events) {
        if (event.type === 'container') this.onContainer(event);
        else if (event.type === 'image' && IMAGE_CHANGES.includes(event.action))
          this.handlers.onImageChange();
      }
    } catch (error) {
      why = messageOf(error);
    }
    if (this.closing.signal.aborted) return;
    this.logger.info(`The engine's events ended: ${why}`);
    this.lost = this.connection.lost(t('it went away while a sandbox was in use'));
    for (const { failed } of this.followed.values()) failed(this.lost);
    this.followed.clear();
    this.handlers.onLost();
  }

  private onContainer(event: EngineEvent): void {
    const { id, action } = event;
    const container = this.followed.get(id);
    if (!container) return;
    if (action === 'oom') container.outOfMemory = true;
    if (action === 'kill') container.wasKilled = true;
    if (action === 'die') {
      const { outOfMemory, wasKilled } = container;
      container.exited({ exitCode: exitCodeIn(event) ?? -1, outOfMemory, wasKilled });
    }
    if (action === 'destroy') {
      this.followed.delete(id);
      container.gone();
    }
    if (DISTURBANCES.includes(action)) this.handlers.onDisturbance(id);
  }
}
