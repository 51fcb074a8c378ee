import type Docker from 'dockerode';
import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { CancelledError } from '../base/errors';
import type { EngineAddress } from './address';
import { EngineCalls } from './calls';
import { property, readContainer, readEvent } from './containers';
import type { EngineContainer, EngineEvent } from './containers';
import { EngineError } from './errors';
import type { EngineLost } from './errors';
import type { EngineFacts } from './facts';
import { EngineImages } from './images';
import { jsonLines } from './jsonLines';
import { readDetails } from './inspect';
import type { ContainerDetails } from './inspect';
import { followPull } from './pull';
import type { RegistryCredentials } from './registryCredentials';
import { readStats } from './stats';
import type { StatsSample } from './stats';
import type { Transport } from './transport';
import { openStream, upgrade } from './upgrade';

/** How long the engine may take over a question while it shows that it is alive, in milliseconds. */
const ANSWER_LIMIT = 30_000;
/** How long anyone waits for a removal, in milliseconds; the engine may well do it later. */
const REMOVAL_LIMIT = 5000;

/** Before a removal that lost a race is tried again, in milliseconds. */
const REMOVAL_PAUSE = 200;

/** How long doing something to a container may take: a container's own time to stop is not known, and often minutes. */
const OPERATION_LIMIT = 15 * 60_000;

export type ContainerVerb = 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill' | 'remove';

/** The library's typings leave the signal out of some of these. */
type Operable = Record<ContainerVerb, (options: object) => Promise<unknown>>;

/** What a container is made from: the JSON body of the engine's "create container" call. */
export type ContainerSpec = Record<string, unknown>;

/**
 * A live engine. Every call rejects with `EngineError` when the engine refuses, `EngineLost` when the connection
 * breaks or no answer comes, and `CancelledError` when its signal aborts.
 */
export class EngineConnection {
  readonly images: EngineImages;
  private readonly calls: EngineCalls;

  constructor(
    private readonly docker: Docker,
    private readonly transport: Transport,
    readonly facts: EngineFacts,
    onLost: () => void,
    private readonly credentialsFor: (image: string) => Promise<RegistryCredentials | undefined>,
  ) {
    this.calls = new EngineCalls((signal) => ping(docker, signal), onLost);
    this.images = new EngineImages(docker, (signal, limited, ask) =>
      this.calls.ask(signal, limited ? ANSWER_LIMIT : undefined, ask),
    );
  }

  get address(): EngineAddress {
    return this.transport.address;
  }

  /** Closes what is kept for later requests; those under way go on. */
  close(): void {
    this.transport.close();
  }

  /** Containers in every state. `labels` are `name` or `name=value`; all of them must match. */
  async listContainers(
    options: { labels?: readonly string[]; signal?: AbortSignal } = {},
  ): Promise<EngineContainer[]> {
    const filters = JSON.stringify({ label: options.labels ?? [] });
    const list: unknown = await this.calls.ask(options.signal, ANSWER_LIMIT, (abortSignal) =>
      this.docker.listContainers({ all: true, filters, abortSignal }),
    );
    return Array.isArray(list) ? list.map(readContainer).filter((container) => container !== undefined) : [];
  }

