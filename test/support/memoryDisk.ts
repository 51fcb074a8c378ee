import * as path from 'node:path';
import type { FileSystem, OpenFile } from '../../src/store/fileSystem';
import { randomFrom } from './random';

/** A file; `synced` is what a loss of power would leave of it. */
interface Inode {
  content: Buffer;
  synced: Buffer;
  modified: number;
}

type Names = Map<string, Inode>;

interface Folder {
  names: Names;
  /** The names that a loss of power would leave. */
  synced: Names;
}

/** What a loss of power leaves of what was not synced: nothing, all, or by a number some of it. */
export type Remains = 'nothing' | 'all' | number;

/** A disk in memory that knows what was synced: the content of each file, and the names of each folder, apart. */
export class MemoryDisk {
  private folders = new Map<string, Folder>();

  readonly files: FileSystem = {
    makeFolder: async (folder) => void this.folderOf(folder),
    list: async (folder) => [...(this.folders.get(folder)?.names.keys() ?? [])],
    stat: async (file) => {
      const { content, modified } = this.inode(file);
      return { size: content.length, modified };
    },
    read: async (file) => Buffer.from(this.inode(file).content),
    openForReading: async (file) => openInode(this.inode(file), () => false),
    create: async (file) => {
      const { names } = this.folderOf(path.dirname(file));
      const name = path.basename(file);
      if (names.has(name)) throw withCode('EEXIST', file);
      const inode = { content: Buffer.alloc(0), synced: Buffer.alloc(0), modified: Date.now() };
      names.set(name, inode);
      return openInode(inode, () => names.get(name) !== inode);
    },
    remove: async (file) => void this.folders.get(path.dirname(file))?.names.delete(path.basename(file)),
    syncFolder: async (folder) => {
      const { names } = this.folderOf(folder);
      this.folders.set(folder, { names, synced: new Map(names) });
    },
  };

  /** Sets the content of a file, durably. */
  put(file: string, content: Buffer): void {
    const folder = this.folderOf(path.dirname(file));
    const inode = { content, synced: content, modified: Date.now() };
    folder.names.set(path.basename(file), inode);
    folder.synced.set(path.basename(file), inode);
  }

  /** The disk that is there after the power came back. */
  afterPowerLoss(remains: Remains): MemoryDisk {
    const after = new MemoryDisk();
    const random = randomFrom(typeof remains === 'number' ? remains : 0);
    const stays = (): boolean => remains === 'all' || (remains !== 'nothing' && random() < 0.5);
    for (const [folder, { names, synced }] of this.folders) {
      after.folderOf(folder);
      for (const name of new Set([...names.keys(), ...synced.keys()])) {
        const [now, before] = [names.get(name), synced.get(name)];
        const inode = now === before || stays() ? now : before;
        if (inode) after.put(path.join(folder, name), remainsOf(inode, stays));
      }
    }
    return after;
  }

  private folderOf(folder: string): Folder {
    const known = this.folders.get(folder) ?? {
      names: new Map<string, Inode>(),
      synced: new Map<string, Inode>(),
    };
    this.folders.set(folder, known);
    return known;
  }

  private inode(file: string): Inode {
    const found = this.folders.get(path.dirname(file))?.names.get(path.basename(file));
    if (!found) throw withCode('ENOENT', file);
    return found;
  }
}

const SECTOR = 64;

/** Of bytes that were not synced any sectors may be lost, whatever their order. */
function remainsOf({ content, synced }: Inode, stays: () => boolean): Buffer {
  const left = Buffer.from(synced);
  let result = left;
  for (let at = left.length; at < content.length; at += SECTOR) {
    const part = content.subarray(at, at + SECTOR);
    if (stays()) result = Buffer.concat([result, Buffer.alloc(Math.max(0, at - result.length)), part]);
  }
  return result;
}

function openInode(inode: Inode, isUnlinked: () => boolean): OpenFile {
  return {
    readFrom: async (position) => Buffer.from(inode.content.subarray(position)),
    write: async (bytes, position) => {
      const end = position + bytes.length;
      const content = Buffer.alloc(Math.max(inode.content.length, end));
      inode.content.copy(content);
      content.set(bytes, position);
      inode.content = content;
      inode.modified = Date.now();
      return bytes.length;
    },
    sync: async () => void (inode.synced = inode.content),
    isUnlinked: async () => isUnlinked(),
    close: async () => undefined,
  };
}

function withCode(code: string, file: string): Error {
  return Object.assign(new Error(`${code}: ${file}`), { code });
}
