import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type { EngineConnection } from '../engine/connection';
import { EngineError } from '../engine/errors';
import { isolationOf, withoutRefused } from './isolation';
import type { Isolation } from './isolation';
import { checkSandbox } from './preflight';
import { seccompFileFor } from './seccompFile';

/** The isolation each engine is asked for: all it says it has, less what it turned out to refuse. */
export class Isolations {
  private readonly known = new WeakMap<EngineConnection, Isolation>();

  /** `profileFolder`: see `DockerSandboxOptions`. */
  constructor(
    private readonly logger: Logger,
    private readonly profileFolder: string | undefined,
  ) {}

  async of(engine: EngineConnection): Promise<Isolation> {
    const known = this.known.get(engine);
    if (known) return known;
    const { profileFolder } = this;
    const file = profileFolder === undefined ? undefined : await seccompFileFor(engine, profileFolder);
    const isolation = isolationOf(engine.facts, file);
    if (!this.known.has(engine)) {
      this.known.set(engine, isolation);
      const { advice } = checkSandbox(engine.facts, isolation);
      for (const sentence of advice) this.logger.info(sentence);
    }
    return isolation;
  }

  /** Does without what the engine refused with this error, if it is not a must; false when nothing can be left out. */
  async lessen(engine: EngineConnection, error: unknown): Promise<boolean> {
    if (!(error instanceof EngineError)) return false;
    const next = withoutRefused(await this.of(engine), engine.facts, messageOf(error));
    if (next === undefined) return false;
    this.known.set(engine, next);
    return true;
  }
}
