import * as path from 'node:path';
import { posix } from 'node:path';
import ignore from 'ignore';
import type { SandboxFile } from '../sandbox';
import { isInside } from '../workspaceWalk';
import { isRecord, listFolder, parseJsonObject, readProjectFile } from './dependencyProject';

/** What of a manifest decides what is installed. Scripts, among others, are not: they are not even sent. */
const COUNTS = [
  'name',
  'version',
  'private',
  'os',
  'cpu',
  'libc',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'dependenciesMeta',
  'bundleDependencies',
  'bundledDependencies',
  'overrides',
  'resolutions',
  'workspaces',
  'pnpm',
  'installConfig',
];
const MAX_MEMBERS = 2000;
const MAX_DEPTH = 6;

/** The manifests of a project and of the named members, reduced to what counts; a member without one is passed over. */
export async function collectManifests(
  workspace: string,
  folder: string,
  members: readonly string[],
): Promise<{ files: SandboxFile[]; members: string[] }> {
  const files: SandboxFile[] = [];
  const found: string[] = [];
  for (const member of ['', ...members].slice(0, MAX_MEMBERS)) {
    if (member !== '' && !isInside(member)) continue;
    const place = posix.join(member, 'package.json');
    const manifest = parseJsonObject(await readProjectFile(workspace, posix.join(folder, place)));
    if (manifest === undefined) continue;
    const kept = Object.fromEntries(
      COUNTS.filter((name) => manifest[name] !== undefined).map((name) => [name, manifest[name]]),
    );
    files.push({ path: place, content: Buffer.from(JSON.stringify(kept, undefined, 1)) });
    found.push(member);
  }
  return { files, members: found };
}

/** Folders with a manifest that the patterns of a `workspaces` field name, relative to the project. */
export async function workspaceMembers(workspace: string, folder: string, field: unknown): Promise<string[]> {
  const list = isRecord(field) ? field['packages'] : field;
  const patterns = (Array.isArray(list) ? list : []).filter((pattern) => typeof pattern === 'string');
  if (patterns.length === 0) return [];
  const matcher = ignore().add(
    patterns.map((pattern) => pattern.replace(/^(!?)(?:\.\/)?/, '$1/').replace(/\/$/, '')),
  );
  const members: string[] = [];
  const visit = async (at: string, depth: number): Promise<void> => {
    for (const entry of await listFolder(path.join(workspace, folder, at))) {
      if (!entry.isDirectory() || entry.name === 'node_modules' || entry.name === '.git') continue;
      const child = posix.join(at, entry.name);
      if (matcher.ignores(child) && members.length < MAX_MEMBERS) {
        const names = await listFolder(path.join(workspace, folder, child));
        if (names.some(({ name }) => name === 'package.json')) members.push(child);
      }
      if (depth < MAX_DEPTH) await visit(child, depth + 1);
    }
  };
  await visit('', 1);
  return members.sort();
}
