import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { syncFolder } from '../base/atomicFile';
import type { ClaimFiles } from '../base/claims';
import { hasCode } from '../base/errors';

/** An open file; positions and counts in bytes. */
export interface OpenFile {
  /** Bytes from `position` to the end of the file. */
  readFrom(position: number): Promise<Buffer>;
  /** How many of `bytes` were written, which can be fewer than given. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Resolves when what was written would survive a loss of power. */
  sync(): Promise<void>;
  /** True once the file has no name any more. */
  isUnlinked(): Promise<boolean>;
  close(): Promise<void>;
}

/** Every call the store makes on a disk, so that a test can make any of them fail. */
export interface FileSystem {
  /** Creates the folder and what is missing above it, durably. */
  makeFolder(folder: string): Promise<void>;
  /** Names of the files in a folder; none when the folder does not exist. */
  list(folder: string): Promise<string[]>;
  /** Rejects with ENOENT for a missing file. */
  stat(file: string): Promise<{ size: number; modified: number }>;
  read(file: string): Promise<Buffer>;
  openForReading(file: string): Promise<OpenFile>;
  /** Rejects with EEXIST when the name is taken: the one primitive that decides between two processes. */
  create(file: string): Promise<OpenFile>;
  /** A file that is gone already is no error. */
  remove(file: string): Promise<void>;
  /** Makes created and removed names durable. */
  syncFolder(folder: string): Promise<void>;
}

export const realFileSystem: FileSystem = {
  async makeFolder(folder) {
    const first = await fs.mkdir(folder, { recursive: true });
    if (first === undefined) return;
    for (let made = folder; ; made = path.dirname(made)) {
      await syncFolder(path.dirname(made));
      if (made === first || made === path.dirname(made)) return;
    }
  },
  async list(folder) {
    try {
      const entries = await fs.readdir(folder, { withFileTypes: true });
      return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  },
  async stat(file) {
    const { size, mtimeMs } = await fs.stat(file);
    return { size, modified: mtimeMs };
  },
  read: (file) => fs.readFile(file),
  openForReading: async (file) => openFile(await fs.open(file, 'r')),
  create: async (file) => openFile(await fs.open(file, 'wx')),
  remove: (file) => fs.rm(file, { force: true }),
  syncFolder,
};

function openFile(handle: fs.FileHandle): OpenFile {
  return {
    async readFrom(position) {
      const { size } = await handle.stat();
      const bytes = Buffer.alloc(Math.max(0, size - position));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    },
    write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
    sync: () => handle.datasync(),
    isUnlinked: async () => (await handle.stat()).nlink === 0,
    close: () => handle.close(),
  };
}

/** Writes all of `bytes` at `position`. */
export async function writeAll(file: OpenFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const count = await file.write(bytes.subarray(written), position + written);
    if (count <= 0) throw new Error('the disk took no more bytes');
    written += count;
  }
}

/** Creates a file that must not exist, with its content and its name durable. */
export async function createDurably(files: FileSystem, file: string, content: Uint8Array): Promise<void> {
  const open = await files.create(file);
  try {
    await writeAll(open, content, 0);
    await open.sync();
  } finally {
    await open.close();
  }
  await files.syncFolder(path.dirname(file));
}

/** As claims want it. */
export function claimFiles(files: FileSystem): ClaimFiles {
  return {
    makeFolder: (folder) => files.makeFolder(folder),
    list: (folder) => files.list(folder),
    read: (file) => files.read(file),
    modified: async (file) => (await files.stat(file)).modified,
    create: (file, content) => createDurably(files, file, content),
    remove: (file) => files.remove(file),
  };
}
