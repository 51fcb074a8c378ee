import * as vscode from 'vscode';
import type { WorkspaceFacts } from '../audit/workspace/workspaceFacts';
import { relativeInside } from '../base/paths';

/** Folders that audits never look into, and in which files change all the time. */
const NOT_FOLLOWED = /(?:^|\/)(?:node_modules|\.git|\.venv|venv|__pycache__)(?:\/|$)/;

/**
 * Tells what is known of the open folders, and the list of audits, which files change, whoever changes them. Costs nothing for
 * a folder that nobody has audited.
 */
export function followFiles(
  facts: Pick<WorkspaceFacts, 'changed'>,
  audits: { refreshStale(uri: vscode.Uri): void },
): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher('**/*');
  const tell = (uri: vscode.Uri, contentAlone: boolean): void => {
    const root = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
    const file = root === undefined ? undefined : relativeInside(root, uri.fsPath);
    if (root === undefined || file === undefined || NOT_FOLLOWED.test(file)) return;
    audits.refreshStale(uri);
    // What configures the project decides what imports mean, and what belongs to it.
    const decides = /(?:^|\/)(?:\.gitignore|[\w.-]+\.(?:json|toml|cfg|txt))$/.test(file);
    facts.changed(root, contentAlone && !decides ? file : undefined);
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange((uri) => tell(uri, true)),
    watcher.onDidCreate((uri) => tell(uri, false)),
    watcher.onDidDelete((uri) => tell(uri, false)),
  );
}
