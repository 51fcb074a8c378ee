import * as path from 'node:path';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import { Claims } from '../base/claims';
import type { Claim } from '../base/claims';
import type { FileSystem } from './fileSystem';
import { claimFiles, realFileSystem } from './fileSystem';
import { isEmpty, listFolder } from './folder';
import { watchFolder } from './folderWatch';
import type { Answer, CheckpointReport, ExportedFiles, StateReader, Verification } from './indexService';
import { LogWriter } from './logWriter';
import { encodeTransaction } from './operation';
import type { Operation } from './operation';
import type { Damage } from './quarantine';
import { columnsOf } from './query';
import type { AnyQuery, Query, QueryResult } from './query';
import type { Column, Row, TableName } from './schema';
import { TABLE_NAMES } from './schema';
import { VersionClock } from './versionClock';

export interface StoreOptions {
  /** Folder of the state of one workspace; created at the first save. */
  folder: string;
  /** The one-file database of the first version. */
  oldFile?: string;
  reader: StateReader;
  logger: Logger;
  keepDays: () => number;
  /** Told, once each, what a user should know, in sentences: damage and where a copy lies, that the history was cut. */
  onMessage: (message: string) => void;
  files?: FileSystem;
  now?: () => number;
  segmentBytes?: number;
  capBytes?: number;
}

/** A row to be saved whole, or one to be removed. */
export type Change =
  { [Name in TableName]: { table: Name; row: Row<Name> } }[TableName] | { table: TableName; removed: string };

const CAP_BYTES = 32 * 1024 * 1024;
const CHECKPOINT_BYTES = 1024 * 1024;
const CHECKPOINT_SAVES = 1000;
const QUIET_MS = 5_000;
const LAST_WORD = encodeTransaction({ operations: [], closes: true, clears: false });

/**
 * The state of one workspace. A save resolves when it would survive a loss of power; reads see every save of every
 * process that resolved before. Nothing is loaded and no file made before it is needed.
 */
export class Store {
  private readonly files: FileSystem;
  private readonly writer: LogWriter;
  private readonly clock: VersionClock;
  private readonly listeners = new Set<() => void>();
  private readonly told = new Set<string>();
  private readonly unsaved = { bytes: 0, saves: 0 };
  private checkpointTimer: NodeJS.Timeout | undefined;
  private isKnownToExist = false;
  /** Version of the first save that may be in the log in use; empty before one. */
  private logSince = '';
  private leaving: Promise<void> | undefined;
  private stopWatching: Promise<() => void> | undefined;

  constructor(private readonly options: StoreOptions) {
    const { folder, logger, now = Date.now, segmentBytes } = options;
    this.files = options.files ?? realFileSystem;
    this.writer = new LogWriter({
      folder,
      files: this.files,
      logger,
      now,
      ...(segmentBytes !== undefined && { segmentBytes }),
    });
    this.clock = new VersionClock(this.writer.writer.slice(0, 8), now);
  }

  /** All changes are saved or none. Rejects with a `UserError` when they could not be made durable. */
  save(changes: readonly Change[]): Promise<void> {
    return this.write(changes, false);
  }

  private async write(changes: readonly Change[], clears: boolean): Promise<void> {
    const version = this.clock.next();
    this.logSince ||= version;
    const operations = changes.map((change): Operation => {
      if ('removed' in change) return { table: change.table, id: change.removed, version, row: undefined };
      const { id, ...row } = change.row;
      return { table: change.table, id, version, row };
    });
    await this.append(encodeTransaction({ operations, closes: false, clears }));
  }

  private async append(payload: Buffer): Promise<void> {
    await this.writer.append(payload);
    this.unsaved.bytes += payload.length;
    this.unsaved.saves++;
    const { bytes, saves } = this.unsaved;
    if (bytes > CHECKPOINT_BYTES || saves > CHECKPOINT_SAVES) this.scheduleCheckpoint();
    this.emit();
  }

  select<Name extends TableName>(query: Omit<Query<Name>, 'columns'>): Promise<Row<Name>[]>;
  select<Name extends TableName, Wanted extends Column<Name>>(
    query: Query<Name, Wanted>,
  ): Promise<QueryResult<Name, Wanted>>;
  async select(query: object): Promise<object[]> {
    const [rows = []] = await this.selectEach([query as AnyQuery]);
    return rows;
  }

  /** The rows of two queries at one moment, for the price of one. */
  async selectBoth<
    A extends TableName,
    B extends TableName,
    WantedOfA extends Column<A>,
    WantedOfB extends Column<B>,
  >(
    one: Query<A, WantedOfA>,
    other: Query<B, WantedOfB>,
  ): Promise<[QueryResult<A, WantedOfA>, QueryResult<B, WantedOfB>]> {
    const [rows = [], others = []] = await this.selectEach([one as AnyQuery, other as AnyQuery]);
    return [rows as QueryResult<A, WantedOfA>, others as QueryResult<B, WantedOfB>];
  }

  /** Calls `listener` after each save here, and soon after one in another process. Returns what ends it. */
  onDidChange(listener: () => void): () => void {
    this.listeners.add(listener);
    this.stopWatching ??= this.watch();
    return () => this.listeners.delete(listener);
  }

  /** The right to be the only process that does `name`; undefined when another has it. */
  claim(name: string): Promise<Claim | undefined> {
    return this.claims().take(name);
  }

  isClaimed(name: string): Promise<boolean> {
    return this.claims().isHeld(name);
  }

  private claims(): Claims {
    return new Claims(this.options.folder, claimFiles(this.files));
  }

