import { posix } from 'node:path';
import { oneLine } from '../../../base/text';
import type { UsedRunner } from '../../report';
import { familyOf } from '../discovery/importGraph';
import type { ImportGraph } from '../discovery/importGraph';
import type { WorkspaceSources } from '../discovery/sources';
import { manifestFolder } from '../runners/chooseRunner';

/** The command by which a project runs its tests. */
export interface ProjectScript {
  /** Text for a shell. */
  command: string;
  /** Folder it is run in, relative to the workspace. */
  folder: string;
  /** The manifest it stands in; undefined for one from the settings. */
  manifest: string | undefined;
}

/** What npm writes into a new package.json. */
const PLACEHOLDER = /no test specified/;

/** The test script that governs `path`: `wanted`, else that of the nearest package.json that has one. */
export function findProjectScript(
  path: string,
  wanted: string,
  sources: WorkspaceSources,
  graph: ImportGraph,
): ProjectScript | undefined {
  const isPython = familyOf(path) === 'python';
  if (wanted.trim() !== '') {
    const folder = isPython ? graph.python.projectFolder(path) : manifestFolder(sources, path);
    return { command: wanted.trim(), folder, manifest: undefined };
  }
  // A package.json above Python files is another program's: its image has no Python.
  if (isPython) return undefined;
  const manifest = sources
    .manifestsAbove(path)
    .find(({ scripts }) => scripts['test'] !== undefined && !PLACEHOLDER.test(scripts['test']));
  if (!manifest) return undefined;
  const { pretest, test, posttest } = manifest.scripts;
  return {
    // As npm does: each only after the one before it has ended well.
    command: [pretest, test, posttest].filter((part) => part !== undefined && part !== '').join(' && '),
    folder: manifest.folder,
    manifest: posix.join(manifest.folder, 'package.json'),
  };
}

export function describeScript({ command, manifest }: ProjectScript): UsedRunner {
  const from = manifest === undefined ? 'with the command of the settings' : `with "test" of ${manifest}`;
  return { name: 'script', why: `chosen in the settings, ${from}: ${oneLine(command, 200)}`, tests: [] };
}
