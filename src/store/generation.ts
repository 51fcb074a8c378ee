import { createHash, randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { crc32 } from 'node:zlib';
import type { FileSystem } from './fileSystem';
import { hasCode } from '../base/errors';
import { createDurably } from './fileSystem';
import { manifestName, snapshotName } from './folder';
import { checksumPages } from './salvage';

/** What makes a snapshot part of the state: a generation is a snapshot and its manifest, neither ever changed. */
export interface Manifest {
  generation: number;
  /** `user_version` of the snapshot, and the least one whose code can read it. */
  schema: number;
  minReader: number;
  snapshot: string;
  size: number;
  sha256: string;
  /** `checksumPages` of the snapshot; manifests of the first version have none. */
  pages?: string;
  /** Up to which position each log is part of the snapshot. */
  consumed: Record<string, number>;
  /** Logs to which nothing will be appended. */
  closed: string[];
  /** Audit results created before it are gone for good; ISO UTC, empty at first. */
  horizon: string;
  /** True when the date looked doubtful, so that nothing was dropped. */
  retentionWaits: boolean;
  /** Version of the last "Clear History"; empty before one. */
  cleared?: string;
  /** Greatest version in the snapshot. */
  clock: string;
  createdAt: string;
}

export type ManifestRead =
  | { state: 'valid'; manifest: Manifest }
  /** `unfinished`: its writer was killed, or is about to finish it. */
  | { state: 'unfinished' | 'damaged' | 'gone' };

export type SnapshotRead = { bytes: Buffer } | { problem: 'missing' | 'damaged' };

const HIGHEST_GENERATION = 9_999_999_999;

export async function readManifest(files: FileSystem, folder: string, name: string): Promise<ManifestRead> {
  let text: string;
  try {
    text = (await files.read(path.join(folder, name))).toString('utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { state: 'gone' };
    throw error;
  }
  const parts = /^([^\n]*)\n([0-9a-f]{8})\n$/.exec(text);
  if (!parts) return { state: text.includes('\n') ? 'damaged' : 'unfinished' };
  const [, json = '', sum = ''] = parts;
  if (checksum(json) !== sum) return { state: 'damaged' };
  const manifest = parseManifest(json);
  const isNamed = manifest !== undefined && manifestName(manifest.generation) === name;
  return isNamed ? { state: 'valid', manifest } : { state: 'damaged' };
}

/** A checksum says only that the bytes are those that were written, which may have been by another program. */
function parseManifest(json: string): Manifest | undefined {
  let value: Partial<Record<keyof Manifest, unknown>>;
  try {
    value = JSON.parse(json) as typeof value;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const counts = [value.generation, value.schema, value.minReader, value.size];
  const texts = [value.snapshot, value.sha256, value.horizon, value.clock, value.createdAt];
  const { consumed, closed, generation } = value;
  const isSound =
    counts.every((count) => Number.isSafeInteger(count) && Number(count) >= 0) &&
    Number(generation) <= HIGHEST_GENERATION &&
    texts.every((text) => typeof text === 'string') &&
    [value.pages, value.cleared].every((text) => text === undefined || typeof text === 'string') &&
    typeof consumed === 'object' &&
    consumed !== null &&
    Object.values(consumed).every((position) => Number.isSafeInteger(position) && Number(position) >= 0) &&
    Array.isArray(closed);
  return isSound ? (value as Manifest) : undefined;
}

/** The bytes of a snapshot if they are those that were published. */
export async function readSnapshot(
  files: FileSystem,
  folder: string,
  manifest: Manifest,
): Promise<SnapshotRead> {
  let bytes: Buffer;
  try {
    bytes = await files.read(path.join(folder, path.basename(manifest.snapshot)));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { problem: 'missing' };
    throw error;
  }
  const intact = bytes.length === manifest.size && sha256(bytes) === manifest.sha256;
  return intact ? { bytes } : { problem: 'damaged' };
}

/**
 * Publishes a generation, or does nothing when its number is taken: of two processes that publish the same one, one
 * wins. Resolves to the manifest, or to undefined for the loser.
 */
export async function publishGeneration(
  files: FileSystem,
  folder: string,
  snapshot: Uint8Array,
  facts: Omit<Manifest, 'snapshot' | 'size' | 'sha256' | 'pages'>,
): Promise<Manifest | undefined> {
  const name = snapshotName(facts.generation, randomBytes(4).toString('hex'));
  const snapshotPath = path.join(folder, name);
  try {
    await createDurably(files, snapshotPath, snapshot);
    const manifest: Manifest = {
      ...facts,
      snapshot: name,
      size: snapshot.length,
      sha256: sha256(snapshot),
      pages: checksumPages(snapshot),
    };
    const json = JSON.stringify(manifest);
    const content = Buffer.from(`${json}\n${checksum(json)}\n`);
    await createDurably(files, path.join(folder, manifestName(facts.generation)), content);
    return manifest;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) {
      await files.remove(snapshotPath);
      return undefined;
    }
    // The manifest may be whole in spite of the error, so its snapshot stays; clean-up takes what nothing refers to.
    throw error;
  }
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
