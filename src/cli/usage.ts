import * as fs from 'node:fs';
import * as path from 'node:path';

/** Wrong usage: printed with a pointer to the help, exit status 3. */
export class UsageError extends Error {}

/** The absolute path of the folder given for `option`. */
export function existingFolder(option: string, folder: string): string {
  const absolute = path.resolve(folder);
  if (!fs.statSync(absolute, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${option} ${folder}: there is no such folder`);
  }
  return absolute;
}
