import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * The bytes of a regular file of at most `maxBytes`. Never follows a link in its last part, and never waits for the
 * other end of a pipe. Rejects with an `Error` otherwise.
 */
export async function readRegularFile(file: string, maxBytes: number): Promise<Buffer> {
  // Windows has neither flag.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(file, flags);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error('not a regular file');
    if (stats.size > maxBytes) throw new Error('too big');
    const content = Buffer.alloc(stats.size);
    let bytes = 0;
    while (bytes < content.length) {
      const { bytesRead } = await handle.read(content, bytes, content.length - bytes, bytes);
      if (bytesRead === 0) break;
      bytes += bytesRead;
    }
    return content.subarray(0, bytes);
  } finally {
    await handle.close();
  }
}
