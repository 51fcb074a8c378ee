import * as vscode from 'vscode';
import type { App } from '../app';
import type { Logger } from '../base/logger';
import { oneLine } from '../base/text';
import { countOf } from '../base/texts';

/** Handler of "Remove Dependency Images": shows them, asks, removes those that are chosen. */
export async function removeDependencyImages(app: App): Promise<number> {
  const { kept } = await app.openDependencies();
  const images = await kept.list();
  if (images.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There are no images of dependencies on the engine.'),
    );
    return 0;
  }
  const items = images.map((image) => ({
    label: oneLine(image.source, 120),
    description: vscode.l10n.t(
      'last used {0}, {1} MB with its base',
      image.lastUsed,
      Math.round(image.size / 1e6),
    ),
    picked: false,
    id: image.id,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Remove Dependency Images'),
    placeHolder: vscode.l10n.t('Choose what to remove; audits then need it to be installed again'),
    canPickMany: true,
  });
  if (!chosen || chosen.length === 0) return 0;
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Remove {0} of dependencies?', countOf(chosen.length, 'image')),
    { modal: true, detail: chosen.map(({ label }) => label).join('\n') },
    vscode.l10n.t('Remove'),
  );
  if (answer !== vscode.l10n.t('Remove')) return 0;
  const removed = await kept.remove(chosen.map(({ id }) => id));
  const stayed = chosen.length - removed;
  void vscode.window.showInformationMessage(
    stayed > 0
      ? vscode.l10n.t(
          '{0} removed. {1} stayed: an audit uses it.',
          countOf(removed, 'image'),
          countOf(stayed, 'image'),
        )
      : vscode.l10n.t('{0} removed.', countOf(removed, 'image')),
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
