import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { isCancelled, messageOf, throwIfCancelled, UserError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { SharedWork } from '../../base/sharedWork';
import { t } from '../../base/texts';
import type { EngineConnection } from '../../engine/connection';
import type { Engine } from '../../engine/engine';
import type { EngineImage } from '../../engine/images';
import type { SandboxOwner } from '../owner';
import type { DependencyImage, FindDependencies, SandboxProgress } from '../sandbox';
import { findLockfile, fingerprintOf } from './dependencyProject';
import type { DependencyFamily, DependencyProject } from './dependencyProject';
import type { Dial } from './dial';
import { foldersOf, KeptImages } from './keptImages';
import { DEPENDENCY_PROJECT, DEPENDENCY_SITE } from './installPlan';
import { INSTALL_VERSION, planInstall } from './installSteps';
import type { DependencySurroundings } from './nodeProject';
import { fetchPackageManager, packageManagerOf, readCertificates } from './packageManagers';

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

interface InstallOptions {
  signal: AbortSignal;
  onProgress: SandboxProgress;
}

/** A project whose dependencies could be installed, and the image they would go on. */
export interface InstallOffer {
  project: DependencyProject;
  baseImage: string;
}

/** Makes images of the dependencies that a lockfile names, finds them again, and removes them when nobody uses them. */
export class DependencyImages {
  /** Those that have been made. */
  readonly kept: KeptImages;
  /** Those that are being made, by the hash of what goes into them. */
  private readonly installations = new SharedWork<Pick<EngineImage, 'id' | 'labels'>>();

  constructor(private readonly options: DependencyImagesOptions) {
    this.kept = new KeptImages(options);
  }

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
    if (family === 'python') {
      const { readPythonProject } = await import('./installing');
      return readPythonProject(root, lockfile.folder, lockfile, this.options.surroundings);
    }
    const { readNodeProject } = await import('./installing');
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
    const image = await this.kept.madeOf(engine, hash, signal);
    if (!image) return undefined;
    void this.kept.noteUse(engine, image, hash);
    return readImage(image, project);
  }

  /** Whether there is an image of exactly this already. Rejects with `NoEngine`. */
  async isMade({ project, baseImage }: InstallOffer, signal?: AbortSignal): Promise<boolean> {
    const engine = await this.options.engine.connect(signal);
    const base = await engine.images.inspect(baseImage, signal);
    return (
      base !== undefined && (await this.kept.madeOf(engine, this.hashOf(project, base), signal)) !== undefined
    );
  }

  /**
   * Makes the image of a project's dependencies and gives it; audits that need the same one wait for one installation. Rejects
   * with `UserError` or `CancelledError`.
   */
  async install(offer: InstallOffer, options: InstallOptions): Promise<DependencyImage> {
    const { project, baseImage } = offer;
    const { signal, onProgress } = options;
    const engine = await this.options.engine.connect(signal);
    const base = await this.baseImage(engine, baseImage, signal, onProgress);
    const hash = this.hashOf(project, base);
    const image = await this.installations.join(hash, options, (shared) =>
      this.make(engine, offer, { base, hash }, shared),
    );
    return readImage(image, project);
  }

  private async make(
    engine: EngineConnection,
    { project, baseImage }: InstallOffer,
    { base, hash }: { base: EngineImage; hash: string },
    options: InstallOptions,
  ): Promise<Pick<EngineImage, 'id' | 'labels'>> {
    const { signal, onProgress } = options;
    const { owner, dial, logger } = this.options;
    const there = await this.kept.madeOf(engine, hash, signal);
    if (there) return there;
    const manager = packageManagerOf(project.kind, project.format);
    if (manager) onProgress(t('Fetching {0} {1}', manager.name, manager.version));
    const { files } = planInstall(project, {
      manager:
        manager && (await fetchPackageManager(manager, project.registry, dial, project.caFile, signal)),
      certificates: readCertificates(project.caFile),
      rootInAudit: this.options.rootInAudit,
    });
    const relay = await this.relay(project.family);
    onProgress(t('Starting the installation'));
    throwIfCancelled(signal);
    const memoryMb = Math.min(LIMITS.memoryMb, Math.max(256, Math.floor(engine.facts.memoryBytes / 2e6)));
    const { install } = await import('./installing');
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
        onProgress(t('Keeping the image'));
        const source = `${path.basename(project.workspace)}: ${project.lockfiles.join(', ')} on ${baseImage}`;
        return this.kept.keep(engine, containerId, { hash, source, folders });
      },
      options,
    );
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
      throw new UserError(
        t('The image {0} is not on the engine', name),
        t('Fetch it yourself: docker pull {0}', name),
      );
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
    const manager = packageManagerOf(project.kind, project.format);
    const parts = [
      INSTALL_VERSION,
      project.kind,
      project.folder,
      this.options.rootInAudit,
      base.id,
      manager?.integrity,
      fingerprintOf(project),
    ];
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
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
