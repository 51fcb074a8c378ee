import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { isCancelled, messageOf, throwIfCancelled, UserError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { EngineConnection } from '../../engine/connection';
import type { Engine } from '../../engine/engine';
import type { EngineImage } from '../../engine/images';
import type { SandboxOwner } from '../owner';
import type { DependencyImage, FindDependencies, SandboxProgress } from '../sandbox';
import { findLockfile } from './dependencyProject';
import type { DependencyFamily, DependencyProject } from './dependencyProject';
import type { Dial } from './dial';
import { install } from './installer';
import { DEPENDENCY_PROJECT, DEPENDENCY_SITE } from './installPlan';
import { INSTALL_VERSION, planInstall } from './installSteps';
import { readNodeProject } from './nodeProject';
import type { DependencySurroundings } from './nodeProject';
import { fetchPackageManager, packageManagerOf, readCertificates } from './packageManagers';
import { overdue } from './pruning';
import { readPythonProject } from './pythonProject';

const REPOSITORY = 'seaworthy-dependencies';
const IMAGE_LABEL = {
  hash: 'dev.seaworthy.dependencies',
  host: 'dev.seaworthy.host',
  /** What it was made of, for people. */
  source: 'dev.seaworthy.source',
  folders: 'dev.seaworthy.folders',
} as const;
const LIMITS = { timeoutMs: 15 * 60_000, downloadBytes: 3e9, writtenBytes: 6e9, memoryMb: 2048 };

export interface DependencyImagesOptions {
  engine: Engine;
  owner: SandboxOwner;
  logger: Logger;
  surroundings: DependencySurroundings;
  dial: Dial;
  /** Where the build puts the programs that run in the container. */
  installerDirectory: string;
  /** Where an audit has the workspace. */
  rootInAudit: string;
  pullImage: (
    engine: EngineConnection,
    image: string,
    signal: AbortSignal,
    onProgress: SandboxProgress,
  ) => Promise<void>;
}

/** A project whose dependencies could be installed, and the image they would go on. */
export interface InstallOffer {
  project: DependencyProject;
  baseImage: string;
}

/** An image of dependencies on the engine, as a user sees it. */
export interface KeptDependencyImage {
  id: string;
  source: string;
  size: number;
  /** Day of its last use, `YYYY-MM-DD`; empty when unknown. */
  lastUsed: string;
}

/** Makes images of the dependencies that a lockfile names, finds them again, and removes them when nobody uses them. */
export class DependencyImages {
  constructor(private readonly options: DependencyImagesOptions) {}

  /**
   * The project that `file` belongs to, read for an installation; undefined where there is no lockfile. Rejects with
   * `UserError` when there is one that can't be installed in a sandbox.
   */
  async projectOf(
    workspace: string,
    file: string,
    family: DependencyFamily,
  ): Promise<DependencyProject | undefined> {
    const root = await fs.realpath(workspace);
    const lockfile = await findLockfile(root, file, family);
    if (!lockfile) return undefined;
    if (family === 'python')
      return readPythonProject(root, lockfile.folder, lockfile, this.options.surroundings);
    return readNodeProject(root, lockfile.folder, lockfile, this.options.surroundings);
  }

  /** See `FindDependencies`. Never fetches anything; what can't be found out is not there. */
  async find(
    workspace: string,
    file: string,
    family: DependencyFamily,
    baseImage: string,
    signal?: AbortSignal,
  ): Promise<DependencyImage | undefined> {
    try {
      return await this.findMade(workspace, file, family, baseImage, signal);
    } catch (error) {
      if (isCancelled(error)) throw error;
      this.options.logger.debug(`No image of dependencies was looked for: ${messageOf(error)}`);
      return undefined;
    }
  }

  private async findMade(
    ...[workspace, file, family, baseImage, signal]: Parameters<FindDependencies>
  ): Promise<DependencyImage | undefined> {
    const project = await this.projectOf(workspace, file, family);
    if (!project) return undefined;
    const engine = await this.options.engine.connect(signal);
    const base = await engine.images.inspect(baseImage, signal);
    if (!base) return undefined;
    const hash = this.hashOf(project, base);
    const image = await this.madeOf(engine, hash, signal);
    if (!image) return undefined;
    void this.noteUse(engine, image, hash);
    return readImage(image, project);
  }

  /** Whether there is an image of exactly this already. Rejects with `NoEngine`. */
  async isMade({ project, baseImage }: InstallOffer, signal?: AbortSignal): Promise<boolean> {
    const engine = await this.options.engine.connect(signal);
    const base = await engine.images.inspect(baseImage, signal);
    return (
      base !== undefined && (await this.madeOf(engine, this.hashOf(project, base), signal)) !== undefined
    );
  }

  /** Makes the image of a project's dependencies and gives it. Rejects with `UserError` or `CancelledError`. */
  async install(
    { project, baseImage }: InstallOffer,
    options: { signal: AbortSignal; onProgress: SandboxProgress },
  ): Promise<DependencyImage> {
    const { signal, onProgress } = options;
    const { owner, dial, logger } = this.options;
    const engine = await this.options.engine.connect(signal);
    const base = await this.baseImage(engine, baseImage, signal, onProgress);
    const hash = this.hashOf(project, base);
    const there = await this.madeOf(engine, hash, signal);
    if (there) return readImage(there, project);
    const manager = packageManagerOf(project.kind, project.format);
    if (manager) onProgress(`Fetching ${manager.name} ${manager.version}`);
    const { files } = planInstall(project, {
      manager:
        manager && (await fetchPackageManager(manager, project.registry, dial, project.caFile, signal)),
      certificates: readCertificates(project.caFile),
      rootInAudit: this.options.rootInAudit,
    });
    const relay = await this.relay(project.family);
    onProgress('Starting the installation');
    throwIfCancelled(signal);
    const memoryMb = Math.min(LIMITS.memoryMb, Math.max(256, Math.floor(engine.facts.memoryBytes / 2e6)));
    return install(
      { engine, owner, dial, logger },
      {
        image: base.id,
        files: [...files, relay.file],
        relay: relay.command,
        hosts: project.hosts,
        limits: { ...LIMITS, memoryMb },
      },
      async (containerId, { folders }) => {
        onProgress('Keeping the image');
        const labels = {
          [IMAGE_LABEL.hash]: hash,
          [IMAGE_LABEL.host]: owner.host,
          [IMAGE_LABEL.source]: `${path.basename(project.workspace)}: ${project.lockfiles.join(', ')} on ${baseImage}`,
          [IMAGE_LABEL.folders]: JSON.stringify(folders),
        };
        const name = { repository: REPOSITORY, tag: tagOf(hash, today()) };
        const id = await engine.images.commit(containerId, name, labels);
        return readImage({ ...base, id, labels }, project);
      },
      options,
    );
  }

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
    return this.removeImages(engine, images);
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
    if (removed === 0) return undefined;
    const megabytes = Math.round(old.reduce((sum, { size }) => sum + size, 0) / 1e6);
    return `${removed === 1 ? 'An image' : `${removed} images`} of dependencies not used lately ${removed === 1 ? 'was' : 'were'} removed (${megabytes} MB).`;
  }

  private async madeOf(
    engine: EngineConnection,
    hash: string,
    signal: AbortSignal | undefined,
  ): Promise<EngineImage | undefined> {
    const [image] = await engine.images.list([`${IMAGE_LABEL.hash}=${hash}`], signal);
    return image;
  }

  private async removeImages(engine: EngineConnection, images: readonly EngineImage[]): Promise<number> {
    let removed = 0;
    for (const { id, tags } of images) {
      const gone = await Promise.all(
        (tags.length > 0 ? tags : [id]).map((name) => engine.images.remove(name)),
      );
      if (gone.every(Boolean)) removed++;
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

  private async baseImage(
    engine: EngineConnection,
    name: string,
    signal: AbortSignal,
    onProgress: SandboxProgress,
  ): Promise<EngineImage> {
    const there = await engine.images.inspect(name, signal);
    if (there) return there;
    await this.options.pullImage(engine, name, signal, onProgress);
    const pulled = await engine.images.inspect(name, signal);
    if (!pulled)
      throw new UserError(`The image ${name} is not on the engine`, `Fetch it yourself: docker pull ${name}`);
    return pulled;
  }

  private async relay(family: DependencyFamily) {
    const name = family === 'node' ? 'relay.cjs' : 'relay.py';
    const content = await fs.readFile(path.join(this.options.installerDirectory, name));
    const program = family === 'node' ? 'node' : 'python3';
    return {
      file: { path: `build/${name}`, content },
      command: [program, `/deps/build/${name}`, '/deps/build/plan.json'],
    };
  }

  /** Everything that decides what the image holds. */
  private hashOf(project: DependencyProject, base: EngineImage): string {
    const hash = createHash('sha256');
    const manager = packageManagerOf(project.kind, project.format);
    const head = [
      INSTALL_VERSION,
      project.kind,
      project.folder,
      this.options.rootInAudit,
      base.id,
      manager?.integrity,
    ];
    hash.update(JSON.stringify(head));
    for (const { path: file, content } of project.files) {
      hash.update(`\n${file}\n${content.length}\n`).update(content);
    }
    return hash.digest('hex').slice(0, 40);
  }

  /** The day of the last use is part of the image's name, which is the one thing of an image that can be changed. */
  private async noteUse(engine: EngineConnection, image: EngineImage, hash: string): Promise<void> {
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

function readImage(image: Pick<EngineImage, 'id' | 'labels'>, project: DependencyProject): DependencyImage {
  return {
    id: image.id,
    lockfiles: project.lockfiles,
    projectFolder: project.folder,
    modules:
      project.family === 'node' ? { root: DEPENDENCY_PROJECT, folders: foldersOf(image.labels) } : undefined,
    site: project.family === 'python' ? DEPENDENCY_SITE : undefined,
  };
}

function foldersOf(labels: Readonly<Record<string, string>>): string[] {
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
