import * as vscode from 'vscode';
import type { App } from '../app';
import { throwIfCancelled, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { count, oneLine } from '../base/text';
import { describeOffer } from '../sandbox/dependencies/offerText';
import { resolveTarget, targetUris } from './auditTarget';
import { COMMANDS } from './ids';

/**
 * Handler of "Install Dependencies for Audits": asks, then makes the image of the dependencies of the file's project. Called
 * with a document, or for the one in front. Resolves to the image's id, undefined when the user does not want it.
 */
export async function installDependencies(app: App, uri?: unknown): Promise<string | undefined> {
  if (!vscode.workspace.isTrusted) {
    throw new UserError(
      'Nothing is installed for a workspace in Restricted Mode',
      'trust the workspace first, then try again',
    );
  }
  const [document] = targetUris(uri, undefined);
  if (!document) return undefined;
  const { folder, file } = resolveTarget(document);
  const offer = await app.dependencyOffer(folder.uri.fsPath, file);
  if (!offer) {
    throw new UserError(
      `No lockfile is above ${file}`,
      'make one with your package manager (npm install, pnpm install, yarn install, uv lock, poetry lock) or write a requirements.txt',
    );
  }
  if (await app.dependencies.isMade(offer)) {
    void offerAudit(document, `The dependencies that ${offer.project.lockfiles.join(', ')} names are there.`);
    return undefined;
  }
  const question = `Install the dependencies of ${offer.project.folder || folder.name} for audits?`;
  const detail = describeOffer(offer).join('\n\n');
  const answer = await vscode.window.showInformationMessage(question, { modal: true, detail }, 'Install');
  if (answer !== 'Install') return undefined;
  const image = await withProgress('Seaworthy: installing dependencies', (signal, onProgress) =>
    app.dependencies.install(offer, { signal, onProgress }),
  );
  void offerAudit(document, `Dependencies are installed for audits of ${folder.name}.`);
  return image.id;
}

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

async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal, onProgress: (message: string) => void) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
  return vscode.window.withProgress(options, async (progress, token) => {
    const cancel = new AbortController();
    const subscription = token.onCancellationRequested(() => cancel.abort());
    try {
      const result = await work(cancel.signal, (message) =>
        progress.report({ message: oneLine(message, 120) }),
      );
      throwIfCancelled(cancel.signal);
      return result;
    } finally {
      subscription.dispose();
    }
  });
}

async function offerAudit(document: vscode.Uri, text: string): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(text, 'Audit This File');
  if (chosen) await vscode.commands.executeCommand(COMMANDS.auditFile, document);
}
