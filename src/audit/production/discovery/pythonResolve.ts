import { posix } from 'node:path';
import { PythonRoots } from './pythonRoots';
import { foldersAbove } from './sources';
import type { WorkspaceSources } from './sources';
import type { PythonImport } from './pythonScan';

const PROJECT_FILES = [
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'pytest.ini',
  'tox.ini',
  'requirements.txt',
];

/** The name a Python file is imported by, and the folder that has to be on the path for it. */
export interface PythonModule {
  name: string;
  root: string;
}

/** A file an import runs; `onTheWay` when it is only a package around the module that was asked for. */
export interface PythonTarget {
  path: string;
  onTheWay: boolean;
}

/** Follows imports of Python inside a workspace: packages, relative imports, src layouts. */
export class PythonResolver {
  private readonly roots: PythonRoots;

  constructor(private readonly sources: WorkspaceSources) {
    this.roots = new PythonRoots(sources);
  }

  /** The folder of the nearest project file above `path`; the workspace when there is none. */
  projectFolder(path: string): string {
    return (
      foldersAbove(path).find((folder) =>
        PROJECT_FILES.some((name) => this.sources.has(posix.join(folder, name))),
      ) ?? ''
    );
  }

  /** Folders that `path` can import from, in the order they are tried. */
  importRoots(path: string): string[] {
    const projects = new Set([this.projectFolder(path), '']);
    const roots = [...projects].flatMap((folder) =>
      this.roots.of(folder).filter((root) => projects.has(root) || this.hasFolder(root)),
    );
    return [...new Set([this.packageParent(path), ...roots])];
  }

  /** How `path` has to be imported so that its relative imports work. */
  moduleOf(path: string): PythonModule {
    let root = this.packageParent(path);
    const folder = folderOf(path);
    const insidePackage = this.sources.has(posix.join(folder, '__init__.py'));
    if (!insidePackage && /^\s*from\s+\./m.test(this.sources.text(path) ?? '')) {
      // A namespace package has no __init__.py: its top is the folder next to the project's import root.
      root =
        this.importRoots(path)
          .slice(1)
          .filter((candidate) => candidate !== folder && isInside(folder, candidate))
          .sort((a, b) => b.length - a.length)[0] ?? root;
    }
    const relative = root === '' ? path : path.slice(root.length + 1);
    const name = relative.replace(/(?:^|\/)__init__\.py$|\.py$/, '').replaceAll('/', '.');
    return { name, root };
  }

  /** Every file of the workspace that runs because of an import: the module, its packages, modules taken by name. */
  resolve(importer: string, reference: PythonImport): PythonTarget[] {
    const parts = reference.module === '' ? [] : reference.module.split('.');
    const roots =
      reference.level > 0 ? this.relativeRoot(importer, reference.level) : this.importRoots(importer);
    for (const root of roots) {
      const found = this.filesOf(root, parts, reference);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** Whether the top package of a dotted name lies in the workspace, so that a missing part of it is missing for real. */
  isLocal(importer: string, module: string): boolean {
    const top = module.split('.')[0] ?? '';
    return this.importRoots(importer).some((root) => {
      const base = posix.join(root, top);
      return this.sources.has(`${base}.py`) || this.hasFolder(base);
    });
  }

  private filesOf(root: string, parts: readonly string[], reference: PythonImport): PythonTarget[] {
    const files: PythonTarget[] = [];
    let base = root;
    for (const [index, part] of parts.entries()) {
      base = posix.join(base, part);
      const isLast = index === parts.length - 1;
      if (this.sources.has(`${base}/__init__.py`))
        files.push({ path: `${base}/__init__.py`, onTheWay: !isLast });
      else if (isLast && this.sources.has(`${base}.py`)) files.push({ path: `${base}.py`, onTheWay: false });
      else if (!this.hasFolder(base)) return isLast ? files : [];
    }
    if (parts.length === 0 && this.sources.has(posix.join(base, '__init__.py'))) {
      files.push({ path: posix.join(base, '__init__.py'), onTheWay: false });
    }
    for (const name of reference.names) {
      for (const candidate of [`${posix.join(base, name)}.py`, posix.join(base, name, '__init__.py')]) {
        if (this.sources.has(candidate)) files.push({ path: candidate, onTheWay: false });
      }
    }
    return files;
  }

  private relativeRoot(importer: string, level: number): string[] {
    let folder = folderOf(importer);
    for (let up = 1; up < level; up++) {
      if (folder === '') return [];
      folder = folderOf(folder);
    }
    return [folder];
  }

  /** The first folder upward that is no package. */
  private packageParent(path: string): string {
    let folder = folderOf(path);
    while (folder !== '' && this.sources.has(posix.join(folder, '__init__.py'))) folder = folderOf(folder);
    return folder;
  }

  private folders: Set<string> | undefined;

  private hasFolder(folder: string): boolean {
    if (!this.folders) {
      this.folders = new Set(['']);
      for (const path of this.sources.paths)
        if (path.endsWith('.py')) for (const above of foldersAbove(path)) this.folders.add(above);
    }
    return this.folders.has(folder);
  }
}

function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}

function isInside(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
