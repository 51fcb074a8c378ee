import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { realPath, relativeInside } from '../../../base/paths';
import { messageOf } from '../../../base/errors';
import { readRegularFile } from '../../../base/regularFile';

const MAX_BYTES = 64_000_000;

/**
 * SHA-256 in hex over files of a workspace, in the order given: their paths and what is in them. What can't be read, or leads out of
 * the workspace, counts as missing with the reason.
 */
export async function contentHash(root: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file}\0`);
    try {
      const real = await realPath(path.join(root, file));
      if (relativeInside(await realPath(root), real) === undefined) throw new Error('outside');
      hash.update(
        createHash('sha256')
          .update(await readRegularFile(real, MAX_BYTES))
          .digest(),
      );
    } catch (error) {
      hash.update(`missing ${messageOf(error)}`);
    }
  }
  return hash.digest('hex');
}

/** The same for a task that names no file: over all texts of the workspace. */
export function textsHash(texts: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const [file, text] of texts) hash.update(`${file}\0${text.length}\0${text}`);
  return hash.digest('hex');
}
