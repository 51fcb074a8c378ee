import { randomBytes } from 'node:crypto';
import { CancelledError, messageOf, throwIfCancelled, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { EngineConnection } from '../engine/connection';
import type { Engine } from '../engine/engine';
import { EngineError, EngineLost } from '../engine/errors';
import { readOutput, writeInput } from './attachedRun';
import { containerSpec } from './containerSpec';
import { isolationOf, withoutRefused } from './isolation';
import type { Isolation } from './isolation';
import type { SandboxOwner } from './owner';
import { checkSandbox, layerNotes, requireLayers } from './preflight';
import type { SandboxCheck } from './preflight';
import { pullImage } from './pullImage';
import { describeEnd } from './runEnd';
import type { Stop } from './runEnd';
import { RunReader } from './runReader';
import { SandboxUnavailable } from './sandbox';
import type { Sandbox, SandboxProgress, SandboxRequest, SandboxResult } from './sandbox';
import { supervisorInput } from './script';
import { seccompFileFor } from './seccompFile';
import { refusedLayer } from './selfCheck';
import { sweepSandboxes } from './sweep';

/** How long past its time limit a sandbox nobody watches may live, in seconds: it ends itself then. */
const GRACE_SECONDS = 10;
/** How long past its time limit a sandbox is taken for left behind, in milliseconds. */
const EXPIRY_MARGIN = 5 * 60_000;

export interface DockerSandboxOptions {
  owner: SandboxOwner;
  logger: Logger;
  /** Folder for the file a local Podman reads our system-call filter from; without one it does without. */
  profileFolder?: string;
}

/** Runs each request in a container of its own, and removes that container whatever happens. */
export class DockerSandbox implements Sandbox {
  private readonly disposal = new AbortController();
  private readonly runs = new Set<Promise<unknown>>();
  private readonly removals = new Set<Promise<void>>();
  private readonly isolations = new WeakMap<EngineConnection, Isolation>();

  constructor(
    private readonly engine: Engine,
    private readonly options: DockerSandboxOptions,
  ) {}

  run(
    request: SandboxRequest,
    options: { signal?: AbortSignal; onProgress?: SandboxProgress } = {},
  ): Promise<SandboxResult> {
    const signal = AbortSignal.any([this.disposal.signal, ...(options.signal ? [options.signal] : [])]);
    const run = this.runFresh(request, signal, options.onProgress ?? (() => undefined)).finally(() => {
      this.runs.delete(run);
    });
    this.runs.add(run);
    return run;
  }

  /** What the engine offers for sandboxes. Rejects with `SandboxUnavailable` when there is no engine. */
  async check(signal: AbortSignal): Promise<SandboxCheck & { engine: EngineConnection }> {
    const engine = await this.connect(signal);
    return { engine, ...checkSandbox(engine.facts, await this.isolationFor(engine)) };
  }

  /** Removes sandboxes that ended processes left behind, and gives their number. Rejects with `NoEngine`. */
  async sweep(): Promise<number> {
    const removed = await sweepSandboxes(await this.engine.connect(), this.options.owner);
    if (removed > 0) this.options.logger.info(`Removed ${removed} sandboxes left behind by an earlier run`);
    return removed;
  }

  /** Resolves when every container of a run that has ended is removed. */
  async settled(): Promise<void> {
    await Promise.all(this.removals);
  }

  /** Cancels what runs and resolves when nothing of it is left on the engine. */
  async dispose(): Promise<void> {
    this.disposal.abort();
    await Promise.allSettled(this.runs);
    await this.settled();
  }

  private async runFresh(
    request: SandboxRequest,
    signal: AbortSignal,
    onProgress: SandboxProgress,
  ): Promise<SandboxResult> {
    const secret = randomBytes(16).toString('hex');
    const reader = new RunReader(request, secret, (step) => onProgress(`Running ${step}`));
    const lifetime = Math.ceil(request.limits.timeoutMs / 1000) + GRACE_SECONDS;
    const input = supervisorInput(request, secret, lifetime);
    const engine = await this.connect(signal);
    const id = await this.create(engine, request, signal, onProgress);
    try {
      const begin = performance.now();
      const stop = await runContainer(engine, id, request, input, reader, signal);
      reader.end();
      if (hasNoShell(stop, reader)) throw noShell(request.image);
      throwIfRefused(stop, reader);
      const { end, detail } = describeEnd(stop, reader, request.limits, engine.facts.isPodman);
      for (const { path, why } of reader.refused)
        this.options.logger.warn(`Report ${path} was refused (${why})`);
      return {
        end,
        detail,
        steps: reader.results(),
        reports: reader.tampered ? new Map<string, Buffer>() : reader.reports,
        durationMs: Math.round(performance.now() - begin),
        notes: layerNotes(checkSandbox(engine.facts, await this.isolationFor(engine)), reader.layers),
      };
    } catch (error) {
      if (error instanceof EngineError) throw limitsRefused(error);
      throw error instanceof EngineLost ? unavailable('no-engine', error) : error;
    } finally {
      this.remove(engine, id);
    }
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

  private async create(
    engine: EngineConnection,
    request: SandboxRequest,
    signal: AbortSignal,
    onProgress: SandboxProgress,
  ): Promise<string> {
    const { image, limits } = request;
    const name = `seaworthy-${randomBytes(8).toString('hex')}`;
    const expires = Date.now() + limits.timeoutMs + EXPIRY_MARGIN;
    requireLayers(checkSandbox(engine.facts, await this.isolationFor(engine)));
    const create = async (): Promise<string> => {
      throwIfCancelled(signal);
      const isolation = await this.isolationFor(engine);
      const spec = containerSpec(image, limits, this.options.owner, expires, engine.facts, isolation);
      return engine.createContainer(name, spec).catch((error: unknown) => {
        const next = withoutRefused(isolation, engine.facts, messageOf(error));
        if (!(error instanceof EngineError) || next === undefined) throw error;
        this.isolations.set(engine, next);
        return create();
      });
    };
    try {
      onProgress('Starting the sandbox');
      return await create().catch(async (error: unknown) => {
        if (!(error instanceof EngineError && error.statusCode === 404)) throw error;
        await pullImage(engine, image, signal, onProgress);
        return create();
      });
    } catch (error) {
      if (error instanceof EngineError) throw limitsRefused(error);
      if (!(error instanceof EngineLost)) throw error;
      // The answer is lost, the container may be there all the same.
      this.remove(engine, name);
      throw unavailable('no-engine', error);
    }
  }

  private async isolationFor(engine: EngineConnection): Promise<Isolation> {
    const known = this.isolations.get(engine);
    if (known) return known;
    const { profileFolder } = this.options;
    const file = profileFolder === undefined ? undefined : await seccompFileFor(engine, profileFolder);
    const isolation = isolationOf(engine.facts, file);
    if (!this.isolations.has(engine)) {
      this.isolations.set(engine, isolation);
      const { advice } = checkSandbox(engine.facts, isolation);
      for (const sentence of advice) this.options.logger.info(sentence);
    }
    return isolation;
  }

  /** Without waiting: the answer is known, and removing takes longer than anyone should have to wait for it. */
  private remove(engine: EngineConnection, idOrName: string): void {
    const removal = engine
      .removeContainer(idOrName)
      .catch((error: unknown) => {
        this.options.logger.warn(
          `Sandbox ${idOrName} could not be removed now, a later start will: ${messageOf(error)}`,
        );
      })
      .finally(() => this.removals.delete(removal));
    this.removals.add(removal);
  }
}

/** Runs a created container to its end or to the first limit. Rejects with `CancelledError` when `signal` aborts. */
async function runContainer(
  engine: EngineConnection,
  id: string,
  request: SandboxRequest,
  input: Iterable<Buffer>,
  reader: RunReader,
  signal: AbortSignal,
): Promise<Stop> {
  const over = new AbortController();
  const stream = await engine.attach(id, signal);
  let timer: NodeJS.Timeout | undefined;
  try {
    const output = readOutput(stream, reader);
    await engine.startContainer(id);
    throwIfCancelled(signal);
    const writing = writeInput(stream, input);
    const limit = new Promise<['timeout']>((resolve) => {
      timer = setTimeout(() => resolve(['timeout']), request.limits.timeoutMs);
    });
    const cancelled = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new CancelledError()), { signal: over.signal });
    });
    const ending = async (): Promise<Stop> => {
      const how = await output;
      return how === 'ended' ? engine.waitForExit(id, over.signal) : how;
    };
    const [stop] = await Promise.race([Promise.all([ending(), writing]), limit, cancelled]);
    return stop;
  } finally {
    clearTimeout(timer);
    over.abort();
    stream.destroy();
  }
}

/** The container's init program could not start the supervisor, so nothing of it was ever heard. */
function hasNoShell(stop: Stop, reader: RunReader): boolean {
  const failedToStart = typeof stop === 'object' && (stop.exitCode === 126 || stop.exitCode === 127);
  return failedToStart && !reader.done && !reader.unpackFailed && reader.results().length === 0;
}

function noShell(image: string): SandboxUnavailable {
  return new SandboxUnavailable(
    'no-image',
    `The image ${image} can not be used as a sandbox: it has no shell.`,
    'Choose an image with a POSIX shell and tar.',
  );
}

function throwIfRefused(stop: Stop, reader: RunReader): void {
  if (typeof stop !== 'object') return;
  const why = refusedLayer(stop, Buffer.concat(reader.preamble).toString('latin1'));
  if (why === undefined) return;
  throw new SandboxUnavailable(
    'limits-refused',
    `The container engine did not lock the sandbox down as asked: ${why}. No code was run.`,
    'Run "Seaworthy: Check Sandbox" to see what this engine offers, or use another one.',
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