  /** Events of the given kinds from the moment this resolves, until the engine ends the stream or `signal` aborts. */
  async events(
    filters: Readonly<{ type: readonly string[]; event?: readonly string[] }>,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<EngineEvent>> {
    const stream = await this.calls.ask(signal, undefined, (abortSignal) =>
      this.docker.getEvents({ filters: JSON.stringify(filters), abortSignal }),
    );
    return this.readEvents(stream as Readable, signal);
  }

  /** Creates a container and gives its id. Takes no signal: an answer missed is a container nobody knows of. */
  async createContainer(name: string, spec: ContainerSpec): Promise<string> {
    const options = { _query: { name }, _body: spec } as Docker.ContainerCreateOptions;
    const container = await this.calls.ask(undefined, ANSWER_LIMIT, (abortSignal) =>
      this.docker.createContainer({ ...options, abortSignal }),
    );
    return container.id;
  }

  async startContainer(id: string): Promise<void> {
    await this.calls.ask(undefined, ANSWER_LIMIT, (abortSignal) =>
      this.docker.getContainer(id).start({ abortSignal }),
    );
  }

  /** The container's stdin, stdout and stderr as one raw stream; the output is multiplexed (see `FrameParser`). */
  attach(id: string): Promise<Duplex> {
    const path = `/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`;
    return this.calls.ask(undefined, ANSWER_LIMIT, (abortSignal) =>
      upgrade(this.transport, path, undefined, abortSignal),
    );
  }

  async renameContainer(id: string, name: string): Promise<void> {
    await this.calls.ask(undefined, ANSWER_LIMIT, (abortSignal) =>
      this.docker.getContainer(id).rename({ name, abortSignal }),
    );
  }

  /**
   * Kills and removes a container, with its anonymous volumes. One that is gone or going already is a success.
   * Rejects with `EngineLost` when the engine does not answer within 5 s.
   */
  async removeContainer(id: string, signal?: AbortSignal, tries = 3): Promise<void> {
    try {
      await this.calls.ask(signal, REMOVAL_LIMIT, (abortSignal) =>
        this.docker.getContainer(id).remove({ force: true, v: true, abortSignal }),
      );
    } catch (error) {
      // Podman refuses when the container ends by itself at the same moment.
      if (tries > 1 && error instanceof EngineError && error.message.includes('container state improper')) {
        await delay(REMOVAL_PAUSE);
        return this.removeContainer(id, signal, tries - 1);
      }
      if (!(error instanceof EngineError && (error.statusCode === 404 || error.statusCode === 409)))
        throw error;
    }
  }

  /** All that is known of one container. Rejects with an `EngineError` of status 404 when it is gone. */
  async inspectContainer(id: string, signal?: AbortSignal): Promise<ContainerDetails> {
    const details = readDetails(await this.describeContainer(id, signal));
    if (!details) throw new EngineError('The engine described no container', 500);
    return details;
  }

  /** The engine's own description of a container, as it gives it. */
  async describeContainer(id: string, signal?: AbortSignal): Promise<unknown> {
    const container = this.docker.getContainer(id);
    return this.calls.ask(signal, ANSWER_LIMIT, (abortSignal) => container.inspect({ abortSignal }));
  }

  /**
   * What a container has used so far; undefined when it does not run. Older engines answer at their next look, up to
   * two seconds later. One answer and no stream: nothing stays open. Rejects with status 404 when it is gone.
   */
  async sampleStats(id: string, signal?: AbortSignal): Promise<StatsSample | undefined> {
    const container = this.docker.getContainer(id);
    const once = { stream: false, 'one-shot': true };
    return readStats(
      await this.calls.ask(signal, ANSWER_LIMIT, (abortSignal): Promise<unknown> =>
        container.stats({ ...once, abortSignal } as { stream: false }),
      ),
    );
  }

  /** Starts a command in a running container with a terminal of its own. Closing the stream ends the terminal. */
  async execTerminal(
    id: string,
    command: readonly string[],
    signal: AbortSignal,
  ): Promise<{ stream: Duplex; resize: (columns: number, rows: number) => Promise<void> }> {
    const streams = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: true };
    const options = { ...streams, Cmd: [...command], Env: ['TERM=xterm-256color'] };
    const exec = await this.calls.ask(signal, ANSWER_LIMIT, (abortSignal) =>
      this.docker.getContainer(id).exec({ ...options, abortSignal }),
    );
    const path = `/exec/${encodeURIComponent(exec.id)}/start`;
    const body = { Detach: false, Tty: true };
    const stream = await this.calls.ask(signal, ANSWER_LIMIT, (abortSignal) =>
      upgrade(this.transport, path, body, abortSignal),
    );
    const resize = async (w: number, h: number): Promise<void> => {
      await this.calls.ask(signal, ANSWER_LIMIT, () => exec.resize({ w, h }) as Promise<unknown>);
    };
    return { stream, resize };
  }

