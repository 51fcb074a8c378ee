import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { UserError } from '../base/errors';
import { realPath, relativeInside } from '../base/paths';
import { oneLine } from '../base/text';
import { t } from '../base/texts';
import type { ToolFolder, ToolHost } from './tool';

/** A file of an open folder. */
export interface Place {
  folder: ToolFolder;
  /** Relative to the folder, with forward slashes. */
  file: string;
}

/** The folder of this name, or the only one. Rejects with `UserError`. */
export function folderNamed({ folders }: Pick<ToolHost, 'folders'>, name: string | undefined): ToolFolder {
  const all = folders();
  const [only] = all;
  if (!only)
    throw new UserError(t('No folder is open'), t('Ask the user to open the folder of the project.'));
  const names = all.map((folder) => oneLine(folder.name, 100)).join(', ');
  if (name === undefined) {
    if (all.length === 1) return only;
    throw new UserError(t('Several folders are open'), t('Say which with "folder": {0}.', names));
  }
  const found = all.find((folder) => folder.name === name);
  if (found) return found;
  throw new UserError(t('No open folder is called {0}', oneLine(name, 100)), t('There is: {0}.', names));
}

/** A file inside of an open folder, links followed, whether it is there or not. Rejects with `UserError` for any other. */
export async function placeInside(
  host: Pick<ToolHost, 'folders'>,
  file: string,
  folderName?: string,
): Promise<Place> {
  const shown = oneLine(file, 200);
  if (file.includes('\0'))
    throw new UserError(t('{0} is no path', shown), t('Name a file of the workspace.'));
  const folders = folderName === undefined ? host.folders() : [folderNamed(host, folderName)];
  if (path.isAbsolute(file)) {
    const owner = folders.find(({ root }) => relativeInside(root, path.resolve(file)) !== undefined);
    if (owner) return inside(owner, path.resolve(file), shown);
  } else {
    const candidates = folderName === undefined ? await havingFile(folders, file) : folders;
    const [only] = candidates.length === 1 ? candidates : [folderNamed(host, folderName)];
    if (only) return inside(only, path.resolve(only.root, file), shown);
  }
  throw outside(shown);
}

/** The same for a file that has to be there. */
export async function fileInside(
  host: Pick<ToolHost, 'folders'>,
  file: string,
  folderName?: string,
): Promise<Place> {
  const place = await placeInside(host, file, folderName);
  const stats = await fs.stat(path.join(place.folder.root, place.file)).catch(() => undefined);
  if (stats?.isFile()) return place;
  throw new UserError(
    stats ? t('{0} is no file', oneLine(file, 200)) : t('There is no file {0}', oneLine(file, 200)),
    t('Name a file by its path relative to the workspace.'),
  );
}

async function havingFile(folders: readonly ToolFolder[], file: string): Promise<ToolFolder[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const stats = await fs.stat(path.resolve(folder.root, file)).catch(() => undefined);
      return stats ? [folder] : [];
    }),
  );
  return found.flat();
}

async function inside(folder: ToolFolder, absolute: string, shown: string): Promise<Place> {
  const file = relativeInside(folder.root, absolute);
  if (file === undefined) throw outside(shown);
  const [root, real] = await Promise.all([realPath(folder.root), realPath(absolute)]).catch(() => {
    throw new UserError(t('{0} can not be looked at', shown), t('Name another file of the workspace.'));
  });
  if (relativeInside(root, real) === undefined) throw outside(shown);
  return { folder, file };
}

function outside(shown: string): UserError {
  return new UserError(
    t('{0} is outside of the workspace', shown),
    t('Only files of the workspace are looked at.'),
  );
}
