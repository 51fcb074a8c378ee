import type Docker from 'dockerode';
import type { Readable } from 'node:stream';
import { property, text } from './containers';
import { EngineError } from './errors';

/** An image as the engine keeps it. */
export interface EngineImage {
  /** `sha256:...`. */
  id: string;
  tags: readonly string[];
  /** `NAME@sha256:...` for each registry it was pulled from or pushed to. */
  digests: readonly string[];
  labels: Readonly<Record<string, string>>;
  /** Bytes on disk, those it shares with other images included. */
  size: number;
  /** Milliseconds since 1970. */
  created: number;
  /** `amd64`, `arm64`; empty in a list, which does not tell. */
  architecture: string;
}

/** One question to the engine, see `EngineConnection`; without a limit it may take as long as it needs. */
export type AskEngine = <T>(
  signal: AbortSignal | undefined,
  limited: boolean,
  ask: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/** The images of an engine. Every call rejects as those of `EngineConnection` do. */
export class EngineImages {
  constructor(
    private readonly docker: Docker,
    private readonly ask: AskEngine,
  ) {}

  /** Undefined when the engine has no such image. */
  async inspect(image: string, signal?: AbortSignal): Promise<EngineImage | undefined> {
    try {
      return readImage(await this.ask(signal, true, () => this.docker.getImage(image).inspect()));
    } catch (error) {
      if (error instanceof EngineError && error.statusCode === 404) return undefined;
      throw error;
    }
  }

  /** The image it was made from, where the engine still knows it. */
  async parentOf(image: string): Promise<string | undefined> {
    const found: unknown = await this.ask(undefined, true, () => this.docker.getImage(image).inspect());
    return text(found, 'Parent') || undefined;
  }

  /** Images that carry all of `labels`, which are `name` or `name=value`. */
  async list(labels: readonly string[], signal?: AbortSignal): Promise<EngineImage[]> {
    const filters = JSON.stringify({ label: labels });
    const list: unknown = await this.ask(signal, true, (abortSignal) =>
      this.docker.listImages({ filters, abortSignal }),
    );
    return Array.isArray(list) ? list.map(readImage).filter((image) => image !== undefined) : [];
  }

  /** Makes an image of a container that has ended, and gives its id. */
  async commit(
    containerId: string,
    name: { repository: string; tag: string },
    labels: Readonly<Record<string, string>>,
  ): Promise<string> {
    const container = this.docker.getContainer(containerId);
    const options = {
      _query: { container: containerId, repo: name.repository, tag: name.tag },
      _body: { Labels: labels },
    };
    // Copying a large layer takes as long as it takes; cutting it off would leave it unsaid whether there is an image.
    const made: unknown = await this.ask(undefined, false, (abortSignal) =>
      container.commit({ ...options, abortSignal }),
    );
    return text(made, 'Id');
  }

  async tag(image: string, name: { repository: string; tag: string }): Promise<void> {
    await this.ask(undefined, true, (abortSignal) =>
      this.docker.getImage(image).tag({ repo: name.repository, tag: name.tag, abortSignal }),
    );
  }

  /** Removes a name, and the image with its last one. False when a container uses it; gone already is a success. */
  async remove(image: string): Promise<boolean> {
    try {
      await this.ask(undefined, true, (abortSignal) => this.docker.getImage(image).remove({ abortSignal }));
      return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.statusCode === 404) return true;
      if (error.statusCode === 409) return false;
      throw error;
    }
  }

  /** Unpacks an archive into a container that has not been started. */
  async unpackInto(containerId: string, path: string, archive: Readable | Buffer): Promise<void> {
    await this.ask(undefined, true, (abortSignal) =>
      this.docker.getContainer(containerId).putArchive(archive, { path, abortSignal }),
    );
  }

  /** Resolves when a container has ended, at once when it already has. Only for one that is not removed by itself. */
  async waitForEnd(
    containerId: string,
    signal: AbortSignal,
  ): Promise<{ exitCode: number; outOfMemory: boolean }> {
    const container = this.docker.getContainer(containerId);
    await this.ask(signal, false, (abortSignal) => container.wait({ abortSignal }));
    const found: unknown = await this.ask(signal, true, (abortSignal) => container.inspect({ abortSignal }));
    const state = property(found, 'State');
    const exitCode = property(state, 'ExitCode');
    return {
      exitCode: typeof exitCode === 'number' ? exitCode : -1,
      outOfMemory: property(state, 'OOMKilled') === true,
    };
  }

  /** Bytes that a container has written over its image. */
  async written(containerId: string, signal: AbortSignal): Promise<number> {
    const found: unknown = await this.ask(signal, true, (abortSignal) =>
      this.docker.getContainer(containerId).inspect({ size: true, abortSignal } as object),
    );
    const size = property(found, 'SizeRw');
    return typeof size === 'number' ? size : 0;
  }
}

function readImage(value: unknown): EngineImage | undefined {
  const id = text(value, 'Id');
  if (id === '') return undefined;
  const labels = property(value, 'Labels') ?? property(property(value, 'Config'), 'Labels');
  const created = property(value, 'Created');
  const size = property(value, 'Size');
  return {
    id,
    tags: texts(property(value, 'RepoTags')).filter((tag) => tag !== '<none>:<none>'),
    digests: texts(property(value, 'RepoDigests')).filter((digest) => !digest.startsWith('<none>')),
    labels: Object.fromEntries(
      Object.entries(typeof labels === 'object' && labels !== null ? labels : {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
    size: typeof size === 'number' ? size : 0,
    created: typeof created === 'number' ? created * 1000 : Date.parse(String(created)) || 0,
    architecture: text(value, 'Architecture'),
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
