import * as path from 'node:path';
import type { FileSystem } from './fileSystem';
import { createDurably } from './fileSystem';

export interface Damage {
  /** Name of the file in the state folder. */
  name: string;
  /** What is wrong with it, as half a sentence. */
  what: string;
  /** Where a copy lies; undefined when none was made. */
  copy: string | undefined;
}

/**
 * Copies a damaged file to `quarantine/`, once: undefined when a copy of it lies there from before. The damaged file
 * itself is left alone.
 */
export async function quarantine(
  files: FileSystem,
  folder: string,
  file: string,
  what: string,
): Promise<string | undefined> {
  const target = path.join(folder, 'quarantine');
  const suffix = `-${what.replace(/[^a-z0-9]+/gi, '-')}-${path.basename(file)}`;
  const earlier = await files.list(target);
  if (earlier.some((name) => name.endsWith(suffix))) return undefined;
  await files.makeFolder(target);
  const copy = path.join(target, `${new Date().toISOString().replace(/[:.]/g, '-')}${suffix}`);
  // The damaged file may be collected after a new snapshot, so its copy has to survive a loss of power.
  await createDurably(files, copy, await files.read(file));
  return copy;
}
