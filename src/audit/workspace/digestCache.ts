import { createHash } from 'node:crypto';
import { readCache, writeCache } from '../cacheFile';
import type { FileDigest } from './digest';

/** What is kept of a file: its digest, as an object and as it is stored, and the fingerprints of its code. */
export interface KeptDigest extends Entry {
  digest: FileDigest;
}

/** The same as it is stored. */
export interface StoredDigest {
  key: string;
  /** JSON of the digest: it takes a fraction of the objects, and its size is known. */
  text: string;
  prints: Uint32Array;
}

type Entry = Omit<StoredDigest, 'key'>;

/** What the digest of a file is stored under. */
export function digestKey({ path, text }: { path: string; text: string }): string {
  return createHash('sha256').update(`${path}\n${text}`).digest('base64');
}

export function storedDigest(
  key: string,
  { digest, prints }: Pick<KeptDigest, 'digest' | 'prints'>,
): StoredDigest {
  return { key, text: JSON.stringify(digest), prints };
}

/** Digests by the hash of what they were made from. What was not asked for the longest goes first. */
export class DigestCache {
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;
  private isChanged = false;

  /** @param maxBytes of all digests together */
  constructor(private readonly maxBytes: number) {}

  get(key: string): KeptDigest | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    try {
      const digest = JSON.parse(entry.text) as FileDigest;
      this.entries.set(key, entry);
      return { digest, ...entry };
    } catch {
      // Damaged on the disk: it is made again.
      this.bytes -= sizeOf(entry);
      return undefined;
    }
  }

  set({ key, text, prints }: StoredDigest): void {
    if (this.entries.has(key)) return;
    const entry = { text, prints };
    this.entries.set(key, entry);
    this.bytes += sizeOf(entry);
    this.isChanged = true;
    for (const [oldest, old] of this.entries) {
      if (this.bytes <= this.maxBytes) break;
      this.entries.delete(oldest);
      this.bytes -= sizeOf(old);
    }
  }

  /** Reads what was written for the same `version`, as far as it is not damaged. */
  async load(file: string, version: string): Promise<void> {
    await readCache(file, { version, maxBytes: 3 * this.maxBytes }, ([key = '', text = '', prints = '']) =>
      this.set({ key, text, prints: numbers(prints) }),
    );
    this.isChanged = false;
  }

  /** Writes what is new. Resolves in any case. */
  async save(file: string, version: string): Promise<void> {
    if (!this.isChanged) return;
    this.isChanged = false;
    await writeCache(file, version, this.lines());
  }

  private *lines(): Generator<[key: string, text: string, prints: string]> {
    for (const [key, { text, prints }] of this.entries)
      yield [key, text, Buffer.from(prints.buffer, prints.byteOffset, prints.byteLength).toString('base64')];
  }
}

function sizeOf({ text, prints }: Entry): number {
  return text.length + prints.byteLength;
}

/** Copied, so that it neither shares nor leans on the memory of the buffer it was read from. */
function numbers(text: string): Uint32Array {
  const bytes = Buffer.from(text, 'base64');
  const copy = new Uint32Array(bytes.length >> 2);
  for (let at = 0; at < copy.length; at++) copy[at] = bytes.readUInt32LE(at * 4);
  return copy;
}
