import os from 'node:os';
import path from 'node:path';

/** The repository's root folder. */
export const root = path.resolve(import.meta.dirname, '..', '..');

/** Everything a script produces and may throw away again; not in git. */
export const outDir = path.join(root, 'out');

/** Tools and images that are slow to make, shared by all clones of one user; never in git. */
export const cacheDir =
  process.env.SEAWORTHY_CACHE ||
  path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'seaworthy-dev');
