import type { Database, SqlJsStatic, Statement } from 'sql.js';
import type { Operation, Value } from './operation';
import { columnsOf } from './query';
import type { AnyQuery } from './query';
import { MIGRATIONS, RETAINED_TABLES, SCHEMA_VERSION, TABLE_NAMES, TABLES } from './schema';
import type { TableName } from './schema';

/** The rows in memory, as SQLite: what the logs say, in a form that answers queries. Can be built anew at any time. */
export class StateIndex {
  private readonly upserts = new Map<TableName, Statement>();
  private horizon = '';
  private hasRemovals: boolean;
  /** True when rows were removed whose text still lies in free pages. */
  hasRemains = false;
  /** Greatest version applied. */
  clock = '';

  private constructor(
    private readonly sql: SqlJsStatic,
    private database: Database,
  ) {
    this.hasRemovals = this.count('removed_rows') > 0;
  }

  /** Throws when `bytes` are no database, or one whose pages can't be read. */
  static open(sql: SqlJsStatic, bytes?: Uint8Array): StateIndex {
    const database = new sql.Database(bytes);
    try {
      // A power cut can't touch what is in memory only.
      database.exec(`PRAGMA page_size = 8192; PRAGMA journal_mode = MEMORY;`);
      migrate(database);
      return new StateIndex(sql, database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Applies operations in any order, any number of times. False when some name what this version does not know. */
  apply(operations: Operation[]): boolean {
    let known = true;
    this.database.run('BEGIN');
    try {
      for (const operation of operations) known = this.applyOne(operation) && known;
      this.database.run('COMMIT');
    } catch (error) {
      this.database.run('ROLLBACK');
      throw error;
    }
    return known;
  }

  /**
   * The rows as the text of a JSON array of arrays, each with the values of `columnsOf(query)`. SQLite writes it several
   * times as fast as its values could be taken one by one.
   */
  select(query: AnyQuery): string {
    const columns = columnsOf(query);
    const values: Value[] = [];
    const found = selection(query, columns, values);
    const row = this.rows(
      `SELECT json_group_array(json_array(${columns.join(', ')})) AS json FROM (${found})`,
      values,
    );
    return String(row[0]?.['json']);
  }

  /** Every row of a table with its columns, for export. */
  all(table: TableName): Record<string, Value>[] {
    const values: Value[] = [];
    const query = { table, where: {} } as AnyQuery;
    return this.rows(selection(query, columnsOf(query), values), values);
  }

  count(table: TableName | 'removed_rows'): number {
    return Number(this.rows(`SELECT count(*) AS n FROM ${table}`)[0]?.['n']);
  }

  /** Audit results created before `horizon` (ISO UTC) are passed over when they are applied from now on. */
  ignoreBefore(horizon: string): void {
    if (horizon > this.horizon) this.horizon = horizon;
  }

  /** Drops audit results created before `horizon`, and passes over those that are applied later. */
  dropBefore(horizon: string): void {
    this.ignoreBefore(horizon);
    this.dropRetained('created_at < ?', horizon);
  }

  /** A removal need not be remembered once no log can hold the row any more. */
  forgetRemovals(before: string): void {
    this.database.run('DELETE FROM removed_rows WHERE version < ?', [before]);
  }

  /** Drops the oldest audit results until about `bytes` are left. Resolves to the time before which all are gone. */
  shrinkTo(bytes: number): string | undefined {
    const sizes = RETAINED_TABLES.map((table) => {
      const columns = Object.keys(TABLES[table]).map((column) => `length(${column})`);
      return `SELECT created_at, ${columns.join(' + ')} + 200 AS size FROM ${table}`;
    });
    const [found] = this.rows(
      `SELECT min(created_at) AS oldest FROM (
         SELECT created_at, sum(size) OVER (ORDER BY created_at DESC RANGE UNBOUNDED PRECEDING) AS total
         FROM (${sizes.join(' UNION ALL ')})
       ) WHERE total <= ?`,
      [bytes],
    );
    const oldest = found?.['oldest'];
    const keepFrom = typeof oldest === 'string' ? oldest : new Date(8.64e15).toISOString();
    return this.dropRetained('created_at < ?', keepFrom) > 0 ? keepFrom : undefined;
  }

  /** The content as the bytes of an ordinary SQLite file. */
  export(): Uint8Array {
    return this.database.export();
  }

  /** Gives back the room of removed rows, and what is left of their text. */
  compact(): void {
    if (!this.hasRemains) return;
    this.freeStatements();
    this.database.exec('VACUUM');
    this.hasRemains = false;
  }

  close(): void {
    this.freeStatements();
    this.database.close();
  }

  private applyOne({ table, id, version, row }: Operation): boolean {
    const name = TABLE_NAMES.find((known) => known === table);
    if (!name) return false;
    if (version > this.clock) this.clock = version;
    if (!row) {
      this.remove(name, id, version);
      return true;
    }
    const created = row['created_at'];
    if (isRetained(name) && typeof created === 'string' && created < this.horizon) return true;
    if (this.hasRemovals && this.wasRemoved(name, id, version)) return true;
    const values = Object.entries(TABLES[name]).map(([column, kind]) => {
      return row[column] ?? (kind === 'number' ? 0 : '');
    });
    this.upsert(name).run([id, ...values, version]);
    return Object.keys(row).every((column) => column in TABLES[name]);
  }

  private remove(table: TableName, id: string, version: string): void {
    this.hasRemovals = this.hasRemains = true;
    this.database.run(`DELETE FROM ${table} WHERE id = ? AND version < ?`, [id, version]);
    this.database.run(
      `INSERT INTO removed_rows VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET version = excluded.version WHERE excluded.version > version`,
      [table, id, version],
    );
  }

  /** A row may come after its removal: logs are read one after the other. */
  private wasRemoved(table: TableName, id: string, version: string): boolean {
    const query = 'SELECT 1 FROM removed_rows WHERE table_name = ? AND id = ? AND version >= ?';
    return this.rows(query, [table, id, version]).length > 0;
  }

  private upsert(table: TableName): Statement {
    const known = this.upserts.get(table);
    if (known) return known;
    const columns = [...Object.keys(TABLES[table]), 'version'];
    const statement = this.database.prepare(
      `INSERT INTO ${table} (id, ${columns.join(', ')}) VALUES (?${', ?'.repeat(columns.length)})
       ON CONFLICT (id) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
       WHERE excluded.version > version`,
    );
    this.upserts.set(table, statement);
    return statement;
  }

  private dropRetained(condition: string, value: string): number {
    let dropped = 0;
    for (const table of RETAINED_TABLES) {
      this.database.run(`DELETE FROM ${table} WHERE ${condition}`, [value]);
      dropped += this.database.getRowsModified();
    }
    if (dropped > 0) this.hasRemains = true;
    return dropped;
  }

  private rows(query: string, values: Value[] = []): Record<string, Value>[] {
    const statement = this.database.prepare(query, values);
    const found: Record<string, Value>[] = [];
    try {
      const columns = statement.getColumnNames();
      while (statement.step()) {
        const values = statement.get();
        found.push(Object.fromEntries(columns.map((column, i) => [column, values[i] as Value])));
      }
    } finally {
      statement.free();
    }
    return found;
  }

  private freeStatements(): void {
    for (const statement of this.upserts.values()) statement.free();
    this.upserts.clear();
  }
}

function isRetained(table: TableName): boolean {
  return RETAINED_TABLES.some((retained) => retained === table);
}

/** A SELECT statement; what it is to be given is added to `values`. */
function selection(query: AnyQuery, columns: readonly string[], values: Value[]): string {
  const table = tableOf(query.table);
  for (const column of [...columns, ...Object.keys(query.where)]) {
    if (column !== 'id' && !(column in TABLES[table])) throw new Error(`no column ${column}`);
  }
  const conditions = Object.entries(query.where).map(([column, wanted]) => {
    if (typeof wanted === 'object' && 'idsOf' in wanted) {
      return `${column} IN (${selection(wanted.idsOf, ['id'], values)})`;
    }
    const list = typeof wanted === 'string' ? [wanted] : wanted;
    values.push(...list);
    return `${column} IN (${list.map(() => '?').join(', ')})`;
  });
  if (query.since !== undefined) {
    conditions.push('created_at >= ?');
    values.push(query.since);
  }
  const filter = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const order = query.unordered
    ? ''
    : `ORDER BY created_at DESC, version DESC LIMIT ${Math.floor(query.limit ?? -1)}`;
  return `SELECT ${columns.join(', ')} FROM ${table} ${filter} ${order}`;
}

/** Names go into SQL, so they are taken from our own list only. */
function tableOf(name: string): TableName {
  const table = TABLE_NAMES.find((known) => known === name);
  if (!table) throw new Error(`no table ${name}`);
  return table;
}

function migrate(database: Database): void {
  const found = Number(database.exec('PRAGMA user_version')[0]?.values[0]?.[0] ?? 0);
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index >= found) database.exec(`BEGIN; ${statements}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
  if (found < SCHEMA_VERSION && found > 0) {
    // A damaged page of a file without a checksum of ours shows only when it is read.
    const check = database.exec('PRAGMA quick_check')[0]?.values[0]?.[0];
    if (check !== 'ok') throw new Error(`quick_check: ${String(check)}`);
  }
}
