import type { FileSystem } from './fileSystem';

/** The files of a state folder by kind; whatever else lies there is not ours. */
export interface FolderListing {
  /** `<writer>-<segment>.log`, each appended to by one process only. */
  logs: LogName[];
  /** `man-<generation>.json`, newest first. */
  manifests: NumberedName[];
  /** `snap-<generation>-<random>.sqlite` */
  snapshots: NumberedName[];
}

export interface LogName {
  name: string;
  writer: string;
  segment: number;
}

interface NumberedName {
  name: string;
  generation: number;
}

export async function listFolder(files: FileSystem, folder: string): Promise<FolderListing> {
  const listing: FolderListing = { logs: [], manifests: [], snapshots: [] };
  for (const name of await files.list(folder)) {
    const log = /^([0-9a-f]{32})-(\d{6})\.log$/.exec(name);
    const manifest = /^man-(\d{10})\.json$/.exec(name);
    const snapshot = /^snap-(\d{10})-[0-9a-f]{8}\.sqlite$/.exec(name);
    if (log) listing.logs.push({ name, writer: log[1] ?? '', segment: Number(log[2]) });
    else if (manifest) listing.manifests.push({ name, generation: Number(manifest[1]) });
    else if (snapshot) listing.snapshots.push({ name, generation: Number(snapshot[1]) });
  }
  listing.manifests.sort((a, b) => b.generation - a.generation);
  return listing;
}

/** True when nothing was ever saved in the folder. */
export function isEmpty(listing: FolderListing): boolean {
  return listing.logs.length + listing.manifests.length + listing.snapshots.length === 0;
}

export function logName(writer: string, segment: number): string {
  return `${writer}-${String(segment).padStart(6, '0')}.log`;
}

export function manifestName(generation: number): string {
  return `man-${String(generation).padStart(10, '0')}.json`;
}

export function snapshotName(generation: number, random: string): string {
  return `snap-${String(generation).padStart(10, '0')}-${random}.sqlite`;
}
