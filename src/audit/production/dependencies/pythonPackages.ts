import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { SandboxFile } from '../../../sandbox/sandbox';
import { SITE_FOLDER } from '../layout';
import { PackageFiles } from './packageFiles';

/** An installed distribution, as its dist-info folder describes it. */
interface Distribution {
  files: string[];
  requires: string[];
  isPytestPlugin: boolean;
}

/** `for results` leaves out the plugins that come between us and the results. */
export type PytestUse = 'none' | 'for results' | 'as it is';

const ENVIRONMENTS = ['.venv', 'venv', 'env'];
/** Plugins that spread tests over processes or measure them; their flags are taken out of the configuration too. */
const UNWANTED_PLUGINS = new Set(['pytest-xdist', 'pytest-cov', 'pytest-html', 'pytest-watch']);

/**
 * The installed distributions that the named top-level modules come from, with what they require in turn, from the virtual
 * environment in one of `folders` of the workspace. Empty without one. Rejects with `UserError` when they are too large.
 */
export async function collectPythonPackages(
  workspace: string,
  folders: readonly string[],
  modules: ReadonlySet<string>,
  pytest: PytestUse,
  signal?: AbortSignal,
): Promise<SandboxFile[]> {
  const site = await findSitePackages(workspace, folders);
  if (site === undefined) return [];
  const distributions = await readDistributions(site);
  const byModule = new Map<string, string>();
  for (const [name, { files }] of distributions)
    for (const file of files) byModule.set(topModule(file), name);
  const wanted = new Set([...modules].flatMap((module) => byModule.get(module) ?? []));
  if (pytest !== 'none' && distributions.has('pytest')) {
    wanted.add('pytest');
    for (const [name, { isPytestPlugin }] of distributions) {
      if (isPytestPlugin && (pytest === 'as it is' || !UNWANTED_PLUGINS.has(name))) wanted.add(name);
    }
  }
  const found = new PackageFiles(signal);
  for (const name of wanted) {
    const distribution = distributions.get(name);
    for (const required of distribution?.requires ?? []) wanted.add(required);
    for (const file of distribution?.files ?? [])
      await found.add(path.join(site, file), `${SITE_FOLDER}/${file}`);
  }
  return found.files;
}

async function findSitePackages(workspace: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of new Set(folders)) {
    for (const environment of ENVIRONMENTS) {
      const base = path.join(workspace, folder, environment);
      const stat = await fs.lstat(base).catch(() => undefined);
      if (!stat?.isDirectory()) continue;
      const versions = await fs.readdir(path.join(base, 'lib')).catch((): string[] => []);
      const python =
        versions
          .filter((version) => version.startsWith('python3'))
          .sort()
          .at(-1) ?? '';
      for (const site of [
        path.join(base, 'lib', python, 'site-packages'),
        path.join(base, 'Lib', 'site-packages'),
      ]) {
        if ((await fs.lstat(site).catch(() => undefined))?.isDirectory()) return site;
      }
    }
  }
  return undefined;
}

async function readDistributions(site: string): Promise<Map<string, Distribution>> {
  const found = new Map<string, Distribution>();
  for (const entry of await fs.readdir(site)) {
    const name = /^(.+?)-[^-]+\.dist-info$/.exec(entry)?.[1];
    if (name === undefined) continue;
    const read = (file: string): Promise<string> =>
      fs.readFile(path.join(site, entry, file), 'utf8').catch(() => '');
    const [record, metadata, entryPoints] = await Promise.all([
      read('RECORD'),
      read('METADATA'),
      read('entry_points.txt'),
    ]);
    found.set(normalName(name), {
      files: record.split(/\r?\n/).map(recordedPath).filter(isNeeded),
      requires: requirements(metadata),
      isPytestPlugin: /^\[pytest11\]/m.test(entryPoints),
    });
  }
  return found;
}

/** A RECORD is a CSV file; only its first column is wanted. */
function recordedPath(line: string): string {
  return /^"((?:[^"]|"")*)"/.exec(line)?.[1]?.replaceAll('""', '"') ?? line.split(',')[0] ?? '';
}

function isNeeded(file: string): boolean {
  if (file === '' || file.startsWith('/') || file.includes('\\') || file.split('/').includes('..'))
    return false;
  return !/\.(?:pyc|pyi|h|c|cpp|pyx)$|(?:^|\/)__pycache__\/|\/tests\//.test(file);
}

function topModule(file: string): string {
  return file.split(/[/.]/)[0] ?? '';
}

/** Names of the distributions that are always required, not those of extras. */
function requirements(metadata: string): string[] {
  const header = metadata.split(/\r?\n\r?\n/)[0] ?? '';
  return [...header.matchAll(/^Requires-Dist:\s*([\w.-]+)(.*)$/gm)]
    .filter(([, , condition = '']) => !/\bextra\s*==/.test(condition))
    .map(([, name = '']) => normalName(name));
}

function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
