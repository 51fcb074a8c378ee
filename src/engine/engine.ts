import type Docker from 'dockerode';
import * as https from 'node:https';
import { orCancelled } from './cancellation';
import { throwIfCancelled } from '../base/errors';
import type { Logger } from '../base/logger';
import { formatAddress } from './address';
import type { EngineAddress, EngineCandidate } from './address';
import { tlsOptions } from './attach';
import { EngineConnection } from './connection';
import { engineCandidates } from './endpoint';
import type { EngineEnvironment } from './endpoint';
import { describeConnectionFailure, NoEngine } from './errors';
import type { FailedAttempt } from './errors';
import { readFacts } from './facts';

/** How long a candidate may take to say that it is there, in milliseconds. */
const PING_LIMIT = 1500;
/** How long an engine that is there may take to describe itself, in milliseconds. */
const FACTS_LIMIT = 10_000;

export interface EngineOptions {
  environment: EngineEnvironment;
  /** The engine's address as the user set it, asked for at each connection; undefined when there is none. */
  setting?: () => string | undefined;
  logger: Logger;
}

/** The library's typings leave out that these take a signal. */
type Describing = Record<
  'ping' | 'version' | 'info',
  (options: { abortSignal: AbortSignal }) => Promise<unknown>
>;

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

  private forget(attempt: Promise<EngineConnection>): void {
    if (this.connection === attempt) this.connection = undefined;
  }

  private async find(): Promise<EngineConnection> {
    const candidates = await engineCandidates(this.options.environment, this.options.setting?.());
    const { default: Client } = await import('dockerode');
    const enough = new AbortController();
    const probes = candidates.map((candidate) => probe(Client, candidate, enough.signal));
    const failed: FailedAttempt[] = [];
    try {
      for (const [index, candidate] of candidates.entries()) {
        const outcome = await probes[index];
        if (outcome?.docker) return await this.open(outcome.docker, candidate);
        failed.push({
          address: formatAddress(candidate.address),
          source: candidate.source,
          why: outcome?.why ?? 'not tried',
        });
      }
    } finally {
      enough.abort();
    }
    for (const attempt of failed) {
      this.options.logger.debug(`No engine at ${attempt.address} (${attempt.source}): ${attempt.why}`);
    }
    throw noEngine(failed);
  }

  private async open(docker: Docker, { address, source }: EngineCandidate): Promise<EngineConnection> {
    let version: unknown;
    let info: unknown;
    try {
      const abortSignal = AbortSignal.timeout(FACTS_LIMIT);
      const asked = docker as unknown as Describing;
      [version, info] = await Promise.all([asked.version({ abortSignal }), asked.info({ abortSignal })]);
    } catch (error) {
      throw noEngine([{ address: formatAddress(address), source, why: describeConnectionFailure(error) }]);
    }
    const facts = readFacts(version, info);
    this.options.logger.info(
      `Engine: ${facts.name} ${facts.version} at ${formatAddress(address)} (${source})`,
    );
    const current = this.connection;
    return new EngineConnection(docker, address, facts, () => {
      if (current) this.forget(current);
    });
  }
}

/** A client of this address alone: what is left out here, the library would take from `DOCKER_HOST` and its kin. */
function clientFor(Client: typeof Docker, address: EngineAddress): Docker {
  const fromUs = { timeout: undefined, ca: undefined, cert: undefined, key: undefined, pathPrefix: '/' };
  if (address.kind === 'socket') {
    return new Client({
      ...fromUs,
      host: undefined,
      port: undefined,
      protocol: 'http',
      socketPath: address.path,
    });
  }
  const { host, port, tls } = address;
  if (!tls) return new Client({ ...fromUs, host, port, protocol: 'http' });
  // The library has no option to accept any server certificate; an agent has.
  const agent = { agent: new https.Agent({ ...tlsOptions(tls), keepAlive: true }) };
  return new Client({ ...fromUs, ...agent, host, port, protocol: 'https' });
}

async function probe(
  Client: typeof Docker,
  candidate: EngineCandidate,
  enough: AbortSignal,
): Promise<{ docker?: Docker; why?: string }> {
  const limit = AbortSignal.timeout(PING_LIMIT);
  try {
    const docker = clientFor(Client, candidate.address);
    const answer = await Promise.race([
      (docker as unknown as Describing).ping({ abortSignal: AbortSignal.any([limit, enough]) }),
      new Promise<undefined>((resolve) =>
        limit.addEventListener('abort', () => resolve(undefined), { once: true }),
      ),
    ]);
    if (answer === undefined) return { why: `no answer within ${PING_LIMIT / 1000} s` };
    return isGreeting(answer) ? { docker } : { why: 'what answers there is not a container engine' };
  } catch (error) {
    return {
      why: limit.aborted ? `no answer within ${PING_LIMIT / 1000} s` : describeConnectionFailure(error),
    };
  }
}

/** The library gives text as a buffer, and an object where the text happens to be JSON. */
function isGreeting(answer: unknown): boolean {
  return Buffer.isBuffer(answer) && answer.toString().trim() === 'OK';
}

function noEngine(attempts: readonly FailedAttempt[]): NoEngine {
  const [first] = attempts;
  if (first && attempts.length === 1) {
    return new NoEngine(
      `No container engine answers at ${first.address}, named by ${first.source}: ${first.why}.`,
      `Start that engine, or change ${first.source}.`,
      attempts,
    );
  }
  // Most places are simply empty: only those where something went wrong help anyone.
  const absent = describeConnectionFailure({ code: 'ENOENT' });
  const notable = attempts
    .filter(({ why }) => why !== absent)
    .map(({ address, why }) => `${address}: ${why}`);
  const found = notable.length > 0 ? `, and ${notable.join('; ')}` : '';
  const forbidden = attempts.some(({ why }) => why === describeConnectionFailure({ code: 'EACCES' }));
  return new NoEngine(
    `No container engine was found in the ${attempts.length} usual places${found}.`,
    forbidden
      ? 'Give your user the right to use the engine (on Linux: sudo usermod -aG docker $USER, then log in again).'
      : 'Install or start Docker or Podman, or set DOCKER_HOST to the engine you use.',
    attempts,
  );
}
