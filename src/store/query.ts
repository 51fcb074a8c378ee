import { TABLES } from './schema';
import type { Column, Row, TableName } from './schema';

/** Rows to be read, newest first unless `unordered`. */
export interface Query<Name extends TableName = TableName, Wanted extends Column<Name> = Column<Name>> {
  table: Name;
  /** All, unless given. */
  columns?: readonly Wanted[];
  /** Columns and the values they must have; of a list, any. */
  where: Partial<Record<Column<Name>, string | readonly string[] | IdsOf>>;
  /** Least `created_at`, ISO UTC. */
  since?: string;
  limit?: number;
  /** Spares the sorting of rows that the caller brings in an order of its own; they are not limited either. */
  unordered?: true;
}

export type AnyQuery = { [Name in TableName]: Query<Name> }[TableName];

/** The ids of the rows that another query finds. */
interface IdsOf {
  idsOf: AnyQuery;
}

export function columnsOf({ table, columns }: AnyQuery): readonly string[] {
  return columns ?? ['id', ...Object.keys(TABLES[table])];
}

export type QueryResult<Name extends TableName, Wanted extends Column<Name> = Column<Name>> = Pick<
  Row<Name>,
  Wanted
>[];
