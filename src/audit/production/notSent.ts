import { statSync } from 'node:fs';
import * as path from 'node:path';
import { posix } from 'node:path';
import { relativeInside } from '../../base/paths';
import { moduleFileCandidates } from './discovery/moduleFiles';
import type { ImportGraph } from './discovery/importGraph';
import { familyOf } from './discovery/importGraph';
import type { WorkspaceSources } from './discovery/sources';
import { aliasTargets } from './discovery/tsconfig';
import { insideWorkspace } from './layout';

/** What the sandbox did not get of a workspace, to be asked by the name under which something was not found there. */
export interface NotSent {
  /** A module as an error names it, asked for by the file `importer`; undefined when nobody has it. */
  module(importer: string, specifier: string): string | undefined;
  /** A path that a failed test names, relative to the workspace or to `folder`. */
  path(message: string, folder: string): string | undefined;
}

const NO_SUCH_FILE = /(?:ENOENT|No such file or directory)[^'"\n]{0,200}['"]([^'"\n]{1,1000})['"]/;

/** Answers in words that name the file and why it stayed behind. Looks at nothing outside of `workspace`. */
export function notSentFrom(
  workspace: string,
  withheld: readonly { path: string; why: string }[],
  sources: WorkspaceSources,
  graph: ImportGraph,
): NotSent {
  const describe = (candidates: readonly string[]): string | undefined => {
    const there = candidates.find((candidate) => !sources.has(candidate) && existsIn(workspace, candidate));
    if (there === undefined) return undefined;
    const rule = withheld.find((entry) => isAtOrBelow(there, entry.path.replace(/\/$/, '')));
    return `${there}, which is not sent to the sandbox (${rule?.why ?? 'an ignore file names it'})`;
  };
  return {
    module: (importer, specifier) =>
      describe(
        familyOf(importer) === 'python'
          ? pythonPlaces(graph, importer, specifier)
          : javascriptPlaces(sources, importer, specifier),
      ),
    path: (message, folder) => {
      const name = NO_SUCH_FILE.exec(message)?.[1];
      return name === undefined ? undefined : describe([posix.join(folder, name), posix.normalize(name)]);
    },
  };
}

function javascriptPlaces(sources: WorkspaceSources, importer: string, specifier: string): string[] {
  const settings = sources.typeScriptSettings(importer);
  const resolved = insideWorkspace(specifier);
  if (resolved !== undefined) return moduleFileCandidates(resolved);
  const places = /^\.{1,2}(?:\/|$)/.test(specifier)
    ? [posix.join(posix.dirname(importer), specifier)]
    : [specifier, ...(settings ? aliasTargets(specifier, settings) : [])];
  return places.flatMap(moduleFileCandidates).filter((place) => /\.\w+$/.test(place));
}

function pythonPlaces(graph: ImportGraph, importer: string, module: string): string[] {
  const relative = module.replaceAll('.', '/');
  return graph.python
    .importRoots(importer)
    .map((root) => posix.join(root, relative))
    .flatMap((base) => [`${base}.py`, `${base}/__init__.py`]);
}

function isAtOrBelow(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}

function existsIn(workspace: string, file: string): boolean {
  const absolute = path.resolve(workspace, file);
  if (relativeInside(workspace, absolute) === undefined) return false;
  try {
    return statSync(absolute, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    // Links in a circle and folders that can't be read hold nothing for us.
    return false;
  }
}