  /**
   * Does one thing to a container; what is so already is a success. Stopping takes as long as the container takes
   * to end, at most its own stop time, after which the engine kills it.
   */
  async operate(id: string, verb: ContainerVerb, signal?: AbortSignal): Promise<void> {
    const container = this.docker.getContainer(id);
    const removal = { force: true, v: false };
    const options = verb === 'remove' ? removal : {};
    try {
      await this.calls.ask(signal, OPERATION_LIMIT, (abortSignal) =>
        (container as unknown as Operable)[verb]({ ...options, abortSignal }),
      );
    } catch (error) {
      if (!(error instanceof EngineError && error.statusCode === 304)) throw error;
    }
  }

  /**
   * The container's output as the engine sends it, multiplexed unless it has a terminal, each line with its time in
   * front. Ends with the container, unless `follow` is false: then with what there is.
   */
  async logs(
    id: string,
    options: { follow: boolean; tail?: number; since?: string },
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const query = new URLSearchParams({
      stdout: '1',
      stderr: '1',
      timestamps: '1',
      follow: options.follow ? '1' : '0',
      tail: String(options.tail ?? 'all'),
      ...(options.since !== undefined && { since: options.since }),
    });
    const path = `/containers/${id}/logs?${query.toString()}`;
    // Not through the library: it would keep what does not follow in memory as a whole.
    return this.calls.ask(signal, ANSWER_LIMIT, () => openStream(this.transport, path, signal));
  }

  /** Fetches an image from its registry, as whom the user has logged in there. `onProgress` gets layer counts in words. */
  async pullImage(image: string, onProgress: (message: string) => void, signal?: AbortSignal): Promise<void> {
    const stream = (await this.calls.ask(signal, undefined, async (abortSignal) => {
      const authconfig = await this.credentialsFor(image);
      return this.docker.pull(image, { abortSignal, ...(authconfig && { authconfig }) });
    })) as Readable;
    const release = destroyOnAbort(stream, signal);
    try {
      await followPull(stream, onProgress);
    } catch (error) {
      throw this.calls.translate(error, signal);
    } finally {
      release();
      stream.destroy();
    }
  }

  /** Whether the engine gives a sign of life within 3 s. */
  answers(): Promise<boolean> {
    return this.calls.answers();
  }

  /** To be called by whoever notices that the engine is gone: the next connection is a new one. */
  lost(why: string): EngineLost {
    return this.calls.lost(why);
  }

  /** What the failure of a stream that this connection gave is to its reader. */
  failure(error: unknown, signal: AbortSignal): Error {
    return this.calls.translate(error, signal);
  }

  private async *readEvents(stream: Readable, signal: AbortSignal): AsyncGenerator<EngineEvent> {
    const release = destroyOnAbort(stream, signal);
    try {
      for await (const line of jsonLines(stream)) yield readEvent(line);
    } catch (error) {
      throw this.calls.translate(error, signal);
    } finally {
      release();
      stream.destroy();
    }
  }
}

/** The library's typings leave out that it takes a signal. */
function ping(docker: Docker, abortSignal: AbortSignal): Promise<boolean> {
  const client = docker as unknown as { ping(options: object): Promise<unknown> };
  return client.ping({ abortSignal }).then(
    () => true,
    // An answer all the same.
    (error: unknown) => property(error, 'statusCode') !== undefined,
  );
}

/** For the answers that go on after the question is settled. */
function destroyOnAbort(stream: Readable, signal: AbortSignal | undefined): () => void {
  const destroy = (): void => void stream.destroy(new CancelledError());
  if (signal?.aborted) destroy();
  signal?.addEventListener('abort', destroy, { once: true });
  return () => signal?.removeEventListener('abort', destroy);
}
