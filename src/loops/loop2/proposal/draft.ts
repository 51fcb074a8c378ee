import { createHash } from 'node:crypto';
import { UserError } from '../../../base/errors';
import { t } from '../../../base/texts';
import { stateOfEdit } from '../../loop1/remediation/applyEdits';
import type { FileEdit } from '../../loop1/remediation/remedy';
import { textsHash } from '../gate/contentHash';

/** What a worker has written for a task, and nobody has put into the workspace yet. */
export interface Draft {
  edits: readonly FileEdit[];
  /** What the worker says of it: shown to people, decides nothing. */
  says: string;
  /** SHA-256 in hex over all other texts that it was audited with; empty before that. */
  around: string;
  /** Of the verdict that passes it as it is; empty while there is none. */
  verdictId: string;
  /** A person wants it in the workspace. */
  isApproved: boolean;
}

export function draftOf(edits: readonly FileEdit[], says: string): Draft {
  return { edits, says, around: '', verdictId: '', isApproved: false };
}

/** Over all texts but those that a draft writes. */
export function aroundHash(texts: ReadonlyMap<string, string>, { edits }: Pick<Draft, 'edits'>): string {
  const own = new Set(edits.map(({ file }) => file));
  return textsHash(new Map([...texts].filter(([file]) => !own.has(file))));
}

/** The texts of a draft that were made for what the workspace holds now, by file: others would undo what somebody has done since. */
export function stillFitting(
  draft: Draft | null,
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const fitting = (draft?.edits ?? []).filter(({ file, before }) => hashOfText(texts.get(file)) === before);
  return new Map(fitting.map(({ file, after }) => [file, after]));
}

/** SHA-256 in hex; null for what is not there. */
export function hashOfText(text: string | undefined): string | null {
  return text === undefined ? null : createHash('sha256').update(text).digest('hex');
}

/** The edits that are not made yet. Rejects with `UserError` where a file is neither as it was nor as it is to be. */
export async function editsLeft(root: string, { edits }: Pick<Draft, 'edits'>): Promise<FileEdit[]> {
  const left: FileEdit[] = [];
  for (const edit of edits) {
    const state = await stateOfEdit(root, edit);
    if (state === 'changed')
      throw new UserError(
        t('{0} has changed since the work on it began', edit.file),
        t('Send it back, so that it is done anew from what is there now, or discard it.'),
      );
    if (state === 'before') left.push(edit);
  }
  return left;
}
