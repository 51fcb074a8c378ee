import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { relativeInside } from '../../../base/paths';
import type { SandboxFile } from '../../../sandbox/sandbox';
import { isRecord, parseJsonWithComments } from '../discovery/tsconfig';
import { insideSandbox, PROJECT_FOLDER } from '../layout';
import { systemMisfit } from './misfit';
import type { Misfit } from './misfit';
import { PackageFiles } from './packageFiles';

/** A package that a folder of the workspace imports. */
export interface PackageUse {
  name: string;
  /** Folder of the importing file, relative to the workspace. */
  folder: string;
}

export interface NodePackages {
  files: SandboxFile[];
  /** Links to make inside the sandbox, as absolute paths there. */
  links: [link: string, target: string][];
  /** Packages that are not for Linux, when none is for Linux alone. */
  misfits: Misfit[];
}

/** Optional companions of runners that take much room and have no use without a screen or a report. */
const NEVER_NEEDED =
  /^(?:@vitest\/(?:ui|browser(?:-.*)?|coverage-.*)|playwright(?:-core)?|webdriverio|puppeteer(?:-core)?)$/;
const UNUSED_FOLDER = /^(?:tests?|__tests__|docs?|examples?|coverage|benchmarks?|\.[^/]*)$/;
const UNUSED_FILE =
  /\.(?:map|md|markdown|d\.[cm]?ts|flow|tsbuildinfo)$|(?:^|\/)\.(?:eslint|prettier|editorconfig|travis|npm|git|nycrc|jshint|tsbuild)[^/]*$/i;

/**
 * The installed packages that `uses` lead to, with what they depend on in turn. Nothing outside the workspace is read; a
 * package that is not installed is left out. Rejects with `UserError` when they are too large, with `CancelledError`.
 */
export async function collectNodePackages(
  workspace: string,
  uses: readonly PackageUse[],
  signal?: AbortSignal,
): Promise<NodePackages> {
  const root = await fs.realpath(workspace);
  const found = new PackageFiles(signal);
  const links = new Map<string, string>();
  const seenUses = new Set<string>();
  const seenPackages = new Set<string>();
  const misfits: Misfit[] = [];
  let hasNative = false;
  const queue = uses.map(({ name, folder }) => ({ name, folder: path.join(root, folder) }));
  for (const { name, folder } of queue) {
    const key = `${folder}\0${name}`;
    if (seenUses.has(key)) continue;
    seenUses.add(key);
    const installed = await findPackage(root, name, folder);
    if (!installed) continue;
    const { place, real } = installed;
    const inside = relativeInside(root, real) ?? '';
    if (place !== real) links.set(insideSandbox(relativeInside(root, place) ?? ''), insideSandbox(inside));
    // A package of the workspace itself is part of the snapshot.
    if (seenPackages.has(real) || !inside.split('/').includes('node_modules')) continue;
    seenPackages.add(real);
    const manifest = await readManifest(real);
    const foreign = foreignSystem(manifest);
    if (foreign !== undefined) {
      misfits.push({ package: name, why: systemMisfit(foreign) });
      continue;
    }
    if (String(manifest['os']) === 'linux') hasNative = true;
    await found.addFolder(real, `${PROJECT_FOLDER}/${inside}`, wantedIn(manifest));
    queue.push(...dependenciesOf(manifest).map((dependency) => ({ name: dependency, folder: real })));
  }
  return { files: found.files, links: [...links], misfits: hasNative ? [] : misfits };
}

/** Looks upward from `folder` as Node does; `place` is where Node finds the package, `real` where it lies. */
async function findPackage(
  root: string,
  name: string,
  folder: string,
): Promise<{ place: string; real: string } | undefined> {
  for (let at = folder; at === root || relativeInside(root, at) !== undefined; at = path.dirname(at)) {
    if (path.basename(at) === 'node_modules') continue;
    const place = path.join(at, 'node_modules', name);
    const real = await fs.realpath(place).catch(() => undefined);
    if (real !== undefined) return relativeInside(root, real) === undefined ? undefined : { place, real };
  }
  return undefined;
}

async function readManifest(folder: string): Promise<Record<string, unknown>> {
  const text = await fs.readFile(path.join(folder, 'package.json'), 'utf8').catch(() => '');
  const manifest = parseJsonWithComments(text);
  return isRecord(manifest) ? manifest : {};
}

/** The system a package is made for, unless Linux is one of them. */
function foreignSystem(manifest: Record<string, unknown>): string | undefined {
  const systems = [manifest['os']].flat().filter((name): name is string => typeof name === 'string');
  const wanted = systems.filter((name) => !name.startsWith('!'));
  if (
    systems.includes('!linux') ||
    (wanted.length > 0 && !wanted.includes('linux') && !wanted.includes('any'))
  )
    return wanted[0] ?? 'another system';
  return undefined;
}

function dependenciesOf(manifest: Record<string, unknown>): string[] {
  const tables = [manifest['dependencies'], manifest['peerDependencies'], manifest['optionalDependencies']];
  const names = tables.flatMap((table) => (isRecord(table) ? Object.keys(table) : []));
  return names.filter(
    (name) => /^(?:@[\w.~-]+\/)?[\w.~-]+$/.test(name) && !name.includes('..') && !NEVER_NEEDED.test(name),
  );
}

/** Leaves out what no program loads, unless the package starts in such a folder. */
function wantedIn(manifest: Record<string, unknown>): (relative: string, isFolder: boolean) => boolean {
  const entries = JSON.stringify([
    manifest['main'],
    manifest['module'],
    manifest['exports'],
    manifest['bin'],
    manifest['imports'],
  ]);
  return (relative, isFolder) => {
    if (!isFolder) return !UNUSED_FILE.test(relative);
    const name = path.posix.basename(relative);
    if (name === 'node_modules') return false;
    const isTop = name === relative;
    return (
      !(isTop && UNUSED_FOLDER.test(name)) || entries.includes(`"${name}/`) || entries.includes(`"./${name}/`)
    );
  };
}
