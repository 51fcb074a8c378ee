import * as path from 'node:path';
import type { SqlJsStatic } from 'sql.js';
import { writeFileAtomically } from '../base/atomicFile';
import { UserError } from '../base/errors';
import { checkpoint } from './checkpoint';
import type { CheckpointOutcome } from './checkpoint';
import type { FileSystem } from './fileSystem';
import type { Damage } from './quarantine';
import type { AnyQuery } from './query';
import type { ReplicaOptions } from './recovery';
import { Replica } from './replica';
import { SCHEMA_VERSION, TABLE_NAMES } from './schema';
import type { TableName } from './schema';

export interface IndexOptions {
  folder: string;
  /** The one-file database of the first version. */
  oldFile?: string;
  /** False to look only: nothing is copied, no generation is published. */
  mayWrite: boolean;
}

/** What a caller learns along with every answer. */
export interface IndexStatus {
  /** Greatest version read so far. */
  clock: string;
  checkpointDue: boolean;
  /** Damage found since the last answer. */
  damages: Damage[];
  /** True when generations exist and none could be read: the rows are those of the logs alone. */
  unreadable: boolean;
  /** Rows taken from damaged snapshots, since none was whole. */
  salvaged: number;
  /** Version of the last "Clear History"; empty before one. */
  cleared: string;
}

export interface Answer<T> {
  value: T;
  status: IndexStatus;
}

export interface CheckpointReport {
  kind: CheckpointOutcome['kind'];
  /** Audits before this time (ISO UTC) were dropped for the size of the history. */
  cappedAt: string | undefined;
}

export interface Verification {
  generation: number;
  logs: number;
  rows: Record<TableName, number>;
  damages: Damage[];
  unreadable: boolean;
}

export interface ExportedFiles {
  json: string;
  sqlite: string;
}

/** What can be asked about the files of a state folder; a worker thread answers, or the same thread. */
export interface StateReader {
  /** The rows of each query, all of the same moment, as `StateIndex.select` gives them. */
  select(queries: readonly AnyQuery[]): Promise<Answer<string[]>>;
  /** Ids of all rows of a table. */
  ids(table: TableName): Promise<Answer<string[]>>;
  checkpoint(keepDays: number, capBytes: number): Promise<Answer<CheckpointReport>>;
  exportTo(folder: string): Promise<Answer<ExportedFiles>>;
  verify(): Promise<Answer<Verification>>;
  close(): Promise<void>;
}

const CHECKPOINT_BYTES = 1024 * 1024;
const CHECKPOINT_RECORDS = 1000;
const DAY_MS = 86_400_000;
/** Time after which a clock that still says the same is believed. */
const RETENTION_WAIT_MS = 60_000;

/** Answers from a replica that catches up with the files before each answer. One request at a time. */
export class IndexService implements StateReader {
  private replica: Replica | undefined;
  private damages: Damage[] = [];
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: IndexOptions,
    private readonly parts: { files: FileSystem; sql: () => Promise<SqlJsStatic>; now: () => number },
  ) {}

  select(queries: readonly AnyQuery[]): Promise<Answer<string[]>> {
    return this.enqueue(async () => {
      const { index } = await this.current();
      return queries.map((query) => index.select(query));
    });
  }

  ids(table: TableName): Promise<Answer<string[]>> {
    return this.enqueue(async () => (await this.current()).index.all(table).map(({ id }) => String(id)));
  }

  checkpoint(keepDays: number, capBytes: number): Promise<Answer<CheckpointReport>> {
    return this.enqueue(async () => {
      const outcome = await checkpoint({ ...this.replicaOptions(), keepDays, capBytes });
      if (outcome.kind !== 'published') return { kind: outcome.kind, cappedAt: undefined };
      this.replica?.close();
      this.replica = outcome.replica;
      return { kind: outcome.kind, cappedAt: outcome.cappedAt };
    });
  }

  exportTo(folder: string): Promise<Answer<ExportedFiles>> {
    return this.enqueue(async () => {
      const { index } = await this.current();
      const tables = Object.fromEntries(TABLE_NAMES.map((table) => [table, index.all(table)]));
      const exported = { format: 'seaworthy-state', schema: SCHEMA_VERSION, tables };
      const result = {
        json: path.join(folder, 'seaworthy-state.json'),
        sqlite: path.join(folder, 'seaworthy-state.sqlite'),
      };
      try {
        await writeFileAtomically(result.json, Buffer.from(`${JSON.stringify(exported, undefined, 2)}\n`));
        await writeFileAtomically(result.sqlite, index.export());
      } catch (error) {
        const next = `check that ${folder} can be written`;
        throw new UserError('Seaworthy could not export its state', next, { cause: error });
      }
      return result;
    });
  }

  verify(): Promise<Answer<Verification>> {
    return this.enqueue(async () => {
      this.forget();
      const damages: Damage[] = [];
      const onDamage = (damage: Damage): void => void damages.push(damage);
      const replica = await Replica.open({ ...this.replicaOptions(), onDamage, mayWrite: false });
      try {
        const rows = TABLE_NAMES.map((table) => [table, replica.index.count(table)] as const);
        return {
          generation: replica.base?.generation ?? 0,
          logs: replica.listing.logs.length,
          rows: Object.fromEntries(rows) as Record<TableName, number>,
          damages,
          unreadable: replica.hindrance === 'unreadable',
        };
      } finally {
        replica.close();
      }
    });
  }

  async close(): Promise<void> {
    await this.enqueue(async () => this.forget());
  }

  private async current(): Promise<Replica> {
    if (this.replica && !(await this.replica.refresh())) this.forget();
    this.replica ??= await Replica.open(this.replicaOptions());
    return this.replica;
  }

  private replicaOptions(): ReplicaOptions {
    const { files, sql, now } = this.parts;
    return {
      ...this.options,
      files,
      now,
      sql: sql(),
      onDamage: (damage) => this.damages.push(damage),
    };
  }

  private forget(): void {
    this.replica?.close();
    this.replica = undefined;
  }

  private enqueue<T>(work: () => Promise<T>): Promise<Answer<T>> {
    const next = this.queue.then(work, work).then((value) => ({ value, status: this.status() }));
    this.queue = next.catch(() => undefined);
    return next;
  }

  private status(): IndexStatus {
    const damages = this.damages;
    this.damages = [];
    const { replica } = this;
    return {
      clock: replica?.index.clock ?? '',
      checkpointDue: replica !== undefined && this.options.mayWrite && isDue(replica, this.parts.now()),
      damages,
      unreadable: replica?.hindrance === 'unreadable',
      salvaged: replica?.salvaged ?? 0,
      cleared: replica?.cleared ?? '',
    };
  }
}

function isDue(replica: Replica, now: number): boolean {
  if (replica.hindrance) return false;
  const { bytes, records } = replica.sinceSnapshot;
  if (
    replica.importedOldFile ||
    replica.salvaged > 0 ||
    bytes > CHECKPOINT_BYTES ||
    records > CHECKPOINT_RECORDS
  )
    return true;
  const { base } = replica;
  if (!base) return false;
  const age = Math.abs(now - Date.parse(base.createdAt));
  return age > DAY_MS || (base.retentionWaits && age > RETENTION_WAIT_MS);
}
