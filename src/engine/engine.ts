import { throwIfCancelled } from '../base/errors';
import type { Logger } from '../base/logger';
import { formatAddress } from './address';
import type { EngineCandidate } from './address';
import { orCancelled } from '../base/cancellation';
import { EngineConnection } from './connection';
import { engineCandidates } from './endpoint';
import type { EngineEnvironment } from './endpoint';
import { describeConnectionFailure, NoEngine } from './errors';
import type { FailedAttempt } from './errors';
import { t } from '../base/texts';
import type { EngineFacts } from './facts';
import { askFacts, probe } from './reach';
import type { Reached } from './reach';
import { registryCredentials } from './registryCredentials';

export interface EngineOptions {
  environment: EngineEnvironment;
  /** The engine's address as the user set it, asked for at each connection; undefined when there is none. */
  setting?: () => string | undefined;
  logger: Logger;
}

/** How many times as long as usual an engine may take that is there and says nothing. */
const PATIENCE = 4;

/** Finds the engine and keeps the connection. Loads the client library on the first `connect`. */
export class Engine {
  private connection: Promise<EngineConnection> | undefined;

  constructor(private readonly options: EngineOptions) {}

  /**
   * The live engine; the same one again until a call on it fails. Rejects with `NoEngine` in under 2 s when none
   * answers, with `CancelledError` when `signal` aborts (the attempt goes on for others who wait for it).
   */
  async connect(signal?: AbortSignal): Promise<EngineConnection> {
    throwIfCancelled(signal);
    const attempt = (this.connection ??= this.find());
    attempt.catch(() => this.forget(attempt));
    return orCancelled(attempt, signal);
  }

  /**
   * As `connect`, but an engine that is there and says nothing is given four times as long: it may be busy. `onWait` is
   * called when that begins.
   */
  async connectPatiently(onWait: () => void, signal?: AbortSignal): Promise<EngineConnection> {
    try {
      return await this.connect(signal);
    } catch (error) {
      if (!(error instanceof NoEngine) || !error.attempts.some(({ isSilent }) => isSilent)) throw error;
    }
    onWait();
    const attempt = (this.connection ??= this.find(PATIENCE));
    attempt.catch(() => this.forget(attempt));
    return orCancelled(attempt, signal);
  }

  /** The next `connect` looks anew; who holds the old connection keeps it. */
  forgetConnection(): void {
    const old = this.connection;
    this.connection = undefined;
    void old?.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }

  /** Ends the connections that are kept for later. */
  async dispose(): Promise<void> {
    const connection = await this.connection?.catch(() => undefined);
    connection?.close();
  }

  private forget(attempt: Promise<EngineConnection>): void {
    if (this.connection === attempt) this.connection = undefined;
  }

  private async find(patience = 1): Promise<EngineConnection> {
    const candidates = await engineCandidates(this.options.environment, this.options.setting?.());
    const enough = new AbortController();
    const { env } = this.options.environment;
    const probes = candidates.map((candidate) => probe(candidate.address, env, enough.signal, patience));
    const failed: FailedAttempt[] = [];
    let reached: Reached | undefined;
    try {
      for (const [index, candidate] of candidates.entries()) {
        const outcome = await probes[index];
        if (outcome && 'docker' in outcome) {
          reached = outcome;
          return await this.open(outcome, candidate);
        }
        const { address, source } = candidate;
        const { why, isSilent } = outcome ?? { why: 'not tried', isSilent: false };
        failed.push({ address: formatAddress(address), source, why, isSilent });
      }
    } finally {
      enough.abort();
      // Others may have answered as well.
      void Promise.all(probes).then((outcomes) => {
        for (const other of outcomes) if ('docker' in other && other !== reached) other.transport.close();
      });
    }
    for (const attempt of failed) {
      this.options.logger.debug(`No engine at ${attempt.address} (${attempt.source}): ${attempt.why}`);
    }
    throw noEngine(failed);
  }

  private async open(reached: Reached, { address, source }: EngineCandidate): Promise<EngineConnection> {
    let facts: EngineFacts;
    try {
      facts = await askFacts(reached);
    } catch (error) {
      reached.transport.close();
      const why = describeConnectionFailure(error);
      throw noEngine([{ address: formatAddress(address), source, why, isSilent: false }]);
    }
    this.options.logger.info(
      `Engine: ${facts.name} ${facts.version} at ${formatAddress(address)} (${source})`,
    );
    const current = this.connection;
    const onLost = (): void => {
      reached.transport.close();
      if (current) this.forget(current);
    };
    return new EngineConnection(reached.docker, reached.transport, facts, onLost, (image) =>
      registryCredentials(image, this.options.environment),
    );
  }
}

function noEngine(attempts: readonly FailedAttempt[]): NoEngine {
  const [first] = attempts;
  if (first && attempts.length === 1) {
    return new NoEngine(
      t('No container engine answers at {0}, named by {1}: {2}.', first.address, first.source, first.why),
      t('Start that engine, or change {0}.', first.source),
      attempts,
    );
  }
  // Most places are simply empty: only those where something went wrong help anyone.
  const absent = describeConnectionFailure({ code: 'ENOENT' });
  const notable = attempts
    .filter(({ why }) => why !== absent)
    .map(({ address, why }) => `${address}: ${why}`);
  const forbidden = attempts.some(({ why }) => why === describeConnectionFailure({ code: 'EACCES' }));
  return new NoEngine(
    notable.length > 0
      ? t(
          'No container engine was found in the {0} usual places, and {1}.',
          attempts.length,
          notable.join('; '),
        )
      : t('No container engine was found in the {0} usual places.', attempts.length),
    forbidden
      ? t(
          'Give your user the right to use the engine (on Linux: sudo usermod -aG docker $USER, then log in again).',
        )
      : t('Install or start Docker or Podman, or set DOCKER_HOST to the engine you use.'),
    attempts,
  );
}
