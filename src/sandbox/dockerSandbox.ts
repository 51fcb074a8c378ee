import { linkedSignal, within } from '../base/cancellation';
import { messageOf, throwIfCancelled } from '../base/errors';
import type { Logger } from '../base/logger';
import { t } from '../base/texts';
import type { ContainerSpec, EngineConnection } from '../engine/connection';
import type { Engine } from '../engine/engine';
import { EngineError, EngineLost } from '../engine/errors';
import { capacityOf, RunQueue } from './concurrency';
import { containerSpec } from './containerSpec';
import { Isolations } from './isolations';
import { beginAttempt, runInMember } from './memberRun';
import type { Attempt } from './memberRun';
import { freeMemoryShare } from './memory';
import { LABEL } from './owner';
import type { SandboxOwner } from './owner';
import { SandboxPool } from './pool';
import type { MemberKind } from './pool';
import { ImageMissing, Removals } from './poolMember';
import { checkSandbox, layerNotes, requireLayers } from './preflight';
import type { SandboxCheck } from './preflight';
import { resolveImage } from './resolveImage';
import { describeEnd } from './runEnd';
import type { Stop } from './runEnd';
import type { RunReader } from './runReader';
import type {
  ResolvedImage,
  Sandbox,
  SandboxLimits,
  SandboxOptions,
  SandboxProgress,
  SandboxRequest,
  SandboxResult,
} from './sandbox';
import { IDLE_SECONDS } from './script';
import { sweepSandboxes } from './sweep';
import { limitsRefused, linuxEngine, pull, throwIfUnusable, unavailable, wasHeardOf } from './unavailable';

/** How long past its time limit a sandbox is taken for left behind, in milliseconds. */
const EXPIRY_MARGIN = 5 * 60_000;
/** How long a container that was started ahead waits for its run, in milliseconds. */
const IDLE_LIMIT = 10 * 60_000;
/** How long disposing may take, in milliseconds: a frozen engine would never be done. */
const DISPOSE_LIMIT = 5000;

export interface DockerSandboxOptions {
  owner: SandboxOwner;
  logger: Logger;
  /** Folder for the file a local Podman reads our system-call filter from; without one it does without. */
  profileFolder?: string;
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
  private readonly isolations: Isolations;
  private pool: SandboxPool | undefined;
  /** With those of engines that were lost, as long as a run on them is not over. */
  private readonly pools = new Set<SandboxPool>();

  constructor(
    private readonly engine: Engine,
    private readonly options: DockerSandboxOptions,
  ) {
    this.removals = new Removals(options.logger);
    this.isolations = new Isolations(options.logger, options.profileFolder);
  }

  run(request: SandboxRequest, options: SandboxOptions = {}): Promise<SandboxResult> {
    const { signal, release } = linkedSignal([this.disposal.signal, options.signal]);
    const run = this.runQueued(request, signal, options).finally(() => {
      release();
      this.runs.delete(run);
    });
    this.runs.add(run);
    return run;
  }

  prepare(image: string, limits: SandboxLimits): void {
    const prepareOne = async (): Promise<void> => {
      const pool = await this.currentPool(this.disposal.signal);
      pool.prepare(await this.kindOf(pool.connection, image, limits));
    };
    prepareOne().catch((error: unknown) => {
      this.options.logger.debug(`No sandbox was made ready: ${messageOf(error)}`);
    });
  }

  resolveImage(name: string, signal = this.disposal.signal): Promise<ResolvedImage | undefined> {
    return resolveImage(this.engine, name, signal);
  }

  /** Ends the containers that wait for runs: they were made for settings that no longer hold. */
  empty(): void {
    this.pool?.empty();
  }

