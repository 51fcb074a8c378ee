import * as path from 'node:path';
import { hasCode, UserError } from '../base/errors';
import { listFolder } from './folder';
import type { FolderListing, LogName } from './folder';
import { readManifest } from './generation';
import type { Manifest } from './generation';
import { readLog } from './logReader';
import { newestGeneration, Outrun, report, salvageSnapshots } from './recovery';
import type { ReplicaOptions, Salvage } from './recovery';
import { SCHEMA_VERSION } from './schema';
import { StateIndex } from './stateIndex';
import { oldRows } from './singleFile';

/** Why what was read must not become a new generation. */
export type Hindrance = 'newer version' | 'unreadable';

const DAY_MS = 86_400_000;
const MOST_RELOADS = 5;

/** The rows of a state folder as far as this process has read its files. Never looks at anything but the files. */
export class Replica {
  /** What the snapshot that was loaded says; undefined before the first one. */
  base: Manifest | undefined;
  /** What the folder held at the last look. */
  listing: FolderListing = { logs: [], manifests: [], snapshots: [] };
  hindrance: Hindrance | undefined;
  importedOldFile = false;
  /** Version of the last "Clear History"; empty before one. */
  cleared = '';
  /** Rows taken from damaged snapshots because none is whole. */
  salvaged = 0;
  /** Bytes and records read from logs since the snapshot. */
  readonly sinceSnapshot = { bytes: 0, records: 0 };
  readonly positions = new Map<string, number>();
  readonly closed = new Set<string>();
  /** Newest generation whose manifest was looked at. */
  private seen = 0;

  private constructor(
    private readonly options: ReplicaOptions,
    public index: StateIndex,
  ) {}

