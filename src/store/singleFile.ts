import type { SqlJsStatic } from 'sql.js';
import { UserError } from '../base/errors';
import type { Operation } from './operation';
import { SCHEMA_VERSION, TABLE_NAMES } from './schema';
import { StateIndex } from './stateIndex';
import { versionAt } from './versionClock';

/** The rows of the one-file database that the first version kept. Throws when it can't be read. */
export function oldRows(sql: SqlJsStatic, bytes: Uint8Array): Operation[] {
  const probe = new sql.Database(bytes);
  try {
    const schema = Number(probe.exec('PRAGMA user_version')[0]?.values[0]?.[0] ?? 0);
    if (schema > SCHEMA_VERSION) {
      throw new UserError(
        'The saved state comes from a newer Seaworthy',
        'update the extension, then reload the window',
      );
    }
  } finally {
    probe.close();
  }
  const old = StateIndex.open(sql, bytes);
  try {
    return TABLE_NAMES.flatMap((table) =>
      // Oldest first, so that rows of one moment keep their order.
      old
        .all(table)
        .reverse()
        .map(({ id, ...row }) => {
          const created = Date.parse(String(row['created_at']));
          return {
            table,
            id: String(id),
            version: versionAt(Number.isFinite(created) ? created : 0),
            row,
          };
        }),
    );
  } finally {
    old.close();
  }
}
