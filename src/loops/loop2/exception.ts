import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import type { Exception } from './taskRecord';

/** A person's word that a task may stand. Rejects with `UserError` without a reason, a name, and a day to come. */
export function exceptionOf(
  { reason, by, expiresAt }: { reason: string; by: string; expiresAt: string },
  now: Date,
): Exception {
  const end = Date.parse(expiresAt);
  if (reason.trim() === '' || by.trim() === '')
    throw new UserError(
      t('An exception needs a reason and a name'),
      t('Say why the task may stand, and who says so.'),
    );
  if (!(end > now.getTime()))
    throw new UserError(t('An exception needs a day to come on which it ends'), t('Such as 2030-01-31.'));
  return {
    ...{ reason: oneLine(reason, 500), by: oneLine(by, 80) },
    ...{ at: now.toISOString(), expiresAt: new Date(end).toISOString() },
  };
}
