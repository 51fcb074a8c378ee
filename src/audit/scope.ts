import * as path from 'node:path';
import { UserError } from '../base/errors';
import { relativeInside } from '../base/paths';
import { t } from '../base/texts';
import { languageOf } from './language';
import { MAX_FILE_BYTES } from './openFile';
import { isWrittenByHand } from './syntax/role';

/** Files of a project that its ignore files don't name, and what of it can't be looked at. */
export type ListFiles = (
  root: string,
  signal: AbortSignal | undefined,
) => Promise<{ files: { path: string; size: number }[]; withheld: { path: string; why: string }[] }>;

/** Relative paths of files that differ from a commit, those git doesn't know yet among them. */
export type ListChanges = (
  root: string,
  reference: string | undefined,
  signal: AbortSignal | undefined,
) => Promise<string[]>;

/** What a wider audit looks at. Paths are relative to the workspace, with forward slashes. */
export interface Scope {
  files: string[];
  /** Source that is not looked at, and why. */
  skipped: { path: string; why: string }[];
}

/** More than this at once is a mistake more often than a wish. */
const MAX_FILES = 20_000;

/** The files of a folder of the workspace that can be audited; the workspace itself is a folder too. */
export async function scopeOfFolder(
  workspace: string,
  folder: string,
  listFiles: ListFiles,
  signal?: AbortSignal,
): Promise<Scope> {
  const absolute = path.resolve(workspace, folder);
  const relative = absolute === path.resolve(workspace) ? '' : relativeInside(workspace, absolute);
  if (relative === undefined)
    throw new UserError(
      t('{0} is outside the workspace {1}', folder, workspace),
      t('open the folder it belongs to'),
    );
  const { files, withheld } = await listFiles(workspace, signal);
  const prefix = relative === '' ? '' : `${relative}/`;
  const inFolder = ({ path: file }: { path: string }): boolean => file.startsWith(prefix);
  return choose(files.filter(inFolder), withheld.filter(inFolder));
}

/** The files that differ from a commit and can be audited. */
export async function scopeOfChanges(
  workspace: string,
  reference: string | undefined,
  { listFiles, listChanges }: { listFiles: ListFiles; listChanges: ListChanges },
  signal?: AbortSignal,
): Promise<Scope> {
  const changed = new Set(await listChanges(workspace, reference, signal));
  const { files, withheld } = await listFiles(workspace, signal);
  const isChanged = ({ path: file }: { path: string }): boolean => changed.has(file);
  return choose(files.filter(isChanged), withheld.filter(isChanged));
}

function choose(
  files: readonly { path: string; size: number }[],
  withheld: readonly { path: string; why: string }[],
): Scope {
  const scope: Scope = { files: [], skipped: [] };
  for (const { path: file, why } of withheld) if (languageOf(file)) scope.skipped.push({ path: file, why });
  for (const { path: file, size } of files) {
    if (!languageOf(file)) continue;
    const why = reasonToSkip(file, size);
    if (why === undefined) scope.files.push(file);
    else scope.skipped.push({ path: file, why });
  }
  if (scope.files.length > MAX_FILES)
    throw new UserError(
      t('There are {0} files to audit, and the limit is {1}', scope.files.length, MAX_FILES),
      t('Audit a folder of it.'),
    );
  scope.files.sort();
  return scope;
}

function reasonToSkip(file: string, size: number): string | undefined {
  if (size === 0) return 'empty';
  if (size > MAX_FILE_BYTES) return `larger than ${MAX_FILE_BYTES / 1e6} MB`;
  return isWrittenByHand(file) ? undefined : 'generated, or declarations alone, by its path';
}
