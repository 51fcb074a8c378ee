import type Docker from 'dockerode';
import type { Duplex, Readable } from 'node:stream';
import { CancelledError, throwIfCancelled } from '../base/errors';
import type { EngineAddress } from './address';
import { property, readContainer, readEvent, readExit, text } from './containers';
import type { ContainerExit, EngineContainer, EngineEvent } from './containers';
import { describeConnectionFailure, EngineError, EngineLost } from './errors';
import type { EngineFacts } from './facts';
import { EngineImages } from './images';
import { jsonLines } from './jsonLines';
import { followPull } from './pull';
import type { Transport } from './transport';
import { upgrade } from './upgrade';

/** How long the engine may take over a question it answers from memory, in milliseconds. */
const ANSWER_LIMIT = 30_000;

/** What a container is made from: the JSON body of the engine's "create container" call. */
export type ContainerSpec = Record<string, unknown>;

/**
 * A live engine. Every call rejects with `EngineError` when the engine refuses, `EngineLost` when the connection
 * breaks or no answer comes, and `CancelledError` when its signal aborts.
 */
export class EngineConnection {
  readonly images: EngineImages;

  constructor(
    private readonly docker: Docker,
    private readonly transport: Transport,
    readonly facts: EngineFacts,
    private readonly onLost: () => void,
  ) {
    this.images = new EngineImages(docker, (signal, limited, ask) =>
      this.call(signal, limited ? ANSWER_LIMIT : undefined, ask),
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
    const list: unknown = await this.call(options.signal, ANSWER_LIMIT, (abortSignal) =>
      this.docker.listContainers({ all: true, filters, abortSignal }),
    );
    return Array.isArray(list) ? list.map(readContainer).filter((container) => container !== undefined) : [];
  }

  /** Events of the given kinds from the moment this resolves, until the engine ends the stream or `signal` aborts. */
  async events(
    filters: Readonly<Record<'type' | 'event', readonly string[]>>,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<EngineEvent>> {
    const stream = await this.call(signal, undefined, (abortSignal) =>
      this.docker.getEvents({ filters: JSON.stringify(filters), abortSignal }),
    );
    return this.readEvents(stream as Readable, signal);
  }

  /** Creates a container and gives its id. Takes no signal: an answer missed is a container nobody knows of. */
  async createContainer(name: string, spec: ContainerSpec): Promise<string> {
    const options = { _query: { name }, _body: spec } as Docker.ContainerCreateOptions;
    const container = await this.call(undefined, ANSWER_LIMIT, (abortSignal) =>
      this.docker.createContainer({ ...options, abortSignal }),
    );
    return container.id;
  }

  async startContainer(id: string): Promise<void> {
    await this.call(undefined, ANSWER_LIMIT, (abortSignal) =>
      this.docker.getContainer(id).start({ abortSignal }),
    );
  }

  /** The container's stdin, stdout and stderr as one raw stream; the output is multiplexed (see `FrameParser`). */
  attach(id: string, signal: AbortSignal): Promise<Duplex> {
    const path = `/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`;
    return this.call(signal, ANSWER_LIMIT, (abortSignal) =>
      upgrade(this.transport, path, undefined, abortSignal),
    );
  }

  /** Resolves when the container has ended, at once when it already has. */
  async waitForExit(id: string, signal: AbortSignal): Promise<ContainerExit> {
    const container = this.docker.getContainer(id);
    await this.call(signal, undefined, (abortSignal) => container.wait({ abortSignal }));
    return readExit(
      await this.call(signal, ANSWER_LIMIT, (abortSignal) => container.inspect({ abortSignal })),
    );
  }

  /** Kills and removes a container, with its anonymous volumes. One that is gone or going already is a success. */
  async removeContainer(id: string): Promise<void> {
    try {
      await this.call(undefined, ANSWER_LIMIT, (abortSignal) =>
        this.docker.getContainer(id).remove({ force: true, v: true, abortSignal }),
      );
    } catch (error) {
      if (!(error instanceof EngineError && (error.statusCode === 404 || error.statusCode === 409)))
        throw error;
    }
  }

  /** Fetches an image from its registry. `onProgress` gets layer counts in words. */
  async pullImage(image: string, onProgress: (message: string) => void, signal?: AbortSignal): Promise<void> {
    const stream = await this.call(signal, undefined, (abortSignal) =>
      this.docker.pull(image, { abortSignal }),
    );
    try {
      await followPull(stream as Readable, onProgress);
    } catch (error) {
      throw this.translate(error, signal);
    } finally {
      (stream as Readable).destroy();
    }
  }

  private async *readEvents(stream: Readable, signal: AbortSignal): AsyncGenerator<EngineEvent> {
    try {
      for await (const line of jsonLines(stream)) yield readEvent(line);
    } catch (error) {
      throw this.translate(error, signal);
    } finally {
      stream.destroy();
    }
  }

  /**
   * One question to the engine. The race is needed besides the signal: a request whose body is cut off never settles.
   */
  private async call<T>(
    signal: AbortSignal | undefined,
    limit: number | undefined,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    throwIfCancelled(signal);
    const signals = [signal, limit === undefined ? undefined : AbortSignal.timeout(limit)];
    const either = AbortSignal.any(signals.filter((each) => each !== undefined));
    let stop: () => void = () => undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
      either.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([ask(either), aborted]);
    } catch (error) {
      throw this.translate(error, signal);
    } finally {
      either.removeEventListener('abort', stop);
    }
  }

  private translate(error: unknown, signal: AbortSignal | undefined): Error {
    if (signal?.aborted) return new CancelledError();
    if (error instanceof EngineError) return error;
    const status = property(error, 'statusCode');
    if (typeof status === 'number') {
      return new EngineError(
        text(property(error, 'json'), 'message') || (error as Error).message.trim(),
        status,
        {
          cause: error,
        },
      );
    }
    if (typeof property(error, 'code') !== 'string') return error as Error;
    this.onLost();
    return new EngineLost(describeConnectionFailure(error), { cause: error });
  }
}
