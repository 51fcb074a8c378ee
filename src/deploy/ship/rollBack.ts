import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { UserError } from '../../base/errors';
import { t } from '../../base/texts';
import type { EngineConnection } from '../../engine/connection';
import type { Chosen } from '../chooseEnvironment';
import { containersByService } from '../deployed';
import { composeProjectOf, findComposeFile } from '../compose';
import type { DeploySource } from '../plan';
import type { DeployEnvironment } from '../project';
import { fetchFiles } from '../rsync';
import type { Release, ShipResult } from './release';
import { ReleaseFolder } from './releaseFolder';
import { ship } from './ship';
import type { ShipOptions } from './ship';

/** Plans, asks, and sends the workspace to an environment. Rejects as `ship` does. */
export function deploy(chosen: Chosen, engine: EngineConnection, options: ShipOptions): Promise<ShipResult> {
  return ship(chosen, engine, { kind: 'deploy', from: '', source: undefined }, options);
}

/** The releases of an environment, newest first. */
export async function readHistory(environment: Pick<DeployEnvironment, 'target'>): Promise<Release[]> {
  const folder = await ReleaseFolder.of(environment.target);
  const current = await folder.current();
  return (await folder.releases()).map((release) => ({ ...release, isCurrent: release.id === current }));
}

/**
 * Goes back to a kept release, the last that was replaced by default: its files and its images, nothing is built. Rejects as
 * `ship` does, and with a `UserError` when the release is not kept.
 */
export async function rollBack(
  chosen: Chosen,
  engine: EngineConnection,
  wanted: string | undefined,
  options: ShipOptions,
): Promise<ShipResult> {
  const { environment } = chosen;
  const folder = await ReleaseFolder.of(environment.target);
  const history = await readHistory(environment);
  const kept = history.filter(({ isKept, isCurrent }) => isKept && !isCurrent);
  const release = wanted === undefined ? kept[0] : kept.find(({ id }) => id === wanted);
  if (!release) throw notKept(wanted, kept);
  const images = await imagesOf(engine, folder, release, options.signal);
  return withFiles(folder, release.id, options.signal, (files) => {
    const source: DeploySource = { folder: files, images };
    return ship(chosen, engine, { kind: 'rollback', from: release.id, source }, options);
  });
}

/** Whether images of one environment can serve in another: they lie on one engine, and the files on this machine. */
export function isPromotable(from: DeployEnvironment, to: DeployEnvironment): boolean {
  return from.name !== to.name && from.target.kind === 'local' && from.engine === to.engine;
}

/** Sends what another environment of the project runs: its files and its very images. Rejects as `ship` does. */
export async function promote(
  chosen: Chosen,
  from: DeployEnvironment,
  engine: EngineConnection,
  options: ShipOptions,
): Promise<ShipResult> {
  if (from.target.kind === 'remote' || !isPromotable(from, chosen.environment))
    throw new UserError(
      t(
        '{0} can not be promoted to {1}: they are no two environments of one machine and one engine',
        from.name,
        chosen.environment.name,
      ),
      t('Deploy the workspace instead.'),
    );
  const { path: folder } = from.target;
  const isListed =
    from.containers.length > 0 && (await findComposeFile(folder, from.composeFile)) === undefined;
  if (isListed)
    throw new UserError(
      t('{0} can not be promoted: its containers are listed, and belong to it alone', from.name),
      t('Deploy the workspace instead.'),
    );
  const project = from.composeProject ?? (await composeProjectOf(folder));
  const images = new Map<string, string>();
  for (const [service, containers] of await containersByService(engine, project, options.signal)) {
    const running = containers.find(({ state }) => state === 'running');
    if (running) images.set(service, running.imageId);
  }
  if (images.size === 0)
    throw new UserError(t('Nothing of {0} runs that could be promoted', from.name), t('Deploy to it first.'));
  return ship(chosen, engine, { kind: 'promote', from: from.name, source: { folder, images } }, options);
}

async function imagesOf(
  engine: EngineConnection,
  folder: ReleaseFolder,
  { id, startedAt }: Release,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const { services } = await folder.state(id);
  const images = new Map<string, string>();
  for (const { name, containers } of services) {
    const imageId = containers.find(({ state }) => state === 'running')?.imageId;
    if (imageId === undefined) continue;
    if (!(await engine.images.inspect(imageId, signal)))
      throw new UserError(
        t('The image of {0} in the release of {1} is gone from the engine', name, startedAt),
        t('Choose another release, or deploy that commit again.'),
      );
    images.set(name, imageId);
  }
  return images;
}

/** The files of a release on this machine: where they lie, or a copy that is removed again. */
async function withFiles<T>(
  folder: ReleaseFolder,
  release: string,
  signal: AbortSignal,
  work: (files: string) => Promise<T>,
): Promise<T> {
  const files = folder.filesOf(release);
  if (folder.target.kind === 'local') return work(files);
  const copy = await fs.mkdtemp(path.join(os.tmpdir(), 'seaworthy-release-'));
  try {
    await fetchFiles({ ...folder.target, path: files }, copy, { signal });
    return await work(copy);
  } finally {
    await fs.rm(copy, { recursive: true, force: true });
  }
}

function notKept(wanted: string | undefined, kept: readonly Release[]): UserError {
  const there = kept
    .slice(0, 5)
    .map(({ id }) => id)
    .join(', ');
  if (wanted !== undefined)
    return new UserError(
      kept.length === 0
        ? t('The release {0} is not kept; none is kept yet', wanted)
        : t('The release {0} is not kept; there are {1}', wanted, there),
      t('"deploy history" lists all of them.'),
    );
  return new UserError(
    kept.length === 0
      ? t('There is no release to go back to: none is kept yet')
      : t('There is no release to go back to: there are {0}', there),
    t('Every deploy keeps the one that it replaces.'),
  );
}
