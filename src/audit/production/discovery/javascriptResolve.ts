import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { languageOf } from '../../language';
import { tableTargets } from './exportTables';
import { moduleFileCandidates } from './moduleFiles';
import { aliasTargets } from './tsconfig';
import type { Manifest, WorkspaceSources } from './sources';

/** Files that one computed name may stand for. */
const MAX_MEANT = 200;

const BUILTINS = new Set(builtinModules);

/** What an import leads to: a file of the workspace, a package, or nothing that could be found. */
export type JavaScriptTarget =
  | { kind: 'local'; path: string }
  | { kind: 'package'; name: string }
  | { kind: 'builtin' }
  | { kind: 'unknown' };

/** Whether an import of `specifier` is answered by Node itself. */
export function isNodeBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || BUILTINS.has(specifier);
}

/** The package a bare specifier names, `@scope/name` or `name`; undefined when it can't be a package's name. */
export function packageNameOf(specifier: string): string | undefined {
  return /^(?:@[a-z0-9-][a-z0-9._~-]*\/)?[a-z0-9-][a-z0-9._~-]*(?=\/|$)/i.exec(specifier)?.[0];
}

/** Follows imports of JavaScript and TypeScript inside a workspace, by the rules of Node, tsconfig paths and workspaces. */
export class JavaScriptResolver {
  private workspacePackages: Map<string, Manifest> | undefined;

  constructor(private readonly sources: WorkspaceSources) {}

  resolve(importer: string, specifier: string): JavaScriptTarget {
    const clean = specifier.replace(/[?#].*$/, (suffix, at: number) => (at === 0 ? suffix : ''));
    if (/^\.{1,2}(?:\/|$)/.test(clean)) {
      return this.localFile(posix.join(posix.dirname(importer), clean)) ?? { kind: 'unknown' };
    }
    if (clean.startsWith('/')) return { kind: 'unknown' };
    if (isNodeBuiltin(clean)) return { kind: 'builtin' };
    if (clean.startsWith('#')) {
      const internal = this.internalImport(importer, clean);
      if (internal) return internal;
    }
    const settings = this.sources.typeScriptSettings(importer);
    for (const place of settings ? aliasTargets(clean, settings) : []) {
      const local = this.localFile(place);
      if (local) return local;
    }
    const name = packageNameOf(clean);
    if (!name) return { kind: 'unknown' };
    return this.workspacePackage(name, clean) ?? { kind: 'package', name };
  }

  private localFile(base: string): JavaScriptTarget | undefined {
    if (base.startsWith('..')) return undefined;
    // `..` from a folder of the workspace is the workspace itself.
    const path = moduleFileCandidates(base)
      .map((candidate) => posix.normalize(candidate))
      .find((candidate) => this.sources.has(candidate));
    return path === undefined ? undefined : { kind: 'local', path };
  }

  private internalImport(importer: string, specifier: string): JavaScriptTarget | undefined {
    const manifest = this.sources.manifestsAbove(importer)[0];
    for (const target of manifest ? tableTargets(manifest.raw['imports'], specifier) : []) {
      const local = this.localFile(posix.join(manifest?.folder ?? '', target));
      if (local) return local;
    }
    return undefined;
  }

  /** Files of the workspace whose path begins as `prefix` says; none where these are too many to be meant. */
  beginningWith(importer: string, prefix: string): string[] {
    if (!/^\.{1,2}\//.test(prefix)) return [];
    const base = posix.join(posix.dirname(importer), prefix);
    if (base.startsWith('..') || base === './') return [];
    const found: string[] = [];
    for (const path of this.sources.paths) {
      if (!path.startsWith(base) || path === importer || !isModule(path)) continue;
      found.push(path);
      if (found.length > MAX_MEANT) return [];
    }
    return found;
  }

  /** The folder of the package of the workspace that is called `name`. */
  folderOfPackage(name: string): string | undefined {
    this.workspacePackages ??= this.findWorkspacePackages();
    return this.workspacePackages.get(name)?.folder;
  }

  /** A package that lies in the workspace itself: a monorepo's, or the importer's own name. */
  private workspacePackage(name: string, specifier: string): JavaScriptTarget | undefined {
    this.workspacePackages ??= this.findWorkspacePackages();
    const manifest = this.workspacePackages.get(name);
    if (!manifest) return undefined;
    const subpath = specifier.slice(name.length);
    const { exports, module, main } = manifest.raw;
    const named = subpath === '' ? [module, main].filter((value) => typeof value === 'string') : [];
    const places = [
      ...tableTargets(exports, `.${subpath}`),
      ...named,
      subpath === '' ? '.' : `.${subpath}`,
      `src${subpath}`,
    ];
    for (const place of places) {
      const local = this.localFile(posix.join(manifest.folder, place));
      if (local) return local;
    }
    return undefined;
  }

  private findWorkspacePackages(): Map<string, Manifest> {
    const found = new Map<string, Manifest>();
    for (const path of this.sources.paths) {
      if (posix.basename(path) !== 'package.json') continue;
      const folder = posix.dirname(path);
      const manifest = this.sources.manifestIn(folder === '.' ? '' : folder);
      if (manifest?.name) found.set(manifest.name, manifest);
    }
    return found;
  }
}

function isModule(path: string): boolean {
  const language = languageOf(path)?.language;
  return language !== undefined && language !== 'python';
}