  /** What the engine offers for sandboxes. Rejects with `SandboxUnavailable` when there is no engine. */
  async check(signal: AbortSignal): Promise<SandboxCheck & { engine: EngineConnection }> {
    const engine = await linuxEngine(this.engine, signal);
    return { engine, ...checkSandbox(engine.facts, await this.isolations.of(engine)) };
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
    { onProgress = () => undefined, onOutput, onReport }: SandboxOptions,
  ): Promise<SandboxResult> {
    throwIfCancelled(signal);
    const attempt = (): Attempt =>
      beginAttempt(request, {
        onStep: (step) => onProgress(t('Running {0}', step)),
        ...(onOutput && { onOutput }),
        ...(onReport && { onReport }),
      });
    // What can't be asked of any container is said before one is started.
    attempt();
    const pool = await this.currentPool(signal, onProgress);
    const { image, limits } = request;
    const kind = await this.kindOf(pool.connection, image, limits);
    const leave = await this.queue.enter(limits, signal, (ahead) =>
      onProgress(
        ahead > 0
          ? t('Waiting for a free sandbox ({0} ahead)', ahead)
          : t('Waiting for a free sandbox (next)'),
      ),
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
    onProgress(t('Starting the sandbox'));
    const { member, wasIdle } = await this.claim(pool, kind, request, signal).catch(
      async (error: unknown) => {
        if (!(error instanceof ImageMissing)) throw error;
        await pull(connection, request.image, signal, onProgress);
        return this.claim(pool, kind, request, signal);
      },
    );
    const begun = performance.now();
    const { timeoutMs } = request.limits;
    const stop = await runInMember(member, attempt, { timeoutMs, connection, signal });
    return { stop, wasIdle, durationMs: Math.round(performance.now() - begun) };
  }

  /** With less isolation where the engine refuses what is not a must. */
  private async claim(
    pool: SandboxPool,
    kind: MemberKind,
    request: SandboxRequest,
    signal: AbortSignal,
  ): ReturnType<SandboxPool['claim']> {
    const { connection } = pool;
    try {
      return await pool.claim(kind, signal);
    } catch (error) {
      if (!(await this.isolations.lessen(connection, error))) throw error;
      const { image, limits } = request;
      return this.claim(pool, await this.kindOf(connection, image, limits), request, signal);
    }
  }

  private async resultOf(
    { request, pool }: RunContext,
    reader: RunReader,
    stop: Stop,
    durationMs: number,
  ): Promise<SandboxResult> {
    const { connection } = pool;
    const { facts } = connection;
    throwIfUnusable(request.imageName ?? request.image, stop, reader);
    const { end, detail } = describeEnd(stop, reader, request.limits, facts.isPodman);
    for (const { path, why } of reader.refused)
      this.options.logger.warn(`Report ${path} was refused (${why})`);
    return {
      end,
      detail,
      steps: reader.results(),
      reports: reader.tampered ? new Map<string, Buffer>() : reader.reports,
      durationMs,
      notes: layerNotes(checkSandbox(facts, await this.isolations.of(connection)), reader.layers),
    };
  }

  /** The pool on the engine that answers now. That of an engine which was lost is given up. */
  private async currentPool(
    signal: AbortSignal,
    onProgress: SandboxProgress = () => undefined,
  ): Promise<SandboxPool> {
    const connection = await linuxEngine(this.engine, signal, onProgress);
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

  /** Rejects with `SandboxUnavailable` when the engine lacks a layer that must be there. */
  private async kindOf(
    connection: EngineConnection,
    image: string,
    limits: SandboxLimits,
  ): Promise<MemberKind> {
    const { facts } = connection;
    const isolation = await this.isolations.of(connection);
    requireLayers(checkSandbox(facts, isolation));
    const longest = IDLE_SECONDS * 1000 + limits.timeoutMs + EXPIRY_MARGIN;
    const spec = (expires: number): ContainerSpec =>
      containerSpec(image, limits, this.options.owner, expires, facts, isolation);
    return {
      key: JSON.stringify([spec(0), limits.timeoutMs]),
      spec: (role) => {
        const made = spec(Date.now() + facts.clockAheadMs + longest);
        return { ...made, Labels: { ...(made['Labels'] as Record<string, string>), [LABEL.role]: role } };
      },
    };
  }
}

const NO_LIMITS = { cpus: 0, memoryBytes: 0 };