  /** Publishes a snapshot, ends retention, removes logs that are not needed any more. Runs by itself when it is time. */
  async checkpoint(): Promise<CheckpointReport> {
    clearTimeout(this.checkpointTimer);
    this.checkpointTimer = undefined;
    this.unsaved.bytes = this.unsaved.saves = 0;
    const { reader, keepDays, capBytes = CAP_BYTES } = this.options;
    const report = this.learn(await reader.checkpoint(keepDays(), capBytes));
    if (report.cappedAt !== undefined) {
      const megabytes = Math.round(capBytes / 1024 / 1024);
      this.tell(
        `The audit history of this workspace outgrew ${megabytes} MB, so audits before ${report.cappedAt.slice(0, 10)} were dropped.`,
      );
    }
    return report;
  }

  /** Writes everything to `folder` as JSON and as an ordinary SQLite file. */
  async exportTo(folder: string): Promise<ExportedFiles> {
    return this.learn(await this.options.reader.exportTo(folder));
  }

  async verify(): Promise<Verification> {
    return this.learn(await this.options.reader.verify());
  }

  /** Removes every row that is there now, here and, as soon as they read, in the logs of other windows. */
  async clear(): Promise<void> {
    if (!(await this.exists())) return;
    const { oldFile } = this.options;
    const changes: Change[] = [];
    for (const table of TABLE_NAMES) {
      const ids = this.learn(await this.options.reader.ids(table));
      changes.push(...ids.map((removed) => ({ table, removed })));
    }
    await this.writer.startNewLog(LAST_WORD);
    this.logSince = '';
    if (changes.length > 0) await this.write(changes, true);
    const published = await this.publishTwice();
    if (oldFile !== undefined && published) await this.files.remove(oldFile);
  }

  /** The generation before the one without some rows still holds them; a second one replaces it. */
  private async publishTwice(): Promise<boolean> {
    let published = 0;
    for (let attempt = 0; attempt < 4 && published < 2; attempt++) {
      if ((await this.checkpoint()).kind === 'published') published++;
    }
    return published === 2;
  }

  /** Another window cleared the history: the log of this one, which holds text of it, goes too. */
  private async leaveLog(): Promise<void> {
    try {
      if (await this.writer.startNewLog(LAST_WORD)) await this.publishTwice();
    } catch (error) {
      this.options.logger.warn(`A log could not be left after the history was cleared: ${messageOf(error)}`);
    }
  }

  /** False before anything was saved. */
  async exists(): Promise<boolean> {
    if (this.isKnownToExist) return true;
    const { folder, oldFile } = this.options;
    this.isKnownToExist =
      !isEmpty(await listFolder(this.files, folder)) ||
      (oldFile !== undefined &&
        (await this.files.list(path.dirname(oldFile))).includes(path.basename(oldFile)));
    return this.isKnownToExist;
  }

  async close(): Promise<void> {
    clearTimeout(this.checkpointTimer);
    this.listeners.clear();
    (await this.stopWatching)?.();
    await this.leaving;
    await this.writer.close(LAST_WORD);
    await this.options.reader.close();
  }

  private async selectEach(queries: readonly AnyQuery[]): Promise<object[][]> {
    if (!(await this.exists())) return [];
    const texts = this.learn(await this.options.reader.select(queries));
    return queries.map((query, i) => {
      const columns = columnsOf(query);
      const rows = JSON.parse(texts[i] ?? '[]') as unknown[][];
      return rows.map((values) => Object.fromEntries(columns.map((column, at) => [column, values[at]])));
    });
  }

  private async watch(): Promise<() => void> {
    const { folder, logger } = this.options;
    try {
      await this.files.makeFolder(folder);
    } catch (error) {
      logger.warn(`Saves of other windows will be seen late: ${String(error)}`);
      return () => undefined;
    }
    const isForeign = (name: string): boolean =>
      name.endsWith('.log') && !name.startsWith(this.writer.writer);
    return watchFolder(folder, isForeign, () => this.emit());
  }

  private emit(): void {
    for (const listener of this.listeners) listener();
  }

  private learn<T>({ value, status }: Answer<T>): T {
    this.clock.observe(status.clock);
    for (const damage of status.damages) this.tell(damageMessage(damage));
    if (status.unreadable) {
      this.tell(
        `The history in ${this.options.folder} can't be read and is left as it is. What is saved from now on is kept beside it.`,
      );
    }
    if (status.salvaged > 0 && !status.unreadable) {
      this.tell(
        `No snapshot in ${this.options.folder} is whole: ${status.salvaged} rows were recovered from what is left, others may be missing.`,
      );
    }
    if (this.logSince !== '' && this.logSince < status.cleared) {
      this.logSince = '';
      this.leaving = this.leaveLog();
    }
    if (status.checkpointDue) this.scheduleCheckpoint();
    return value;
  }

  private tell(message: string): void {
    if (this.told.has(message)) return;
    this.told.add(message);
    this.options.logger.warn(message);
    this.options.onMessage(message);
  }

  private scheduleCheckpoint(): void {
    this.checkpointTimer ??= setTimeout(() => {
      this.checkpoint().catch((error: unknown) => {
        this.options.logger.warn(`The state could not be compacted: ${String(error)}`);
      });
    }, QUIET_MS).unref();
  }
}

function damageMessage({ name, what, copy }: Damage): string {
  const place = copy === undefined ? '' : ` A copy was put at ${copy}.`;
  return `A state file is damaged (${name}: ${what}); what is intact in it was read.${place}`;
}
