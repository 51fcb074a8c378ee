import { randomBytes } from 'node:crypto';
import { orCancelled, within } from '../base/cancellation';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type { ContainerSpec, EngineConnection } from '../engine/connection';
import { EngineError, EngineLost } from '../engine/errors';
import { AttachedStream } from './attachedRun';
import type { SandboxRole } from './owner';
import type { ContainerFate, PoolEvents } from './poolEvents';

/** How long anyone waits for the engine to say that a container is gone, in milliseconds. */
const REMOVAL_LIMIT = 5000;

/** The engine does not have the image. */
export class ImageMissing extends Error {
  constructor(cause: EngineError) {
    super(cause.message, { cause });
    this.name = 'ImageMissing';
  }
}

/** Containers on their way out. Nobody who waits for a result waits for these. */
export class Removals {
  private readonly pending = new Set<Promise<void>>();
  private readonly givenUp = new AbortController();

  constructor(private readonly logger: Logger) {}

  /** Sees a removal through and logs one that fails: it is left to a later sweep. */
  add(container: string, remove: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const settled = remove(this.givenUp.signal)
      .catch((error: unknown) => {
        this.logger.warn(
          `Sandbox ${container} could not be removed now, a later start will do it: ${messageOf(error)}`,
        );
      })
      .finally(() => this.pending.delete(settled));
    this.pending.add(settled);
    return settled;
  }

  /** Resolves when none is pending any more. */
  async settled(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }

  /** Stops waiting for those that are still pending. */
  giveUp(): void {
    this.givenUp.abort();
  }
}

/** One started container whose supervisor waits on stdin, or works. Serves one run and is never used again. */
export class PoolMember {
  private ending: Promise<void> | undefined;
  private hasExited = false;
  private giveUp: () => void = () => undefined;

  private constructor(
    private readonly connection: EngineConnection,
    readonly id: string,
    readonly stream: AttachedStream,
    private readonly fate: ContainerFate,
    private readonly removals: Removals,
    private readonly logger: Logger,
  ) {
    fate.exit.then(
      () => (this.hasExited = true),
      () => undefined,
    );
    this.gone = new Promise((resolve) => {
      this.giveUp = resolve;
      fate.gone.then(resolve, resolve);
    });
  }

  /** Rejects with `ImageMissing`, and as `EngineConnection` does; nothing is left on the engine then. */
  static async open(
    connection: EngineConnection,
    events: PoolEvents,
    {
      role,
      spec,
      removals,
      logger,
    }: {
      role: SandboxRole;
      spec: ContainerSpec;
      removals: Removals;
      logger: Logger;
    },
  ): Promise<PoolMember> {
    const name = containerName(role);
    let id: string;
    try {
      id = await connection.createContainer(name, spec);
    } catch (error) {
      if (error instanceof EngineError && error.statusCode === 404) throw new ImageMissing(error);
      // The answer is lost, the container may be there all the same.
      if (error instanceof EngineLost) {
        void removals.add(name, (signal) => connection.removeContainer(name, signal));
      }
      throw error;
    }
    const fate = events.follow(id);
    try {
      const stream = new AttachedStream(await connection.attach(id));
      const member = new PoolMember(connection, id, stream, fate, removals, logger);
      await connection.startContainer(id);
      return member;
    } catch (error) {
      void removals.add(name, (signal) => connection.removeContainer(id, signal));
      throw error;
    }
  }

  /** How it ended. Rejects with `EngineLost` when the engine goes away before. */
  get exit(): ContainerFate['exit'] {
    return this.fate.exit;
  }

  /** Resolves when the engine has removed it, or nobody waits for that any more. Never rejects. */
  readonly gone: Promise<void>;

  /** Marks it, for whoever looks at the engine, as one that is in use. Not waited for. */
  markUsed(): void {
    this.connection.renameContainer(this.id, containerName('run')).catch((error: unknown) => {
      this.logger.debug(`Sandbox ${this.id.slice(0, 12)} keeps its name: ${messageOf(error)}`);
    });
  }

  /** Kills it and sees it removed; the promise never rejects, and need not be waited for. */
  end(): Promise<void> {
    // The stream first: an engine may not be able to kill a container whose reader is slow.
    this.stream.destroy();
    this.ending ??= this.removals
      .add(this.id.slice(0, 12), (signal) => this.remove(signal))
      .then(() => this.giveUp());
    return this.ending;
  }

  /** One that ended by itself the engine removes by itself. */
  private async remove(signal: AbortSignal): Promise<void> {
    if (!this.hasExited) await this.connection.removeContainer(this.id, signal);
    const gone = orCancelled(
      this.fate.gone.then(() => true),
      signal,
    );
    if (await within(REMOVAL_LIMIT, gone)) return;
    await this.connection.removeContainer(this.id, signal);
  }
}

const NAME_PREFIX = 'seaworthy-';

function containerName(role: SandboxRole): string {
  return `${NAME_PREFIX}${role}-${randomBytes(8).toString('hex')}`;
}

/** Whether a container of this name waits for work, of whichever process. */
export function isIdleName(name: string): boolean {
  return name.startsWith(`${NAME_PREFIX}idle-`);
}
