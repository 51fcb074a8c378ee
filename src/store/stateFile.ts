import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Database, SqlJsStatic } from 'sql.js';
import { writeFileAtomically } from '../base/atomicFile';
import { describeError, messageOf, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { MIGRATIONS } from './schema';

export interface StateFileOptions {
  /** Absolute path of the SQLite file. */
  file: string;
  /** Folder that holds `sql-wasm.wasm`. */
  distDirectory: string;
  logger: Logger;
  /** Called once for a file that could not be read, with the place it was moved to. */
  onQuarantine: (copy: string) => void;
}

/**
 * One SQLite file on disk, read and written whole through sql.js. Operations run one after another; each write starts
 * from what is on the disk now, so that two windows add to one another's rows, and ends in an atomic replace.
 */
export class StateFile {
  private sql: Promise<SqlJsStatic> | undefined;
  private database: Database | undefined;
  private version = '';
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: StateFileOptions) {}

  /** Runs `query` over the current content; nothing it changes is kept. */
  read<T>(query: (database: Database) => T): Promise<T> {
    return this.enqueue(async () => query(await this.current()));
  }

  /** Runs `change` in a transaction and resolves once its result is on the disk. */
  write(change: (database: Database) => void): Promise<void> {
    return this.enqueue(async () => {
      const database = await this.current();
      try {
        database.run('BEGIN');
        change(database);
        database.run('COMMIT');
        await writeFileAtomically(this.options.file, database.export());
        this.version = await this.versionOnDisk();
      } catch (error) {
        // The copy in memory may now be ahead of the disk: forget it, the next operation reads again.
        this.forget();
        throw new UserError(
          'Seaworthy could not save its state',
          `check that ${this.options.file} can be written`,
          {
            cause: error,
          },
        );
      }
    });
  }

  /** False before anything was saved: a reader can then spare itself loading sql.js. */
  async exists(): Promise<boolean> {
    return (await this.versionOnDisk()) !== 'missing';
  }

  /** Waits for what was started and frees the memory. */
  async close(): Promise<void> {
    await this.enqueue(async () => this.forget());
  }

  private enqueue<T>(work: () => Promise<T>): Promise<T> {
    const next = this.queue.then(work, work);
    this.queue = next.catch(() => undefined);
    return next;
  }

  private async current(): Promise<Database> {
    const version = await this.versionOnDisk();
    if (this.database && version === this.version) return this.database;
    this.forget();
    this.database = await this.open();
    this.version = version;
    return this.database;
  }

  private async open(): Promise<Database> {
    const sql = await this.load();
    let content: Uint8Array | undefined;
    try {
      content = await fs.readFile(this.options.file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw cannot('read', this.options.file, error);
    }
    try {
      return migrated(new sql.Database(content));
    } catch (error) {
      if (error instanceof UserError) throw error;
      this.options.logger.error(`State file ${this.options.file} can't be read: ${describeError(error)}`);
      await this.quarantine();
      return migrated(new sql.Database());
    }
  }

  /** What can't be read is kept for the user, never overwritten. */
  private async quarantine(): Promise<void> {
    const { file } = this.options;
    const stamp = new Date().toISOString().replace(/[:.]/g, '-');
    const copy = path.join(path.dirname(file), 'quarantine', `${stamp}-${path.basename(file)}`);
    await fs.mkdir(path.dirname(copy), { recursive: true });
    await fs.rename(file, copy);
    this.options.onQuarantine(copy);
  }

  /** sql.js costs tens of milliseconds and tens of megabytes, so it waits for the first use. */
  private load(): Promise<SqlJsStatic> {
    this.sql ??= import('sql.js').then(({ default: initialise }) =>
      initialise({ locateFile: (name) => path.join(this.options.distDirectory, name) }),
    );
    return this.sql;
  }

  private async versionOnDisk(): Promise<string> {
    try {
      const stat = await fs.stat(this.options.file, { bigint: true });
      return `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
    } catch {
      return 'missing';
    }
  }

  private forget(): void {
    this.database?.close();
    this.database = undefined;
    this.version = '';
  }
}

function cannot(verb: 'read' | 'save', file: string, cause: unknown): UserError {
  return new UserError(`Seaworthy could not ${verb} its state: ${messageOf(cause)}`, `check ${file}`, {
    cause,
  });
}

function migrated(database: Database): Database {
  const found = Number(database.exec('PRAGMA user_version')[0]?.values[0]?.[0] ?? 0);
  if (found > MIGRATIONS.length) {
    database.close();
    throw new UserError(
      'The saved state comes from a newer Seaworthy',
      'update the extension, then reload the window',
    );
  }
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index >= found) database.exec(`BEGIN; ${statements}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
  // A damaged page shows only when it is read.
  const check = database.exec('PRAGMA quick_check')[0]?.values[0]?.[0];
  if (check !== 'ok') throw new Error(`quick_check: ${String(check)}`);
  return database;
}
