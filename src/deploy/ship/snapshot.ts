import { createHash } from 'node:crypto';
import type { EngineConnection } from '../../engine/connection';
import { containersByService, imageNamesOf } from '../deployed';
import type { ComposeService } from '../composeConfig';
import type { Filter } from '../filters';
import type { Stack } from '../stack';
import { linkFiles } from '../rsync';
import type { CopyOptions } from '../rsync';
import type { ReleaseFolder, ServicesState, ServiceState } from './releaseFolder';

const HASHES_MS = 30 * 60_000;

/**
 * Keeps the files of the target as those of `release`: hard links, but for what is about to change, as permissions belong to all
 * links of a file. With their hashes, by which a later look can tell that nothing wrote into them.
 */
export async function snapshotFiles(
  folder: ReleaseFolder,
  release: string,
  {
    filters,
    changed,
    hadTarget,
  }: { filters: readonly Filter[]; changed: readonly string[]; hadTarget: boolean },
  options: CopyOptions,
): Promise<void> {
  const { host, target } = folder;
  const files = folder.filesOf(release);
  const copy = `${files}.new`;
  await host.remove(copy);
  await host.makeFolder(copy);
  if (hadTarget) {
    await linkFiles(host.run, target.path, copy, filters, options);
    await ownCopies(folder, copy, changed);
  }
  const manifest = await hashes(folder, copy);
  await host.write(folder.manifestFile(release), manifest);
  await host.remove(files);
  await host.script('mv -- "$1" "$2"', [copy, files]);
}

async function ownCopies(folder: ReleaseFolder, copy: string, files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  const script =
    'cd "$1" && xargs -0 sh -c \'for f; do [ -f "$f" ] && [ ! -L "$f" ] || continue; ' +
    'cp -p -- "$f" "$f.seaworthy~" && mv -f -- "$f.seaworthy~" "$f" || exit 255; done\' sh';
  await folder.host.script(script, [copy], names(files, 'utf8'), HASHES_MS);
}

/** `HASH  ./NAME` of every file, each ended by a NUL, in no order. */
async function hashes(folder: ReleaseFolder, place: string): Promise<Buffer> {
  return folder.host.script(
    `cd "$1" && ${SHA256} && find . -type f -exec sh -c "$sum" sh {} +`,
    [place],
    undefined,
    HASHES_MS,
  );
}

/** Names of files of which the target does not have what was kept of `release`; among them those that are missing. */
export async function differingContents(folder: ReleaseFolder, release: string): Promise<string[]> {
  const kept = readHashes(await folder.host.read(folder.manifestFile(release)));
  if (kept.size === 0) return [];
  const printed = await folder.host.script(
    `cd "$1" && ${SHA256} && { xargs -0 sh -c "$sum" sh 2>/dev/null; true; }`,
    [folder.target.path],
    names([...kept.keys()], 'latin1'),
    HASHES_MS,
  );
  const found = readHashes(printed);
  return [...kept].filter(([name, hash]) => found.get(name) !== hash).map(([name]) => name);
}

/** The program has another name where it comes from Perl; not all of them can end a line with a NUL. */
const SHA256 =
  `{ sum='exec sha256sum -z -- "$@"'; printf '' | sha256sum -z >/dev/null 2>&1 || ` +
  `sum='for f; do printf "%s  %s\\0" "$({ sha256sum 2>/dev/null || shasum -a 256; } < "$f" | cut -c1-64)" "$f"; done'; }`;

function readHashes(printed: Buffer): Map<string, string> {
  return new Map(
    printed
      // Names are bytes, whatever they mean.
      .toString('latin1')
      .split('\0')
      .flatMap((line): [string, string][] => {
        const [, hash, name] = /^([0-9a-f]{64}) [ *](\.\/[^]*)$/.exec(line) ?? [];
        return hash === undefined || name === undefined ? [] : [[name.slice(2), hash]];
      }),
  );
}

function names(files: readonly string[], encoding: BufferEncoding): Buffer {
  return Buffer.from(files.map((file) => `./${file}\0`).join(''), encoding);
}

/** What the engine has of the services, old and new ones, before anything is done to them. */
export async function readState(
  engine: EngineConnection,
  { project, members }: Pick<Stack, 'project' | 'members'>,
  composeFile: string | null,
  services: readonly ComposeService[],
  signal: AbortSignal,
): Promise<ServicesState> {
  const found = await containersByService(engine, members, signal);
  const all = new Map<string, Set<string>>([...found.keys()].map((name) => [name, new Set()]));
  for (const service of services) {
    const known = all.get(service.name) ?? new Set();
    for (const image of imageNamesOf(service, project)) known.add(image);
    all.set(service.name, known);
  }
  const states: ServiceState[] = [];
  for (const [name, images] of all) {
    const ids = await Promise.all(
      [...images].map(async (image) => ({
        name: image,
        id: (await engine.images.inspect(image, signal))?.id ?? null,
      })),
    );
    states.push({ name, images: ids, containers: found.get(name) ?? [] });
  }
  return { composeFile, composeProject: project, members, services: states };
}

/** Gives the images that run a name that belongs to the release, so that nothing removes them before it is forgotten. */
export async function keepImages(
  engine: EngineConnection,
  folder: ReleaseFolder,
  release: string,
  { services }: ServicesState,
): Promise<void> {
  for (const { name, containers } of services) {
    const [container] = containers;
    if (container?.imageId) await engine.images.tag(container.imageId, keptName(folder, name, release));
  }
}

/** Takes those names away again. */
export async function forgetImages(
  engine: EngineConnection,
  folder: ReleaseFolder,
  release: string,
  { services }: ServicesState,
): Promise<void> {
  for (const { name } of services) {
    const { repository, tag } = keptName(folder, name, release);
    await engine.images.remove(`${repository}:${tag}`);
  }
}

function keptName(
  folder: ReleaseFolder,
  service: string,
  release: string,
): { repository: string; tag: string } {
  const plain =
    service
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'service';
  const place = createHash('sha256').update(`${folder.path}\0${service}`).digest('hex').slice(0, 12);
  return { repository: `seaworthy-release/${plain}-${place}`, tag: release };
}
