import * as vscode from 'vscode';
import { describeError, isCancelled, messageWithNextStep, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { withoutLinks } from '../base/text';
import { COMMANDS } from './ids';

export type Handler = (...parameters: unknown[]) => Promise<unknown>;

/** A handler for each of some ids. */
export type HandlersOf<Ids extends Record<string, string>> = Record<Ids[keyof Ids], Handler>;

/**
 * Registers a command whose failures end here: what a user can act on is shown in words, what is a defect of ours goes
 * to the log as well, a cancellation is silent.
 */
export function registerCommand(logger: Logger, id: string, handler: Handler): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...parameters: unknown[]) => {
    try {
      return await handler(...parameters);
    } catch (error) {
      if (!isCancelled(error)) void showFailure(logger, error);
      return undefined;
    }
  });
}

async function showFailure(logger: Logger, error: unknown): Promise<void> {
  if (error instanceof UserError) {
    logger.warn(describeError(error));
    await vscode.window.showWarningMessage(withoutLinks(messageWithNextStep(error)));
    return;
  }
  logger.error(describeError(error));
  const text = withoutLinks(`Seaworthy: ${messageWithNextStep(error)}`);
  const chosen = await vscode.window.showErrorMessage(text, vscode.l10n.t('Show Log'));
  if (chosen) await vscode.commands.executeCommand(COMMANDS.showLog);
}
