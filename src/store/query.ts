import type { Column, Row, TableName } from './schema';

/** Rows to be read, newest first unless `unordered`. */
export interface Query<Name extends TableName = TableName> {
  table: Name;
  /** Columns and the values they must have; of a list, any. */
  where: Partial<Record<Column<Name>, string | readonly string[]>>;
  /** Least `created_at`, ISO UTC. */
  since?: string;
  limit?: number;
  /** Spares the sorting of rows that the caller brings in an order of its own; they are not limited either. */
  unordered?: true;
}

export type QueryResult<Name extends TableName> = Row<Name>[];
