import { linkedSignal, within } from '../engine/cancellation';
import { CancelledError, messageOf, throwIfCancelled, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { EngineConnection } from '../engine/connection';
import type { Engine } from '../engine/engine';
import { EngineError, EngineLost } from '../engine/errors';
import { capacityOf, RunQueue } from './concurrency';
import { containerSpec } from './containerSpec';
import { beginAttempt, runInMember } from './memberRun';
import type { Attempt } from './memberRun';
import { freeMemoryShare } from './memory';
import { LABEL } from './owner';
import type { SandboxOwner } from './owner';
import { SandboxPool } from './pool';
import type { MemberKind } from './pool';
import { ImageMissing, Removals } from './poolMember';
import { describeEnd } from './runEnd';
import type { Stop } from './runEnd';
import type { RunReader } from './runReader';
import { SandboxUnavailable } from './sandbox';
import type { Sandbox, SandboxLimits, SandboxProgress, SandboxRequest, SandboxResult } from './sandbox';
import { IDLE_SECONDS } from './script';
import { sweepSandboxes } from './sweep';

/** How long past its time limit a sandbox is taken for left behind, in milliseconds. */
const EXPIRY_MARGIN = 5 * 60_000;
/** How long a container that was started ahead waits for its run, in milliseconds. */
const IDLE_LIMIT = 10 * 60_000;
/** How long disposing may take, in milliseconds: a frozen engine would never be done. */
const DISPOSE_LIMIT = 5000;

export interface DockerSandboxOptions {
  owner: SandboxOwner;
  logger: Logger;
  /** How many containers are kept ready for another run like the last; none when left out. */
  keepReady?: number;
  /** Milliseconds that a container which was started ahead waits; ten minutes when left out. */
  idleMs?: number;
  /** The share of memory that is free where this engine runs; undefined where that is not known. */
  freeMemoryShare?: (connection: EngineConnection) => number | undefined;
}

interface RunContext {
  pool: SandboxPool;
  request: SandboxRequest;
  kind: MemberKind;
  signal: AbortSignal;
  onProgress: SandboxProgress;
}

/** Runs each request in a container of its own, and sees that container removed whatever happens. */
export class DockerSandbox implements Sandbox {
  private readonly disposal = new AbortController();
  private readonly runs = new Set<Promise<unknown>>();
  private readonly removals: Removals;
  private readonly queue = new RunQueue(() => capacityOf(this.pool?.connection.facts ?? NO_LIMITS));
  private pool: SandboxPool | undefined;
  /** With those of engines that were lost, as long as a run on them is not over. */
  private readonly pools = new Set<SandboxPool>();

  constructor(
    private readonly engine: Engine,
    private readonly options: DockerSandboxOptions,
  ) {
    this.removals = new Removals(options.logger);
  }

  run(
    request: SandboxRequest,
    options: { signal?: AbortSignal; onProgress?: SandboxProgress } = {},
  ): Promise<SandboxResult> {
    const { signal, release } = linkedSignal([this.disposal.signal, options.signal]);
    const run = this.runQueued(request, signal, options.onProgress ?? (() => undefined)).finally(() => {
      release();
      this.runs.delete(run);
    });
    this.runs.add(run);
    return run;
  }

  prepare(image: string, limits: SandboxLimits): void {
    this.currentPool(this.disposal.signal).then(
      (pool) => pool.prepare(this.kindOf(pool.connection, image, limits)),
      (error: unknown) => this.options.logger.debug(`No sandbox was made ready: ${messageOf(error)}`),
    );
  }

  /** Ends the containers that wait for runs: they were made for settings that no longer hold. */
  empty(): void {
    this.pool?.empty();
  }

  /** Removes sandboxes that ended processes left behind, and gives their number. Rejects with `NoEngine`. */
  async sweep(signal?: AbortSignal): Promise<number> {
    const removed = await sweepSandboxes(await this.engine.connect(signal), this.options.owner, signal);
    if (removed > 0) this.options.logger.info(`Removed ${removed} sandboxes left behind by an earlier run`);
    return removed;
  }

  /** Resolves when every container of a run that has ended is removed. */
  async settled(): Promise<void> {
    await this.removals.settled();
  }

  /** Cancels what runs and resolves when nothing of it is left on the engine, or after 5 s. */
  async dispose(): Promise<void> {
    this.disposal.abort();
    const closing = [...this.pools].map((pool) => pool.close());
    const gone = Promise.all([...closing, Promise.allSettled(this.runs)]).then(() => this.settled());
    await within(DISPOSE_LIMIT, gone);
    this.removals.giveUp();
    await this.settled();
  }

  private async runQueued(
    request: SandboxRequest,
    signal: AbortSignal,
    onProgress: SandboxProgress,
  ): Promise<SandboxResult> {
    throwIfCancelled(signal);
    const attempt = (): Attempt => beginAttempt(request, (step) => onProgress(`Running ${step}`));
    // What can't be asked of any container is said before one is started.
    attempt();
    const pool = await this.currentPool(signal);
    const { image, limits } = request;
    const kind = this.kindOf(pool.connection, image, limits);
    const leave = await this.queue.enter(limits, signal, (ahead) =>
      onProgress(`Waiting for a free sandbox (${ahead > 0 ? `${ahead} ahead` : 'next'})`),
    );
    try {
      const result = await this.runAttempts({ pool, request, kind, signal, onProgress }, attempt);
      void pool.refill(kind);
      return result;
    } catch (error) {
      if (error instanceof EngineError) throw limitsRefused(error);
      throw error instanceof EngineLost ? unavailable('no-engine', error) : error;
    } finally {
      leave();
    }
  }

  /** A container that had been waiting may turn out to be lost. Then nothing has run yet, and a fresh one is taken. */
  private async runAttempts(context: RunContext, begin: () => Attempt): Promise<SandboxResult> {
    const first = begin();
    const { stop, wasIdle, durationMs } = await this.attempt(context, first);
    const isStale = wasIdle && typeof stop === 'object' && !wasHeardOf(first.reader);
    if (!isStale) return this.resultOf(context, first.reader, stop, durationMs);
    this.options.logger.info('The sandbox that was ready is gone; another one is started');
    context.pool.empty();
    const second = begin();
    const again = await this.attempt(context, second);
    return this.resultOf(context, second.reader, again.stop, again.durationMs);
  }

  private async attempt(
    { pool, kind, request, signal, onProgress }: RunContext,
    attempt: Attempt,
  ): Promise<{ stop: Stop; wasIdle: boolean; durationMs: number }> {
    const { connection } = pool;
    onProgress('Starting the sandbox');
    const { member, wasIdle } = await pool.claim(kind, signal).catch(async (error: unknown) => {
      if (!(error instanceof ImageMissing)) throw error;
      await pull(connection, request.image, signal, onProgress);
      return pool.claim(kind, signal);
    });
    const begun = performance.now();
    const { timeoutMs } = request.limits;
    const stop = await runInMember(member, attempt, { timeoutMs, connection, signal });
    return { stop, wasIdle, durationMs: Math.round(performance.now() - begun) };
  }

  private resultOf(
    { request, pool }: RunContext,
    reader: RunReader,
    stop: Stop,
    durationMs: number,
  ): SandboxResult {
    if (hasNoShell(stop, reader)) throw noShell(request.image);
    const { end, detail } = describeEnd(stop, reader, request.limits, pool.connection.facts.isPodman);
    for (const { path, why } of reader.refused)
      this.options.logger.warn(`Report ${path} was refused (${why})`);
    return {
      end,
      detail,
      steps: reader.results(),
      reports: reader.tampered ? new Map<string, Buffer>() : reader.reports,
      durationMs,
    };
  }

  /** The pool on the engine that answers now. That of an engine which was lost is given up. */
  private async currentPool(signal: AbortSignal): Promise<SandboxPool> {
    const connection = await this.connect(signal);
    throwIfCancelled(signal);
    if (this.pool?.connection === connection) return this.pool;
    const { keepReady = 0, idleMs = IDLE_LIMIT, logger } = this.options;
    const measure = this.options.freeMemoryShare ?? freeMemoryShare;
    const { pool: former } = this;
    void former?.retire().then(() => this.pools.delete(former));
    const pool = new SandboxPool(connection, {
      keepReady,
      idleMs,
      freeMemoryShare: () => measure(connection),
      removals: this.removals,
      logger,
    });
    this.pools.add(pool);
    this.pool = pool;
    return pool;
  }

  private kindOf({ facts }: EngineConnection, image: string, limits: SandboxLimits): MemberKind {
    const expires = (): number =>
      Date.now() + facts.clockAheadMs + IDLE_SECONDS * 1000 + limits.timeoutMs + EXPIRY_MARGIN;
    const spec = containerSpec(image, limits, this.options.owner, 0, facts);
    return {
      key: JSON.stringify([spec, limits.timeoutMs]),
      spec: (role) => {
        const made = containerSpec(image, limits, this.options.owner, expires(), facts);
        return { ...made, Labels: { ...(made['Labels'] as Record<string, string>), [LABEL.role]: role } };
      },
    };
  }

  private async connect(signal: AbortSignal): Promise<EngineConnection> {
    let engine: EngineConnection;
    try {
      engine = await this.engine.connect(signal);
    } catch (error) {
      throw error instanceof UserError ? unavailable('no-engine', error) : error;
    }
    if (engine.facts.os === 'linux') return engine;
    throw new SandboxUnavailable(
      'no-engine',
      'The container engine runs Windows containers; a sandbox is a Linux container.',
      'Switch the engine to Linux containers.',
    );
  }
}

const NO_LIMITS = { cpus: 0, memoryBytes: 0 };

async function pull(
  engine: EngineConnection,
  image: string,
  signal: AbortSignal,
  onProgress: SandboxProgress,
): Promise<void> {
  onProgress(`Pulling the image ${image}`);
  try {
    await engine.pullImage(
      image,
      (progress) => onProgress(`Pulling the image ${image}: ${progress}`),
      signal,
    );
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    throw new SandboxUnavailable(
      'no-image',
      `The image ${image} is not on the engine and could not be pulled: ${messageOf(error)}`,
      `Check the engine's network, or fetch the image yourself: docker pull ${image}`,
      { cause: error },
    );
  }
}

/** The container's init program could not start the supervisor, so nothing of it was ever heard. */
function hasNoShell(stop: Stop, reader: RunReader): boolean {
  const failedToStart = typeof stop === 'object' && (stop.exitCode === 126 || stop.exitCode === 127);
  return failedToStart && !wasHeardOf(reader);
}

/** Whether the supervisor has said anything, which it does before any code runs. */
function wasHeardOf(reader: RunReader): boolean {
  return reader.done || reader.unpackFailed || reader.results().length > 0;
}

function noShell(image: string): SandboxUnavailable {
  return new SandboxUnavailable(
    'no-image',
    `The image ${image} can not be used as a sandbox: it has no shell.`,
    'Choose an image with a POSIX shell and tar.',
  );
}

function limitsRefused(error: EngineError): SandboxUnavailable {
  return new SandboxUnavailable(
    'limits-refused',
    `The container engine refused to make a sandbox with all its limits: ${error.message}`,
    'Look at the log for details, and check the limits that are set.',
    { cause: error },
  );
}

function unavailable(reason: 'no-engine', error: UserError): SandboxUnavailable {
  return new SandboxUnavailable(reason, error.message, error.nextStep, { cause: error });
}
