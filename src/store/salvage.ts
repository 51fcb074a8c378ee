import type { Database, SqlJsStatic, SqlValue } from 'sql.js';
import { crc32 } from 'node:zlib';
import type { Operation, Value } from './operation';
import { SCHEMA_VERSION, TABLE_NAMES, TABLES } from './schema';
import type { TableName } from './schema';
import { isVersion } from './versionClock';

/** Size of the parts of a snapshot that are checked one by one: a page of its database. */
const PAGE_BYTES = 8192;
/** Bounds the search in a file whose pages are mostly gone. */
const MOST_STEPS = 20_000;
/** More than any row id that was ever given. */
const LAST_ROW_ID = 2 ** 40;
/** The part of a database's first page that says what it is. */
const HEADER_BYTES = 100;

/** A checksum of each page, 8 hex digits after another. */
export function checksumPages(bytes: Uint8Array): string {
  let sums = '';
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
    sums += crc32(bytes.subarray(at, at + PAGE_BYTES))
      .toString(16)
      .padStart(8, '0');
  }
  return sums;
}

/**
 * The rows that can still be read in a damaged snapshot, and its removals.
 * @param sums what `checksumPages` gave when it was whole; without it, text that was changed can't be told
 * @returns undefined when it is no database any more, or a newer version's
 */
export function salvage(sql: SqlJsStatic, bytes: Uint8Array, sums?: string): Operation[] | undefined {
  const copy = withoutDamage(bytes, sums);
  if (copy.length < PAGE_BYTES) return undefined;
  const database = new sql.Database(copy);
  try {
    const schema = Number(database.exec('PRAGMA user_version')[0]?.values[0]?.[0] ?? 0);
    if (schema > SCHEMA_VERSION) return undefined;
    const steps = { left: MOST_STEPS };
    const rows = TABLE_NAMES.flatMap((table) => readableRows(database, table, steps));
    return [...rows, ...removals(database)];
  } catch {
    return undefined;
  } finally {
    database.close();
  }
}

/** Pages that are not what was written are emptied, so that SQLite refuses them and takes nothing wrong from them. */
function withoutDamage(bytes: Uint8Array, sums: string | undefined): Uint8Array {
  const copy = Uint8Array.from(bytes.subarray(0, bytes.length - (bytes.length % PAGE_BYTES)));
  for (let page = 0; sums !== undefined && page * PAGE_BYTES < copy.length; page++) {
    const part = copy.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
    const intact = crc32(part) === parseInt(sums.slice(page * 8, page * 8 + 8), 16);
    // Without the first page nothing can be found, so it is tried as it is.
    if (!intact && page > 0) part.fill(0);
  }
  repairHeader(copy);
  return copy;
}

/** What every snapshot of ours begins with, and a size that agrees with the file. */
function repairHeader(bytes: Uint8Array): void {
  if (bytes.length < HEADER_BYTES) return;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  header.write('SQLite format 3\0', 'latin1');
  header.writeUInt16BE(PAGE_BYTES, 16);
  // Rollback journal, no reserved bytes, and the payload fractions that SQLite insists on.
  Buffer.from([1, 1, 0, 64, 32, 32]).copy(header, 18);
  header.writeUInt32BE(bytes.length / PAGE_BYTES, 28);
  // The list of free pages is not needed for reading.
  header.writeUInt32BE(0, 32);
  header.writeUInt32BE(0, 36);
}

function readableRows(database: Database, table: TableName, steps: { left: number }): Operation[] {
  const columns = Object.keys(TABLES[table]);
  const found: Operation[] = [];
  const query = `SELECT id, version, ${columns.join(', ')} FROM ${table} NOT INDEXED WHERE rowid BETWEEN ? AND ?`;
  const ranges: [number, number][] = [[0, LAST_ROW_ID]];
  for (let range = ranges.pop(); range && steps.left-- > 0; range = ranges.pop()) {
    const [from, to] = range;
    try {
      for (const [id, version, ...values] of rowsOf(database, query, [from, to])) {
        const row = Object.fromEntries(columns.map((column, i) => [column, values[i] as Value]));
        if (typeof id === 'string' && isVersion(version) && isSound(table, row)) {
          found.push({ table, id, version, row });
        }
      }
    } catch {
      // Somewhere in it is a page that can't be read: half of it may be elsewhere.
      const middle = Math.floor((from + to) / 2);
      if (from < to) ranges.push([middle + 1, to], [from, middle]);
    }
  }
  return found;
}

/** All rows of a query or, when one of them can't be read, an exception. */
function rowsOf(database: Database, query: string, values: SqlValue[]): SqlValue[][] {
  const statement = database.prepare(query, values);
  try {
    const rows: SqlValue[][] = [];
    while (statement.step()) rows.push(statement.get());
    return rows;
  } finally {
    statement.free();
  }
}

function isSound(table: TableName, row: Record<string, Value>): boolean {
  return Object.entries(TABLES[table]).every(([column, kind]) => {
    const value = row[column];
    return typeof value === kind && (column !== 'created_at' || Number.isFinite(Date.parse(String(value))));
  });
}

/** What was removed, from either end as far as it can be read. */
function removals(database: Database): Operation[] {
  return ['ASC', 'DESC'].flatMap((order) => {
    const found: Operation[] = [];
    const query = `SELECT table_name, id, version FROM removed_rows ORDER BY table_name ${order}, id ${order}`;
    try {
      const statement = database.prepare(query);
      try {
        while (statement.step()) {
          const [table, id, version] = statement.get();
          if (typeof table === 'string' && typeof id === 'string' && isVersion(version)) {
            found.push({ table, id, version, row: undefined });
          }
        }
      } finally {
        statement.free();
      }
    } catch {
      // The rest is for the other direction.
    }
    return found;
  });
}
