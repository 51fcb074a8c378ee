import * as vscode from 'vscode';

export interface Question {
  question: string;
  detail: string;
  /** The button's text. */
  action: string;
  /** Where real users are served, a click is too easy: the word has to be typed. */
  isProduction: boolean;
}

/** Asks before something that hurts; false when it is not wanted. */
export async function askBefore({ question, detail, action, isProduction }: Question): Promise<boolean> {
  if (!isProduction)
    return (await vscode.window.showWarningMessage(question, { modal: true, detail }, action)) === action;
  const goOn = vscode.l10n.t('Type yes…');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} This is production.', question),
    { modal: true, detail },
    goOn,
  );
  if (chosen !== goOn) return false;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('{0} This is production.', question),
    prompt: vscode.l10n.t('Type yes to {0}. Anything else cancels.', action.toLowerCase()),
    ignoreFocusOut: true,
  });
  return typed?.trim() === 'yes';
}
