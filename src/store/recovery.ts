import * as path from 'node:path';
import type { SqlJsStatic } from 'sql.js';
import { hasCode, messageOf, UserError } from '../base/errors';
import type { FileSystem } from './fileSystem';
import type { FolderListing } from './folder';
import { readManifest, readSnapshot } from './generation';
import type { Manifest } from './generation';
import type { Operation } from './operation';
import { quarantine } from './quarantine';
import type { Damage } from './quarantine';
import { salvage } from './salvage';
import { SCHEMA_VERSION } from './schema';
import { StateIndex } from './stateIndex';

export interface ReplicaOptions {
  folder: string;
  /** The one-file database of the first version, imported when there is nothing newer. */
  oldFile?: string;
  files: FileSystem;
  /** Loads while the files are read. */
  sql: Promise<SqlJsStatic>;
  now: () => number;
  /** False to look only: damaged files are named but not copied. */
  mayWrite: boolean;
  onDamage: (damage: Damage) => void;
}

/** The folder changed under the reader in a way that only starting over can follow. */
export class Outrun extends Error {}

export interface Salvage {
  operations: Operation[];
  horizon: string;
  /** True when a copy of each damaged snapshot lies in the quarantine. */
  isKept: boolean;
}

/** What the damaged snapshots still hold, for when none is whole. */
export async function salvageSnapshots(
  options: ReplicaOptions,
  { manifests, snapshots }: FolderListing,
): Promise<Salvage> {
  const { files, folder, sql, mayWrite } = options;
  const salvaged: Salvage = { operations: [], horizon: '', isKept: true };
  const sums = new Map<string, string | undefined>();
  for (const { name } of manifests) {
    const read = await readManifest(files, folder, name);
    if (read.state !== 'valid') continue;
    sums.set(read.manifest.snapshot, read.manifest.pages);
    if (read.manifest.horizon > salvaged.horizon) salvaged.horizon = read.manifest.horizon;
  }
  for (const { name } of snapshots) {
    const file = path.join(folder, name);
    const bytes = await files.read(file).catch((error: unknown) => {
      throw hasCode(error, 'ENOENT') ? new Outrun() : error;
    });
    if (mayWrite) salvaged.isKept &&= (await report(options, file, 'damaged')) !== 'not copied';
    salvaged.operations.push(...(salvage(await sql, bytes, sums.get(name)) ?? []));
  }
  return salvaged;
}

interface FoundGeneration {
  manifest?: Manifest;
  index?: StateIndex;
  /** True when there are generations and none can be read. */
  lost: boolean;
}

/** The newest generation that is whole. */
export async function newestGeneration(
  options: ReplicaOptions,
  listing: FolderListing,
): Promise<FoundGeneration> {
  const { files, folder, sql } = options;
  for (const { name } of listing.manifests) {
    const read = await readManifest(files, folder, name);
    if (read.state === 'gone') throw new Outrun();
    if (read.state === 'damaged') await report(options, path.join(folder, name), 'damaged');
    if (read.state !== 'valid') continue;
    const { manifest } = read;
    if (manifest.minReader > SCHEMA_VERSION) throw newerState();
    const snapshot = await readSnapshot(files, folder, manifest);
    if ('bytes' in snapshot) {
      const loaded = await sql;
      try {
        return { manifest, index: StateIndex.open(loaded, snapshot.bytes), lost: false };
      } catch (error) {
        // The bytes are those that were published, so this is a defect or a lack of memory: not the file's fault.
        throw new Error(`The snapshot ${manifest.snapshot} can't be opened: ${messageOf(error)}`, {
          cause: error,
        });
      }
    }
    if (snapshot.problem === 'missing') {
      const now = await files.list(folder);
      if (!now.includes(name)) throw new Outrun();
    }
    await report(options, path.join(folder, manifest.snapshot), snapshot.problem);
  }
  return { lost: !isFirstUnfinished(listing) };
}

/** Nothing is collected before the first generation, so a first one that was never finished has cost nothing. */
function isFirstUnfinished({ manifests, snapshots }: FolderListing): boolean {
  const highest = Math.max(0, ...manifests.map((m) => m.generation), ...snapshots.map((s) => s.generation));
  return manifests.length === 0 ? highest <= 1 : highest === 1;
}

function newerState(): UserError {
  return new UserError(
    'The saved state comes from a newer Seaworthy',
    'update the extension, then reload the window',
  );
}

export async function report(
  { files, folder, mayWrite, onDamage }: ReplicaOptions,
  file: string,
  what: string,
  original = file,
): Promise<'copied' | 'not copied'> {
  const damage = { name: path.basename(file), what };
  if (!mayWrite || what === 'missing') {
    onDamage({ ...damage, copy: undefined });
    return 'not copied';
  }
  try {
    const copy = await quarantine(files, folder, original, what);
    if (copy !== undefined) onDamage({ ...damage, copy });
    return 'copied';
  } catch (error) {
    // A folder that can't be written is read all the same.
    onDamage({ ...damage, what: `${what}; no copy could be made: ${messageOf(error)}`, copy: undefined });
    return 'not copied';
  }
}
