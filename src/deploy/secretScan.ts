import * as path from 'node:path';
import { messageOf, throwIfCancelled } from '../base/errors';
import { readRegularFile } from '../base/regularFile';
import { mayHoldSecrets } from '../base/secretFiles';
import { secretsIn } from '../base/secretText';
import type { FoundSecret } from '../base/secretText';

const MAX_BYTES = 5_000_000;
const MAX_FOUND = 100;

/**
 * Looks for secrets in `files` of a folder, which is absolute. What can't be read is told as well; files that are not text or
 * are larger than 5 MB are judged by their names alone.
 */
export async function scanSecrets(
  folder: string,
  files: readonly string[],
  isAllowed: (file: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<FoundSecret[]> {
  const found: FoundSecret[] = [];
  for (const file of files) {
    throwIfCancelled(signal);
    if (found.length >= MAX_FOUND) break;
    if (!isAllowed(file)) found.push(...(await scanFile(folder, file)));
  }
  return found.slice(0, MAX_FOUND);
}

async function scanFile(folder: string, file: string): Promise<FoundSecret[]> {
  if (mayHoldSecrets(file)) return [{ file, line: undefined, what: 'files of this name hold secrets' }];
  try {
    const content = await readRegularFile(path.join(folder, file), MAX_BYTES);
    if (content.subarray(0, 8000).includes(0)) return [];
    return secretsIn(file, content.toString('utf8'));
  } catch (error) {
    // A link is sent as a link: nothing of what it leads to.
    if (/ELOOP/.test(messageOf(error)) || messageOf(error) === 'too big') return [];
    return [{ file, line: undefined, what: `it can not be looked at: ${messageOf(error)}` }];
  }
}
