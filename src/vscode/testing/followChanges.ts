import * as vscode from 'vscode';
import { supportedExtensions } from '../../audit/language';
import { messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';

/** How long it is quiet before a change counts, in milliseconds: people type, and branches change many files at once. */
const PAUSE = 400;

interface Followers {
  /** Files have come or gone. */
  listChanged: () => Promise<void>;
  /** The text of a file is another one, on the screen or on the disk. */
  textChanged: (uri: vscode.Uri) => Promise<void>;
  logger: Logger;
}

/** Tells, a moment after it is quiet again, what changes of the sources in the open folders. */
export function followChanges({ listChanged, textChanged, logger }: Followers): vscode.Disposable {
  const extensions = supportedExtensions.map((extension) => extension.slice(1)).join(',');
  const watcher = vscode.workspace.createFileSystemWatcher(`**/*.{${extensions}}`);
  const timers = new Map<string, NodeJS.Timeout>();
  const later = (key: string, work: () => Promise<void>): void => {
    clearTimeout(timers.get(key));
    const run = (): void => {
      timers.delete(key);
      work().catch((error: unknown) => logger.warn(`Tests were not looked for: ${messageOf(error)}`));
    };
    timers.set(key, setTimeout(run, PAUSE));
  };
  const isFollowed = (uri: vscode.Uri): boolean =>
    !/\/(?:node_modules|\.git|\.venv|venv|__pycache__)\//.test(uri.path);
  const list = (uri: vscode.Uri): void => {
    if (isFollowed(uri)) later('', listChanged);
  };
  const text = (uri: vscode.Uri): void => {
    if (uri.scheme === 'file' && isFollowed(uri)) later(uri.toString(), () => textChanged(uri));
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(list),
    watcher.onDidDelete(list),
    watcher.onDidChange(text),
    vscode.workspace.onDidChangeTextDocument(({ document }) => text(document.uri)),
    vscode.workspace.onDidChangeWorkspaceFolders(() => later('', listChanged)),
    new vscode.Disposable(() => timers.forEach((timer) => clearTimeout(timer))),
  );
}
