import { createHash } from 'node:crypto';
import { chmod, lstat } from 'node:fs/promises';
import * as path from 'node:path';
import { writeFileAtomically } from '../../../base/atomicFile';
import { hasCode, UserError } from '../../../base/errors';
import { realPath, relativeInside } from '../../../base/paths';
import { readRegularFile } from '../../../base/regularFile';
import { t } from '../../../base/texts';
import { isInside } from '../../../sandbox/workspaceWalk';
import type { FileEdit } from './remedy';

const MAX_BYTES = 1_000_000;

/** How to take an edit back: what was there before, null for a file that was not. */
export interface Undo {
  file: string;
  text: string | null;
}

/** What would take edits back. Rejects with `UserError` where one of them does not fit what is on the disk. */
export async function checkEdits(root: string, fileEdits: readonly FileEdit[]): Promise<Undo[]> {
  const undo: Undo[] = [];
  for (const { file, before } of fileEdits) {
    const text = await textOf(root, file);
    if (hashOf(text) !== before)
      throw new UserError(
        t('{0} has changed since the edit was made for it', file),
        t('Run the next iteration, and look at the new edit.'),
      );
    undo.push({ file, text });
  }
  return undo;
}

/**
 * Makes edits that a person has seen, all of them or, where one does not fit what is on the disk, none. Resolves to what takes
 * them back. Rejects with `UserError`.
 */
export async function applyEdits(root: string, fileEdits: readonly FileEdit[]): Promise<Undo[]> {
  const undo = await checkEdits(root, fileEdits);
  for (const { file, before, after } of fileEdits) {
    const absolute = path.join(root, file);
    const mode = before === null ? undefined : (await lstat(absolute)).mode;
    await writeFileAtomically(absolute, Buffer.from(after));
    // What can be run stays so.
    if (mode !== undefined) await chmod(absolute, mode & 0o7777);
  }
  return undo;
}

/** Whether a file is as it was when an edit was made for it, as the edit makes it, or neither. Rejects with `UserError` for one outside. */
export async function stateOfEdit(
  root: string,
  { file, before, after }: FileEdit,
): Promise<'before' | 'after' | 'changed'> {
  const hash = hashOf(await textOf(root, file));
  return hash === before ? 'before' : hash === hashOf(after) ? 'after' : 'changed';
}

function hashOf(text: string | null): string | null {
  return text === null ? null : createHash('sha256').update(text).digest('hex');
}

async function textOf(root: string, file: string): Promise<string | null> {
  if (!isInside(file)) throw new UserError(t('{0} lies outside of the workspace', file));
  const absolute = path.join(root, file);
  // A link on the way leads elsewhere.
  if (relativeInside(await realPath(root), await realPath(absolute)) !== file)
    throw new UserError(t('{0} leads to another place and is not written', file));
  try {
    await lstat(absolute);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  return (await readRegularFile(absolute, MAX_BYTES)).toString('utf8');
}
