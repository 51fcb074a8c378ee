import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { posix } from 'node:path';
import { hasCode } from '../../base/errors';
import type { SandboxFile } from '../sandbox';
import { readRegularFile } from '../../base/regularFile';

export type LockKind = 'npm' | 'pnpm' | 'yarn' | 'yarn-berry' | 'uv' | 'poetry' | 'pip';
export type DependencyFamily = 'node' | 'python';

/** A project whose dependencies can be installed: what goes into the installation, and from where it fetches. */
export interface DependencyProject {
  kind: LockKind;
  family: DependencyFamily;
  /** Absolute path of the workspace. */
  workspace: string;
  /** Relative to the workspace; empty for the workspace itself. */
  folder: string;
  /** Names of the lockfiles, relative to the workspace. */
  lockfiles: string[];
  /** Folders that may get a `node_modules`, relative to the project; none in Python. */
  members: string[];
  /** Manifests reduced to what counts, lockfiles and settings, relative to the project. */
  files: SandboxFile[];
  /** `host:port` of everything the installation may reach. */
  hosts: string[];
  /** Where package managers come from; ends with a slash. */
  registry: string;
  /** Packages the lockfile names; undefined where that can't be told. */
  packages: number | undefined;
  /** Version of the lockfile's format, as far as it decides who reads it. */
  format: string;
  /** What a user should know before agreeing: settings that are left out, and the like. */
  notes: string[];
  /** Path of a file with certificates this machine trusts, if one is named. */
  caFile: string | undefined;
}

const MAX_LOCKFILE = 40_000_000;

/** Lockfiles by family, the most exact first. */
const LOCKFILES: Record<DependencyFamily, readonly (readonly [name: string, kind: LockKind])[]> = {
  node: [
    ['npm-shrinkwrap.json', 'npm'],
    ['package-lock.json', 'npm'],
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
  ],
  python: [
    ['uv.lock', 'uv'],
    ['poetry.lock', 'poetry'],
    ['requirements.txt', 'pip'],
    ['requirements-dev.txt', 'pip'],
  ],
};

/** The nearest folder at or above `file` with a lockfile, and which; undefined when there is none in the workspace. */
export async function findLockfile(
  workspace: string,
  file: string,
  family: DependencyFamily,
): Promise<{ folder: string; name: string; kind: LockKind } | undefined> {
  for (let folder = posix.dirname(file); ; folder = posix.dirname(folder)) {
    for (const [name, kind] of LOCKFILES[family]) {
      const stat = await fs.lstat(path.join(workspace, folder, name)).catch(() => undefined);
      if (stat?.isFile()) return { folder: folder === '.' ? '' : folder, name, kind };
    }
    if (folder === '.' || folder === '/' || folder.startsWith('..')) return undefined;
  }
}

/** The text of a regular file of the workspace; undefined when there is none, it is a link or far too large. */
export async function readProjectFile(workspace: string, file: string): Promise<string | undefined> {
  try {
    return (await readRegularFile(path.join(workspace, file), MAX_LOCKFILE)).toString('utf8');
  } catch {
    return undefined;
  }
}

/** The same for the same manifests, lockfiles and settings; 64 hexadecimal digits. */
export function fingerprintOf({ files }: DependencyProject): string {
  const hash = createHash('sha256');
  for (const { path: file, content } of files) hash.update(`\n${file}\n${content.length}\n`).update(content);
  return hash.digest('hex');
}

/** Names in a folder of the workspace; none when it can't be read. */
export async function listFolder(folder: string): Promise<Dirent[]> {
  try {
    return await fs.readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR') || hasCode(error, 'EACCES')) return [];
    throw error;
  }
}

export function parseJsonObject(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
