import * as vscode from 'vscode';
import { oneLine } from '../../base/text';
import type { LockOwner } from '../../deploy/ship/release';

/** "me@host has been deploying since ...", or that this was interrupted. */
export function ownerText({ user, host, pid, since, doing }: LockOwner, now: 'busy' | 'interrupted'): string {
  const who = user === '' ? 'somebody' : oneLine(`${user}@${host}`, 100);
  const what = oneLine(doing, 200) || 'A deploy';
  const when = new Date(since);
  const time = Number.isNaN(when.getTime())
    ? oneLine(since, 40) || 'a time that is not known'
    : when.toLocaleString();
  return now === 'busy'
    ? `${who} (process ${pid}) holds it since ${time}: ${what}.`
    : `${what} was interrupted (begun by ${who} at ${time}). What was there before has to be put back.`;
}

/** Two at once would spoil one another, so that it takes more than a click in passing. */
export async function askToBreak(name: string, owner: LockOwner): Promise<boolean> {
  const action = 'Break the Lock';
  const detail = `${ownerText(owner, 'busy')}\nIf it still goes on, both will fail. Break the lock only when you know that it does not.`;
  const question = `Another deploy of ${oneLine(name, 100)} goes on.`;
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, action)) === action;
}
