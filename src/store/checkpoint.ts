import * as path from 'node:path';
import type { FileSystem } from './fileSystem';
import { hasCode } from '../base/errors';
import { listFolder, manifestName } from './folder';
import type { LogName } from './folder';
import { publishGeneration, readManifest, readSnapshot } from './generation';
import type { Manifest } from './generation';
import { HEADER_BYTES } from './record';
import type { ReplicaOptions } from './recovery';
import { Replica } from './replica';
import type { Hindrance } from './replica';
import { MIN_READER, SCHEMA_VERSION } from './schema';
import { versionAt } from './versionClock';

export interface CheckpointOptions extends ReplicaOptions {
  /** Days for which audit results are kept. */
  keepDays: number;
  /** Audit results beyond about this many bytes are dropped, the oldest first. */
  capBytes: number;
}

export type CheckpointOutcome =
  | { kind: 'published'; generation: number; replica: Replica; cappedAt: string | undefined }
  /** Another process published first. */
  | { kind: 'lost' }
  | { kind: 'refused'; hindrance: Hindrance };

const DAY_MS = 86_400_000;
/** Twice what a writer may be silent before it starts a new log. */
const SILENT_MS = 48 * 3_600_000;
/** A process that publishes does not take longer. */
const UNFINISHED_MS = 60_000;
const GENERATIONS_KEPT = 2;

/**
 * Publishes what the files say as a new generation, drops what its retention has ended for, and collects the logs that
 * nobody needs any more. Starts from the files and never from what this process has in memory: it may be behind.
 */
export async function checkpoint(options: CheckpointOptions): Promise<CheckpointOutcome> {
  const { files, folder } = options;
  await files.makeFolder(folder);
  const replica = await Replica.open(options);
  let published = false;
  try {
    if (replica.hindrance) return { kind: 'refused', hindrance: replica.hindrance };
    const { facts, cappedAt } = await nextGeneration(replica, options);
    if (!(await isFree(options, replica, facts.generation))) return { kind: 'lost' };
    const manifest = await publishGeneration(files, folder, replica.index.export(), facts);
    if (!manifest || (await wasOvertaken(options, manifest))) return { kind: 'lost' };
    published = true;
    await collect(options);
    // What is in memory now is the snapshot; it only has to say so.
    replica.rebase(manifest);
    return { kind: 'published', generation: manifest.generation, replica, cappedAt };
  } finally {
    if (!published) replica.close();
  }
}

type Facts = Parameters<typeof publishGeneration>[3];

async function nextGeneration(
  replica: Replica,
  { now, keepDays, capBytes }: CheckpointOptions,
): Promise<{ facts: Facts; cappedAt: string | undefined }> {
  const { base, listing, index } = replica;
  const retentionWaits = !agreesOnDate(base, now());
  let horizon = base?.horizon ?? '';
  if (!retentionWaits) {
    const ended = new Date(now() - keepDays * DAY_MS).toISOString();
    // It only moves forward, unless it was set while the clock was wrong.
    if (ended > horizon || horizon > new Date(now() - DAY_MS).toISOString()) horizon = ended;
    index.forgetRemovals(versionAt(Date.parse(horizon)));
    index.dropBefore(horizon);
  }
  const cappedAt = index.shrinkTo(capBytes);
  index.compact();
  const present = new Set(listing.logs.map(({ name }) => name));
  const facts: Facts = {
    generation: replica.newestNumber + 1,
    schema: SCHEMA_VERSION,
    minReader: MIN_READER,
    consumed: Object.fromEntries([...replica.positions].filter(([name]) => present.has(name))),
    closed: [...replica.closed].filter((name) => present.has(name)),
    horizon,
    retentionWaits,
    cleared: replica.cleared,
    clock: index.clock,
    createdAt: new Date(now()).toISOString(),
  };
  return { facts, cappedAt };
}

/** A clock that jumped must not end the retention of everything, so two checkpoints have to see about the same date. */
function agreesOnDate(base: Manifest | undefined, now: number): boolean {
  return base !== undefined && Math.abs(now - Date.parse(base.createdAt)) < DAY_MS;
}

/** The number after the newest manifest, except that a first one that was never finished is taken away. */
async function isFree(
  { files, folder }: CheckpointOptions,
  replica: Replica,
  generation: number,
): Promise<boolean> {
  const [newest] = replica.listing.manifests;
  if (!newest || replica.base || replica.salvaged > 0) return true;
  const file = path.join(folder, newest.name);
  const stat = await files.stat(file).catch(() => undefined);
  if (!stat || generation !== 2 || Date.now() - stat.modified < UNFINISHED_MS) return false;
  await files.remove(file);
  return false;
}

/** True when a process that was suspended published a number long after its time. */
async function wasOvertaken(
  { files, folder }: CheckpointOptions,
  { generation, snapshot }: Manifest,
): Promise<boolean> {
  const { manifests } = await listFolder(files, folder);
  if (manifests[0]?.generation === generation) return false;
  for (const { name, generation: other } of manifests) {
    if (other <= generation) break;
    if ((await readManifest(files, folder, name)).state !== 'valid') continue;
    await files.remove(path.join(folder, manifestName(generation)));
    await files.remove(path.join(folder, snapshot));
    return true;
  }
  return false;
}

/**
 * Removes what is not needed to get back to any of the kept generations, which are read back whole first. A log goes
 * only when each of them holds all of it and its writer is done with it.
 */
async function collect({ files, folder, now }: CheckpointOptions): Promise<void> {
  const listing = await listFolder(files, folder);
  const kept: Manifest[] = [];
  for (const { name } of listing.manifests) {
    const read = await readManifest(files, folder, name);
    if (read.state !== 'valid' || !('bytes' in (await readSnapshot(files, folder, read.manifest)))) continue;
    kept.push(read.manifest);
    if (kept.length === GENERATIONS_KEPT) break;
  }
  if (kept.length < GENERATIONS_KEPT) return;
  const oldest = Math.min(...kept.map(({ generation }) => generation));
  const superseded = [...listing.manifests, ...listing.snapshots].filter((file) => file.generation < oldest);
  for (const { name } of superseded) await files.remove(path.join(folder, name));
  const lastUsed = await lastSegments(files, folder, listing.logs);
  for (const log of listing.logs) {
    const stat = await statOf(files, path.join(folder, log.name));
    if (!stat || kept.some(({ consumed }) => (consumed[log.name] ?? 0) < stat.size)) continue;
    const isOver =
      log.segment < (lastUsed.get(log.writer) ?? 0) ||
      kept.some(({ closed }) => closed.includes(log.name)) ||
      Math.abs(now() - stat.modified) > SILENT_MS;
    if (isOver) await files.remove(path.join(folder, log.name));
  }
  // Only so that a loss of power brings no text back that was cleared.
  await files.syncFolder(folder);
}

/** The last log of each writer that holds a record; one that is only prepared does not mean the one before is done. */
async function lastSegments(
  files: FileSystem,
  folder: string,
  logs: LogName[],
): Promise<Map<string, number>> {
  const last = new Map<string, number>();
  for (const { name, writer, segment } of logs) {
    const stat = await statOf(files, path.join(folder, name));
    if (!stat || stat.size <= HEADER_BYTES) continue;
    last.set(writer, Math.max(segment, last.get(writer) ?? 0));
  }
  return last;
}

async function statOf(files: FileSystem, file: string) {
  try {
    return await files.stat(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
