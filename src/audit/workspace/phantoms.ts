import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import * as path from 'node:path';
import { moduleFileCandidates } from '../production/discovery/moduleFiles';
import { foldersAbove } from '../production/discovery/sources';
import type { DigestedImport, FileDigest } from './digest';
import { pythonReference } from './links';
import type { Links } from './links';
import { PythonPackages } from './pythonPackages';
import type { WorkspaceView } from './view';

type Phantom = WorkspaceView['phantoms'][number];

/** What a build makes is not there before it. */
const BUILT =
  /(?:^|\/)(?:dist|build|out|lib|esm|cjs|generated|__generated__|gen|\.\w[^/]*)(?:\/|$)|[._](?:gen|generated|pb)\b/i;
const CODE = /(?:^|\/)[^/.]*$|\.[cm]?[jt]sx?$/;
/** Answered by a host or a tool, not by a package. */
const PROVIDED =
  /^(?:vscode|electron|bun|deno|atom|k6|sap|N|cloudflare|photoshop|figma|obsidian)(?:\/|$)|[:!]/;

/** Imports that lead nowhere: to no file of the workspace, no package that is declared or installed, nothing of the runtime. */
export class PhantomImports {
  private readonly python: PythonPackages;
  private folderNames: Set<string> | undefined;
  private modules: Set<string> | undefined;

  constructor(
    private readonly root: string,
    private readonly links: Links,
  ) {
    this.python = new PythonPackages(root, links.sources);
  }

  of(file: string, digest: FileDigest): Phantom[] {
    const found = new Map<string, Phantom>();
    for (const one of digest.imports) {
      const phantom = digest.family === 'python' ? this.ofPython(file, one) : this.ofJavaScript(file, one);
      if (phantom) found.set(phantom.specifier, phantom);
    }
    return [...found.values()];
  }

  private ofJavaScript(file: string, { specifier }: DigestedImport): Phantom | undefined {
    const clean = specifier.replace(/[?#].*$/, '');
    const target = this.links.javascript.resolve(file, specifier);
    if (/^\.{1,2}(?:\/|$)/.test(clean)) {
      if (target.kind !== 'unknown' || !CODE.test(clean)) return undefined;
      const base = posix.join(posix.dirname(file), clean);
      // Ignored files are there as well, and what lies outside of the workspace is not ours to know.
      if (
        base.startsWith('..') ||
        BUILT.test(base) ||
        moduleFileCandidates(base).some((one) => this.exists(one)) ||
        this.hasNamesake(base)
      )
        return undefined;
      return { specifier, why: `there is no file ${base}`, certain: true };
    }
    if (target.kind !== 'package' || PROVIDED.test(clean)) return undefined;
    const { name } = target;
    const manifests = this.links.sources.manifestsAbove(file);
    if (manifests.length === 0 || this.exists('.pnp.cjs') || this.exists('deno.json')) return undefined;
    const types = `@types/${name.replace(/^@(.+)\/(.+)$/, '$1__$2')}`;
    if (
      manifests.some((one) => one.name === name || one.dependencies.has(name) || one.dependencies.has(types))
    )
      return undefined;
    const folders = foldersAbove(file);
    const isInstalled = [name, types].some((one) =>
      folders.some((folder) => this.exists(posix.join(folder, 'node_modules', one))),
    );
    if (isInstalled || this.isFolder(name.split('/')[0] ?? '')) return undefined;
    const certain = folders.some((folder) => this.exists(posix.join(folder, 'node_modules')));
    const why = certain
      ? `no package.json above it declares ${name}, and it is not installed`
      : `no package.json above it declares ${name}`;
    return { specifier, why, certain: true };
  }

  /** A declaration (`a.d.ts`), a platform's own file (`a.ios.js`), or what a bundler understands (`a.vue`). */
  private hasNamesake(base: string): boolean {
    const stem = posix.basename(base).replace(/\.[cm]?[jt]sx?$/, '');
    return this.links.sources.namesIn(posix.dirname(base)).some((name) => name.startsWith(`${stem}.`));
  }

  private ofPython(file: string, { specifier, names }: DigestedImport): Phantom | undefined {
    const { python } = this.links;
    const imported = names.map(([, name]) => name).filter((name) => name !== '*');
    const reference = pythonReference(specifier, imported);
    if (python.resolve(file, reference).length > 0) return undefined;
    if (reference.level > 0) return this.missingRelative(file, specifier, reference.level);
    const top = reference.module.split('.')[0] ?? '';
    // A package without __init__.py, one whose rest is installed elsewhere, or one whose folder is put on the path at run time.
    if (python.isLocal(file, reference.module) || this.isFolder(top) || this.isModule(top)) return undefined;
    const why = this.python.whyMissing(file, top);
    return why === undefined ? undefined : { specifier, ...why };
  }

  private missingRelative(file: string, specifier: string, level: number): Phantom | undefined {
    let folder = posix.dirname(file);
    for (let up = 1; up < level; up++) folder = posix.dirname(folder);
    const base = posix.join(folder, ...specifier.slice(level).split('.'));
    const isThere = ['', '.py', '.pyi', '.so', '.pyd', '.pyx'].some((ending) => this.exists(base + ending));
    if (isThere || specifier.length === level || BUILT.test(base) || /(?:^|[/_])version$/.test(base))
      return undefined;
    if (this.compiled(base)) return undefined;
    return { specifier, why: `there is no module ${base}`, certain: true };
  }

  /** `_speedups.cpython-311-x86_64-linux-gnu.so`, or the source it is built from. */
  private compiled(base: string): boolean {
    const name = posix.basename(base);
    return (
      this.links.sources.namesIn(posix.dirname(base)).some((one) => one.startsWith(`${name}.`)) ||
      name.startsWith('_')
    );
  }

  /** Bundlers and test runners know names for folders that no file says to us. */
  private isFolder(name: string): boolean {
    if (!this.folderNames) {
      this.folderNames = new Set();
      for (const one of this.links.sources.paths)
        for (const part of posix.dirname(one).split('/')) this.folderNames.add(part);
    }
    return this.folderNames.has(name);
  }

  private isModule(name: string): boolean {
    this.modules ??= new Set(
      [...this.links.sources.paths]
        .filter((one) => one.endsWith('.py'))
        .map((one) => posix.basename(one, '.py')),
    );
    return this.modules.has(name);
  }

  private exists(relative: string): boolean {
    return existsSync(path.join(this.root, relative));
  }
}
