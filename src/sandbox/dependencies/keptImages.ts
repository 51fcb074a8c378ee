import { messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { EngineConnection } from '../../engine/connection';
import type { Engine } from '../../engine/engine';
import type { EngineImage } from '../../engine/images';
import type { SandboxOwner } from '../owner';
import { overdue } from './pruning';

export const REPOSITORY = 'seaworthy-dependencies';
const IMAGE_LABEL = {
  hash: 'dev.seaworthy.dependencies',
  host: 'dev.seaworthy.host',
  /** What it was made of, for people. */
  source: 'dev.seaworthy.source',
  folders: 'dev.seaworthy.folders',
} as const;

/** An image of dependencies on the engine, as a user sees it. */
export interface KeptDependencyImage {
  id: string;
  source: string;
  size: number;
  /** Day of its last use, `YYYY-MM-DD`; empty when unknown. */
  lastUsed: string;
}

/** The images of dependencies that are on the engine: finds them by what they were made of, and removes them. */
export class KeptImages {
  constructor(private readonly options: { engine: Engine; owner: SandboxOwner; logger: Logger }) {}

  /** Images of dependencies that this machine has made, the one used last first. */
  async list(signal?: AbortSignal): Promise<KeptDependencyImage[]> {
    const engine = await this.options.engine.connect(signal);
    return (await this.ownImages(engine, signal))
      .map(describe)
      .sort((a, b) => (a.lastUsed < b.lastUsed ? 1 : -1));
  }

  /** Removes images and gives the number of those that are gone; one in use stays. */
  async remove(ids: readonly string[]): Promise<number> {
    const engine = await this.options.engine.connect();
    const images = (await this.ownImages(engine)).filter(({ id }) => ids.includes(id));
    return (await this.removeImages(engine, images)).length;
  }

  /** Removes what has not been used for long, and more where all of them are too large. Gives what went, in words. */
  async prune(maxBytes: number): Promise<string | undefined> {
    const engine = await this.options.engine.connect();
    const images = await this.ownImages(engine);
    const sizes = await this.addedSizes(engine, images);
    const entries = images.map((image) => ({
      image,
      lastUsed: lastUseOf(image),
      size: sizes.get(image.id) ?? 0,
    }));
    const old = overdue(entries, Date.now(), maxBytes);
    const removed = await this.removeImages(
      engine,
      old.map(({ image }) => image),
    );
    const { length } = removed;
    if (length === 0) return undefined;
    const megabytes = Math.round(removed.reduce((sum, { id }) => sum + (sizes.get(id) ?? 0), 0) / 1e6);
    return `${length === 1 ? 'An image' : `${length} images`} of dependencies not used lately ${length === 1 ? 'was' : 'were'} removed (${megabytes} MB).`;
  }

  /** The one with this hash, if it has been made. */
  async madeOf(
    engine: EngineConnection,
    hash: string,
    signal: AbortSignal | undefined,
  ): Promise<EngineImage | undefined> {
    const [image] = await engine.images.list([`${IMAGE_LABEL.hash}=${hash}`], signal);
    return image;
  }

  /** Those that are gone. */
  private async removeImages(
    engine: EngineConnection,
    images: readonly EngineImage[],
  ): Promise<EngineImage[]> {
    const removed: EngineImage[] = [];
    for (const image of images) {
      const { id, tags } = image;
      const gone = await Promise.all(
        (tags.length > 0 ? tags : [id]).map((name) => engine.images.remove(name)),
      );
      if (gone.every(Boolean)) removed.push(image);
    }
    return removed;
  }

  private async ownImages(engine: EngineConnection, signal?: AbortSignal): Promise<EngineImage[]> {
    return engine.images.list([IMAGE_LABEL.hash, `${IMAGE_LABEL.host}=${this.options.owner.host}`], signal);
  }

  /** What each takes on the disk by itself: its size without that of its base, which is there anyway. */
  private async addedSizes(
    engine: EngineConnection,
    images: readonly EngineImage[],
  ): Promise<Map<string, number>> {
    const sizes = new Map<string, number>();
    for (const { id, size } of images) {
      const parent = await engine.images.parentOf(id);
      const base = parent === undefined ? undefined : await engine.images.inspect(parent);
      sizes.set(id, Math.max(0, size - (base?.size ?? 0)));
    }
    return sizes;
  }

  /** Makes an image of a container that has installed what has this hash, and gives it. */
  async keep(
    engine: EngineConnection,
    containerId: string,
    what: { hash: string; source: string; folders: readonly string[] },
  ): Promise<Pick<EngineImage, 'id' | 'labels'>> {
    const labels = {
      [IMAGE_LABEL.hash]: what.hash,
      [IMAGE_LABEL.host]: this.options.owner.host,
      [IMAGE_LABEL.source]: what.source,
      [IMAGE_LABEL.folders]: JSON.stringify(what.folders),
    };
    const name = { repository: REPOSITORY, tag: tagOf(what.hash, today()) };
    return { id: await engine.images.commit(containerId, name, labels), labels };
  }

  /** The day of the last use is part of the image's name, which is the one thing of an image that can be changed. */
  async noteUse(engine: EngineConnection, image: EngineImage, hash: string): Promise<void> {
    const tag = tagOf(hash, today());
    if (image.tags.includes(`${REPOSITORY}:${tag}`)) return;
    try {
      await engine.images.tag(image.id, { repository: REPOSITORY, tag });
      for (const old of image.tags) if (old.startsWith(`${REPOSITORY}:`)) await engine.images.remove(old);
    } catch (error) {
      this.options.logger.debug(`The use of ${image.id} is not noted: ${messageOf(error)}`);
    }
  }
}

/** Folders of the project that have a `node_modules` in the image with these labels. */
export function foldersOf(labels: Readonly<Record<string, string>>): string[] {
  try {
    const folders: unknown = JSON.parse(labels[IMAGE_LABEL.folders] ?? '');
    return Array.isArray(folders) ? folders.filter((folder) => typeof folder === 'string') : [];
  } catch {
    return [];
  }
}

function describe(image: EngineImage): KeptDependencyImage {
  const lastUse = lastUseOf(image);
  return {
    id: image.id,
    source: image.labels[IMAGE_LABEL.source] ?? image.id,
    size: image.size,
    lastUsed: new Date(lastUse).toISOString().slice(0, 10),
  };
}

function lastUseOf(image: EngineImage): number {
  const days = image.tags.map((tag) => Date.parse(/-(\d{4}-\d{2}-\d{2})$/.exec(tag)?.[1] ?? '') || 0);
  return Math.max(image.created, ...days);
}

function tagOf(hash: string, day: string): string {
  return `${hash}-${day}`;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
