import * as fs from 'node:fs';
import * as path from 'node:path';
import { scopeOfChanges, scopeOfFolder } from '../audit/scope';
import type { Scope } from '../audit/scope';
import { changedFiles, stagedFiles } from '../base/git';
import { relativeInside } from '../base/paths';
import { listSources } from '../sandbox/sources';
import type { AuditArguments } from './auditArguments';

export interface Target {
  /** Absolute. */
  workspace: string;
  /** Absolute. */
  file: string;
  /** As the user knows it. */
  name: string;
}

export interface Targets {
  targets: Target[];
  skipped: Scope['skipped'];
  /** Folders or changes were asked for, not files by name. */
  isWide: boolean;
}

/** The files that a command line stands for. */
export async function chooseTargets(
  { paths, changed, staged, workspace: given }: AuditArguments,
  signal: AbortSignal,
): Promise<Targets> {
  const targets = new Map<string, Target>();
  const chosen: Targets = { targets: [], skipped: [], isWide: changed !== undefined || staged };
  const take = (workspace: string, { files, skipped }: Scope): void => {
    for (const file of files)
      targets.set(path.join(workspace, file), { workspace, file: path.join(workspace, file), name: file });
    chosen.skipped.push(...skipped);
  };
  if (changed !== undefined || staged) {
    const workspace = given ?? process.cwd();
    const listStaged: typeof changedFiles = (root, _reference, abort) => stagedFiles(root, abort);
    const parts = { listFiles: listSources, listChanges: staged ? listStaged : changedFiles };
    const scope = await scopeOfChanges(workspace, changed === '' ? undefined : changed, parts, signal);
    take(workspace, paths.length === 0 ? scope : within(scope, workspace, paths));
  } else {
    for (const name of paths) {
      const absolute = path.resolve(name);
      const isFolder = fs.statSync(absolute, { throwIfNoEntry: false })?.isDirectory() ?? false;
      const workspace = given ?? workspaceOf(absolute, isFolder);
      if (isFolder) {
        chosen.isWide = true;
        take(workspace, await scopeOfFolder(workspace, absolute, listSources, signal));
      } else targets.set(absolute, { workspace, file: absolute, name });
    }
  }
  chosen.targets.push(...targets.values());
  return chosen;
}

/** Of the changed files, those that are named or lie in a named folder. */
function within({ files, skipped }: Scope, workspace: string, paths: readonly string[]): Scope {
  const roots = paths.map((name) => path.resolve(name));
  const isWanted = (file: string): boolean => {
    const absolute = path.join(workspace, file);
    return roots.some((root) => root === absolute || relativeInside(root, absolute) !== undefined);
  };
  return { files: files.filter(isWanted), skipped: skipped.filter(({ path: file }) => isWanted(file)) };
}

const MANIFESTS = ['package.json', 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', '.git'];

/** The current folder when it holds the path, otherwise the nearest folder above with a manifest. */
function workspaceOf(absolute: string, isFolder: boolean): string {
  const current = process.cwd();
  if (absolute === current || relativeInside(current, absolute) !== undefined) return current;
  const nearest = isFolder ? absolute : path.dirname(absolute);
  for (let folder = nearest; ; folder = path.dirname(folder)) {
    if (MANIFESTS.some((name) => fs.existsSync(path.join(folder, name)))) return folder;
    if (folder === path.dirname(folder)) return nearest;
  }
}
