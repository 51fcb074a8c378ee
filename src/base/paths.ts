import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { hasCode } from './errors';

/**
 * `file` relative to `root` with forward slashes, or undefined when it lies outside of it or is `root` itself.
 * Pure arithmetic on names: symbolic links are the caller's concern.
 */
export function relativeInside(root: string, file: string): string | undefined {
  const relative = path.relative(root, file);
  if (relative === '' || relative === '..' || relative.startsWith(`..${path.sep}`)) return undefined;
  // On Windows another drive gives an absolute path back.
  return path.isAbsolute(relative) ? undefined : relative.split(path.sep).join('/');
}

/** Of what does not exist, the real path of what does, and the rest. */
export async function realPath(file: string): Promise<string> {
  try {
    return await fs.realpath(file);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') || path.dirname(file) === file) throw error;
    return path.join(await realPath(path.dirname(file)), path.basename(file));
  }
}
