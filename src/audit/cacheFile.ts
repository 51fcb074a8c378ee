import { createReadStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { writeFileAtomically } from '../base/atomicFile';

const FORMAT = 2;
/** Small enough that what is made on the way is gone soon: large strings stay until all memory is looked through. */
const CHUNK = 32_000;

/**
 * Writes entries of strings, one a line below the version that they fit: neither to write nor to read it takes all of them
 * twice. Resolves in any case: a cache that can't be written is only slower.
 */
export async function writeCache(
  file: string,
  version: string,
  entries: Iterable<readonly string[]>,
): Promise<void> {
  // seaworthy-ignore TH11: a cache that can't be written costs time only, and nobody could do anything about it
  await writeFileAtomically(file, linesOf(version, entries)).catch(() => undefined);
}

function* linesOf(version: string, entries: Iterable<readonly string[]>): Generator<string> {
  let chunk = `${JSON.stringify({ format: FORMAT, version })}\n`;
  for (const entry of entries) {
    chunk += `${JSON.stringify(entry)}\n`;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

/** Gives each entry of a file to `take`. False where it is missing, damaged, larger than that or of another version. */
export async function readCache(
  file: string,
  { version, maxBytes }: { version: string; maxBytes: number },
  take: (entry: readonly string[]) => void,
): Promise<boolean> {
  try {
    if ((await fs.stat(file)).size > maxBytes) return false;
    let isFirst = true;
    for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
      const value = JSON.parse(line) as unknown;
      if (isFirst && !isHeader(value, version)) return false;
      if (!isFirst && !isEntry(value)) return false;
      if (!isFirst) take(value as string[]);
      isFirst = false;
    }
    return !isFirst;
  } catch {
    return false;
  }
}

function isHeader(value: unknown, version: string): boolean {
  const header = value as { format?: unknown; version?: unknown } | null;
  return header?.format === FORMAT && header.version === version;
}

function isEntry(value: unknown): boolean {
  return Array.isArray(value) && value.every((part) => typeof part === 'string');
}
