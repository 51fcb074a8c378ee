import * as vscode from 'vscode';
import { oneLine } from '../../base/text';
import { locale } from '../../base/texts';
import type { LockOwner } from '../../deploy/ship/release';

/** "me@host has been deploying since ...", or that this was interrupted. */
export function ownerText({ user, host, pid, since, doing }: LockOwner, now: 'busy' | 'interrupted'): string {
  const who = user === '' ? vscode.l10n.t('somebody') : oneLine(`${user}@${host}`, 100);
  const what = oneLine(doing, 200) || vscode.l10n.t('A deploy');
  const when = new Date(since);
  const time = Number.isNaN(when.getTime())
    ? oneLine(since, 40) || vscode.l10n.t('a time that is not known')
    : when.toLocaleString(locale());
  return now === 'busy'
    ? vscode.l10n.t('{0} (process {1}) holds it since {2}: {3}.', who, pid, time, what)
    : vscode.l10n.t(
        '{0} was interrupted (begun by {1} at {2}). What was there before has to be put back.',
        what,
        who,
        time,
      );
}

/** Two at once would spoil one another, so that it takes more than a click in passing. */
export async function askToBreak(name: string, owner: LockOwner): Promise<boolean> {
  const action = vscode.l10n.t('Break the Lock');
  const detail = `${ownerText(owner, 'busy')}\n${vscode.l10n.t('If it still goes on, both will fail. Break the lock only when you know that it does not.')}`;
  const question = vscode.l10n.t('Another deploy of {0} goes on.', oneLine(name, 100));
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, action)) === action;
}
