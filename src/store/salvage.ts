import type { Database, SqlJsStatic, SqlValue, Statement } from 'sql.js';
import { crc32 } from 'node:zlib';
import type { Operation, Value } from './operation';
import { SCHEMA_VERSION, TABLE_NAMES, TABLES } from './schema';
import type { TableName } from './schema';
import { isVersion } from './versionClock';

/** Size of the parts of a snapshot that are checked one by one: a page of its database. */
const PAGE_BYTES = 8192;
/** About as many rows as a page holds at most; a longer gap is crossed in longer steps. */
const ROWS_OF_PAGE = 64;
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
    const rows = TABLE_NAMES.flatMap((table) => readableRows(database, table));
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

function readableRows(database: Database, table: TableName): Operation[] {
  const columns = Object.keys(TABLES[table]);
  const found: Operation[] = [];
  for (const [id, version, ...values] of readableValues(database, table, columns)) {
    const row = Object.fromEntries(columns.map((column, i) => [column, values[i] as Value]));
    if (typeof id === 'string' && isVersion(version) && isSound(table, row)) {
      found.push({ table, id, version, row });
    }
  }
  return found;
}

/** Reads in the order of row ids; where a page can't be read, looks for the next row that can. */
function readableValues(database: Database, table: TableName, columns: readonly string[]): SqlValue[][] {
  const query = `SELECT rowid, id, version, ${columns.join(', ')} FROM ${table} NOT INDEXED WHERE rowid >= ? ORDER BY rowid`;
  const found: SqlValue[][] = [];
  let statement: Statement;
  try {
    statement = database.prepare(query);
  } catch {
    return found;
  }
  try {
    let from = 0;
    for (let gap = 1; from < LAST_ROW_ID; gap = Math.ceil(gap < ROWS_OF_PAGE ? gap + 1 : gap * 1.25)) {
      const before = found.length;
      const last = readOn(statement, from, found);
      if (last === undefined) return found;
      if (found.length > before) gap = 1;
      from = last + (gap < ROWS_OF_PAGE ? 1 : gap);
    }
  } finally {
    statement.free();
  }
  return found;
}

/** Adds the rows from a row id on; the last one reached before one that can't be read, undefined at the end. */
function readOn(statement: Statement, from: number, found: SqlValue[][]): number | undefined {
  let last = from;
  try {
    statement.bind([from]);
    while (statement.step()) {
      const [rowId, ...values] = statement.get();
      last = Number(rowId);
      found.push(values);
    }
    return undefined;
  } catch {
    return last;
  } finally {
    statement.reset();
  }
}

function isSound(table: TableName, row: Record<string, Value>): boolean {
  return Object.entries(TABLES[table]).every(([column, kind]) => {
    const value = row[column];
    const hasKind = typeof value === (kind === 'text' ? 'string' : kind);
    return hasKind && (column !== 'created_at' || Number.isFinite(Date.parse(String(value))));
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