  static async open(options: ReplicaOptions): Promise<Replica> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await Replica.load(options);
      } catch (error) {
        if (!(error instanceof Outrun) || attempt === MOST_RELOADS) throw error;
      }
    }
  }

  /** Reads what was added since. False when only `open` can catch up, because files went before they were read. */
  async refresh(): Promise<boolean> {
    try {
      this.listing = await listFolder(this.options.files, this.options.folder);
      await this.followManifests();
      await this.readLogs();
      return true;
    } catch (error) {
      if (error instanceof Outrun) return false;
      throw error;
    }
  }

  /** Number of the newest generation, finished or not. */
  get newestNumber(): number {
    const [manifest] = this.listing.manifests;
    if (this.salvaged === 0) return manifest?.generation ?? 0;
    return Math.max(
      0,
      ...[...this.listing.manifests, ...this.listing.snapshots].map((file) => file.generation),
    );
  }

  /** Takes note that what was read so far is a generation now. */
  rebase(manifest: Manifest): void {
    this.base = manifest;
    this.seen = manifest.generation;
    this.importedOldFile = false;
    this.salvaged = 0;
    this.sinceSnapshot.bytes = this.sinceSnapshot.records = 0;
  }

  close(): void {
    this.index.close();
  }

  private static async load(options: ReplicaOptions): Promise<Replica> {
    const listing = await listFolder(options.files, options.folder);
    const found = await newestGeneration(options, listing);
    const replica = new Replica(options, found.index ?? StateIndex.open(await options.sql));
    replica.listing = listing;
    replica.seen = listing.manifests[0]?.generation ?? 0;
    try {
      if (found.manifest) replica.startFrom(found.manifest);
      else if (found.lost) replica.startFromSalvage(await salvageSnapshots(options, listing));
      else await replica.importOldFile();
      await replica.readLogs();
    } catch (error) {
      replica.close();
      throw error;
    }
    return replica;
  }

  private startFromSalvage({ operations, horizon, isKept }: Salvage): void {
    this.index.apply(operations);
    this.index.dropBefore(this.credible(horizon));
    // What can't be kept elsewhere, or gave nothing, must not be replaced.
    if (operations.length === 0 || !isKept) this.hindrance = 'unreadable';
    this.salvaged = operations.length;
  }

  private startFrom(manifest: Manifest): void {
    this.base = manifest;
    this.cleared = manifest.cleared ?? '';
    for (const [log, position] of Object.entries(manifest.consumed)) this.positions.set(log, position);
    for (const log of manifest.closed) this.closed.add(log);
    if (manifest.clock > this.index.clock) this.index.clock = manifest.clock;
    if (manifest.schema > SCHEMA_VERSION) this.hindrance = 'newer version';
    // What lies before it is not in the snapshot.
    this.index.ignoreBefore(this.credible(manifest.horizon));
  }

  /** A horizon from a time when the clock was ahead must not swallow what is saved now. */
  private credible(horizon: string): string {
    const yesterday = new Date(this.options.now() - DAY_MS).toISOString();
    return horizon < yesterday ? horizon : yesterday;
  }

  private observeClearing(version: string | undefined): void {
    if (version !== undefined && version > this.cleared) this.cleared = version;
  }

  private async importOldFile(): Promise<void> {
    const { oldFile, files, folder, sql } = this.options;
    if (oldFile === undefined) return;
    try {
      const bytes = await files.read(oldFile);
      this.index.apply(oldRows(await sql, bytes));
      this.importedOldFile = true;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return;
      if (error instanceof UserError || hasCode(error, 'EACCES')) throw error;
      await report(this.options, path.join(folder, path.basename(oldFile)), 'unreadable', oldFile);
    }
  }

  /** A newer generation tells which logs were collected; those not read to their end are lost to this replica. */
  private async followManifests(): Promise<void> {
    const newest = this.listing.manifests[0];
    // Deleted by hand, or the number of a process that was overtaken.
    if ((newest?.generation ?? 0) < this.seen) throw new Outrun();
    if (!newest || newest.generation === this.seen) return;
    const { files, folder } = this.options;
    const read = await readManifest(files, folder, newest.name);
    if (read.state === 'unfinished') return;
    // Manifests name only the logs that were there at their time, so one that was missed leaves a doubt.
    if (read.state !== 'valid' || newest.generation > this.seen + 1) throw new Outrun();
    this.seen = newest.generation;
    const present = new Set(this.listing.logs.map(({ name }) => name));
    for (const [log, consumed] of Object.entries(read.manifest.consumed)) {
      if (consumed > (this.positions.get(log) ?? 0) && !present.has(log)) throw new Outrun();
    }
    if (read.manifest.minReader > SCHEMA_VERSION) throw new Outrun();
    this.index.dropBefore(this.credible(read.manifest.horizon));
    this.observeClearing(read.manifest.cleared);
  }

  private async readLogs(): Promise<void> {
    // Most logs have nothing new, and each question waits for this.
    const reads = await Promise.allSettled(this.listing.logs.map(async (log) => this.hasMore(log)));
    for (const [i, read] of reads.entries()) {
      const log = this.listing.logs[i];
      if (read.status === 'rejected') throw read.reason;
      if (log && read.value) await this.readLog(log);
    }
  }

  private async hasMore({ name }: LogName): Promise<boolean> {
    try {
      const { size } = await this.options.files.stat(path.join(this.options.folder, name));
      return size > (this.positions.get(name) ?? 0);
    } catch (error) {
      throw hasCode(error, 'ENOENT') ? new Outrun() : error;
    }
  }

  private async readLog({ name }: LogName): Promise<void> {
    const { files, folder } = this.options;
    const from = this.positions.get(name) ?? 0;
    const read = await readLog(files, path.join(folder, name), from).catch((error: unknown) => {
      throw hasCode(error, 'ENOENT') ? new Outrun() : error;
    });
    if (!read) return;
    if (read.newer) this.hindrance ??= 'newer version';
    const known = this.index.apply(read.transactions.flatMap(({ operations }) => operations));
    if (!known) this.hindrance ??= 'newer version';
    if (read.transactions.some(({ closes }) => closes)) this.closed.add(name);
    for (const { clears, operations } of read.transactions) {
      if (clears) this.observeClearing(operations[0]?.version);
    }
    this.positions.set(name, read.end);
    this.sinceSnapshot.bytes += read.end - from;
    this.sinceSnapshot.records += read.transactions.length;
    if (read.damage) await report(this.options, path.join(folder, name), read.damage);
  }
}
