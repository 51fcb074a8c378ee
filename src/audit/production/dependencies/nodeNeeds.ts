import { posix } from 'node:path';
import { packageNameOf } from '../discovery/javascriptResolve';
import { foldersAbove } from '../discovery/sources';
import type { WorkspaceSources } from '../discovery/sources';
import { isRecord, parseJsonWithComments } from '../discovery/tsconfig';
import { COMPILER_HOOK } from '../harness/compilerHooks';
import type { PlanInput } from '../plan';
import type { Runner } from '../runners/chooseRunner';
import type { PackageUse } from './nodePackages';

/** Files that configure a runner or its compiler, beside its entry in package.json. */
const CONFIGURATION: Partial<Record<Runner, RegExp>> = {
  mocha: /^\.mocharc\.(?:[cm]?js|jsonc?|ya?ml)$/,
  vitest: /^(?:vitest?\.config\.[cm]?[jt]s|vitest\.workspace\.(?:[cm]?[jt]s|json))$/,
  jest: /^(?:jest\.config\.(?:[cm]?[jt]s|json)|\.?babel\.config\.(?:[cm]?[jt]s|json)|\.babelrc(?:\.[cm]?js|\.json)?|\.swcrc)$/,
};

/** Whether a file configures a runner or its compiler, by its name. */
export function isRunnerConfiguration(path: string): boolean {
  return Object.values(CONFIGURATION).some((name) => name.test(posix.basename(path)));
}

/** Entries of package.json that do the same. */
const MANIFEST_ENTRIES: Partial<Record<Runner, string[]>> = { mocha: ['mocha'], jest: ['jest', 'babel'] };

/** Every package that a file of the run imports, and what its runner and the runner's configuration need. */
export function packageUses(input: PlanInput): PackageUse[] {
  const { graph, sources, file, groups } = input;
  const tests = groups.flatMap((group) => group.tests.map(({ path }) => path));
  const configured = groups
    .filter(({ runner }) => runner !== 'node:test')
    .map((group) => runnerNeeds(sources, group.runner, group.folder));
  const starts = [file.path, ...tests, ...configured.flatMap(({ files }) => files)];
  const uses = [
    ...configured.flatMap(({ packages }) => packages),
    ...tests.flatMap((path) => environmentNeeds(path, sources)),
  ];
  const settingsFolders = new Set<string>();
  for (const path of graph.closure(starts)) {
    const folder = folderOf(path);
    settingsFolders.add(folder);
    for (const { specifier, kind } of graph.javascriptScan(path).imports) {
      const target = kind === 'type' ? undefined : graph.javascript.resolve(path, specifier);
      if (target?.kind === 'package') uses.push({ name: target.name, folder });
      else if (target?.kind === 'local') uses.push(...linkedPackage(specifier, folder));
    }
    if (/\.[jt]sx$/.test(path)) {
      const source = sources.typeScriptSettings(path)?.jsxImportSource ?? 'react';
      uses.push({ name: packageNameOf(source) ?? 'react', folder });
    }
  }
  return [...uses, ...settingsNeeds(settingsFolders, sources)];
}

/** An import of a package of the workspace by its name goes through a link in node_modules. */
function linkedPackage(specifier: string, folder: string): PackageUse[] {
  const name = /^[./#]/.test(specifier) ? undefined : packageNameOf(specifier);
  return name === undefined ? [] : [{ name, folder }];
}

/** The runner itself and what its configuration names: packages, and local files with what they import. */
function runnerNeeds(
  sources: WorkspaceSources,
  runner: Runner,
  folder: string,
): { packages: PackageUse[]; files: string[] } {
  const packages: PackageUse[] = [{ name: runner, folder }];
  const files: string[] = [];
  // A monorepo keeps what its packages share at its top.
  for (const place of foldersAbove(posix.join(folder, 'x'))) {
    for (const { path, text } of configurationIn(sources, runner, place)) {
      if (/\.[cm]?[jt]s$/.test(path)) files.push(path);
      for (const [word] of text.matchAll(/[@\w.][\w@./-]*/g)) {
        const local = localFile(sources, place, word);
        if (local !== undefined) files.push(local);
        else if (!COMPILER_HOOK.test(word))
          packages.push(...packagesMeant(word).map((name) => ({ name, folder: place })));
      }
    }
  }
  return { packages, files };
}

function configurationIn(
  sources: WorkspaceSources,
  runner: Runner,
  folder: string,
): { path: string; text: string }[] {
  const manifest = sources.manifestIn(folder)?.raw ?? {};
  const entries = (MANIFEST_ENTRIES[runner] ?? []).map((name) => ({
    path: posix.join(folder, 'package.json'),
    text: JSON.stringify(manifest[name] ?? ''),
  }));
  const named = sources.namesIn(folder).filter((name) => CONFIGURATION[runner]?.test(name));
  const files = named.map((name) => ({
    path: posix.join(folder, name),
    text: sources.text(posix.join(folder, name)) ?? '',
  }));
  return [...entries, ...files];
}

function localFile(sources: WorkspaceSources, folder: string, word: string): string | undefined {
  // `<rootDir>/test/setup.ts` leaves `/test/setup.ts` of itself.
  return [word, ...['.js', '.ts', '.cjs', '.mjs', '.tsx'].map((extension) => word + extension)]
    .map((place) => posix.join(folder, place))
    .find((place) => sources.has(place));
}

/** A package by its own name, and by those that jest's environments and Babel's presets and plugins go by. */
function packagesMeant(word: string): string[] {
  const name = packageNameOf(word);
  if (name === undefined) return [];
  const scoped = /^(@babel)\/(?!preset-|plugin-)(.+)$/.exec(name);
  if (scoped) return [name, `@babel/preset-${scoped[2]}`, `@babel/plugin-${scoped[2]}`];
  if (name.startsWith('@')) return [name];
  return [name, `jest-environment-${name}`, `babel-preset-${name}`, `babel-plugin-${name}`];
}

/** What a comment at the top of a test asks for. */
function environmentNeeds(path: string, sources: WorkspaceSources): PackageUse[] {
  const name = /@(?:vitest|jest)-environment\s+([@\w./-]+)/.exec(sources.text(path) ?? '')?.[1];
  return name === undefined
    ? []
    : packagesMeant(name).map((meant) => ({ name: meant, folder: folderOf(path) }));
}

/** Compilers stop at a tsconfig.json that extends one they can't find. */
function settingsNeeds(folders: ReadonlySet<string>, sources: WorkspaceSources): PackageUse[] {
  const places = new Set([...folders].flatMap((folder) => foldersAbove(posix.join(folder, 'x'))));
  return [...places].flatMap((folder) => {
    const settings = parseJsonWithComments(sources.text(posix.join(folder, 'tsconfig.json')) ?? '');
    const parents = isRecord(settings) ? [settings['extends']].flat() : [];
    return parents.flatMap((parent) => (typeof parent === 'string' ? linkedPackage(parent, folder) : []));
  });
}

function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}
