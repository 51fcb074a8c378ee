import * as path from 'node:path';
import initialise from 'sql.js';
import { silentLogger } from '../../src/base/logger';
import { realFileSystem } from '../../src/store/fileSystem';
import type { FileSystem } from '../../src/store/fileSystem';
import { IndexService } from '../../src/store/indexService';
import { Store } from '../../src/store/store';

const wasmFolder = path.join(__dirname, '../../node_modules/sql.js/dist');

const loading = initialise({ locateFile: (name) => path.join(wasmFolder, name) });

export const sql = (): typeof loading => loading;

export interface TestStoreOptions {
  files?: FileSystem;
  now?: () => number;
  keepDays?: number;
  segmentBytes?: number;
  capBytes?: number;
  oldFile?: string;
  mayWrite?: boolean;
}

/** A store as one window has it, except that its files are read in this thread: a fault can then be injected. */
export function openStore(folder: string, options: TestStoreOptions = {}) {
  const {
    files = realFileSystem,
    now = Date.now,
    keepDays = 30,
    oldFile,
    mayWrite = true,
    ...rest
  } = options;
  const messages: string[] = [];
  const place = { folder, ...(oldFile !== undefined && { oldFile }) };
  const store = new Store({
    ...place,
    reader: new IndexService({ ...place, mayWrite }, { files, sql, now }),
    logger: silentLogger,
    keepDays: () => keepDays,
    onMessage: (message) => messages.push(message),
    files,
    now,
    ...rest,
  });
  return { store, messages };
}

/** Saves a row of the operation log. */
export function save(store: Store, id: string, text = id, createdAt = new Date().toISOString()) {
  const row = {
    id,
    project_id: 'project',
    actor: 'test',
    action: 'save',
    target: text,
    outcome: 'done',
    reason: '',
    created_at: createdAt,
  };
  return store.save([{ table: 'operation_log', row }]);
}

/** The ids of the operation log with what was saved under them. */
export async function saved(store: Store): Promise<Map<string, string>> {
  const rows = await store.select({ table: 'operation_log', where: {} });
  return new Map(rows.map(({ id, target }) => [id, target]));
}
