import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled, UserError } from '../../../base/errors';
import { t } from '../../../base/texts';
import type { SandboxFile } from '../../../sandbox/sandbox';

/** Bytes of packages sent to one sandbox; they live in its memory. */
const MAX_BYTES = 60_000_000;
const MAX_FILES = 30_000;

/** Collects files of packages up to a limit. */
export class PackageFiles {
  readonly files: SandboxFile[] = [];
  private bytes = 0;

  constructor(private readonly signal: AbortSignal | undefined) {}

  /**
   * Adds one regular file, and nothing for a link, a device or a file that can't be read.
   * Rejects with `UserError` past the limit, with `CancelledError` on abort.
   */
  async add(source: string, path: string): Promise<void> {
    throwIfCancelled(this.signal);
    const read = await readRegular(source, MAX_BYTES - this.bytes);
    if (read === undefined) return;
    const { content, executable } = read;
    this.bytes += content.length;
    if (content.length > MAX_BYTES || this.bytes > MAX_BYTES || this.files.length >= MAX_FILES) {
      throw new UserError(
        t('its packages are larger than the {0} MB that are sent to a sandbox', MAX_BYTES / 1e6),
        t('Test the file with fewer packages.'),
      );
    }
    this.files.push({ path, content, ...(executable && { executable }) });
  }

  /** Adds what `wanted` accepts in a folder and the folders in it; `wanted` gets paths relative to it. */
  async addFolder(
    source: string,
    path: string,
    wanted: (relative: string, isFolder: boolean) => boolean,
  ): Promise<void> {
    const visit = async (relative: string): Promise<void> => {
      const entries = await fs.readdir(join(source, relative), { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        const child = relative === '' ? entry.name : `${relative}/${entry.name}`;
        if (entry.isDirectory() && wanted(child, true)) await visit(child);
        else if (entry.isFile() && wanted(child, false))
          await this.add(join(source, child), `${path}/${child}`);
      }
    };
    await visit('');
  }
}

/** One byte more than `limit` is read at most, so that the caller sees that it is passed. */
async function readRegular(
  path: string,
  limit: number,
): Promise<{ content: Buffer; executable: boolean } | undefined> {
  try {
    const stat = await fs.lstat(path);
    if (!stat.isFile()) return undefined;
    const executable = (stat.mode & 0o100) !== 0;
    const content = stat.size > limit ? Buffer.alloc(limit + 1) : await fs.readFile(path);
    return { content, executable };
  } catch {
    return undefined;
  }
}
