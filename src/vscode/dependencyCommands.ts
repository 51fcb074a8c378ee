import * as vscode from 'vscode';
import type { App } from '../app';
import type { Logger } from '../base/logger';
import { count, oneLine } from '../base/text';

/** Handler of "Remove Dependency Images": shows them, asks, removes those that are chosen. */
export async function removeDependencyImages(app: App): Promise<number> {
  const images = await app.dependencies.kept.list();
  if (images.length === 0) {
    void vscode.window.showInformationMessage('There are no images of dependencies on the engine.');
    return 0;
  }
  const items = images.map((image) => ({
    label: oneLine(image.source, 120),
    description: `last used ${image.lastUsed}, ${Math.round(image.size / 1e6)} MB with its base`,
    picked: false,
    id: image.id,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Remove Dependency Images',
    placeHolder: 'Choose what to remove; audits then need it to be installed again',
    canPickMany: true,
  });
  if (!chosen || chosen.length === 0) return 0;
  const answer = await vscode.window.showWarningMessage(
    `Remove ${count(chosen.length, 'image')} of dependencies?`,
    { modal: true, detail: chosen.map(({ label }) => label).join('\n') },
    'Remove',
  );
  if (answer !== 'Remove') return 0;
  const removed = await app.dependencies.kept.remove(chosen.map(({ id }) => id));
  const stayed = chosen.length - removed;
  void vscode.window.showInformationMessage(
    `${count(removed, 'image')} removed.${stayed > 0 ? ` ${count(stayed, 'image')} stayed: an audit uses it.` : ''}`,
  );
  return removed;
}

/** Removes what has not been used for long and tells the user what went. */
export async function pruneDependencyImages(app: App, logger: Logger): Promise<void> {
  const removed = await app.pruneDependencyImages();
  if (removed === undefined) return;
  logger.info(removed);
  void vscode.window.showInformationMessage(`Seaworthy: ${removed}`);
}
