import * as path from 'node:path';
import * as vscode from 'vscode';
import { oneLine } from '../../base/text';
import { columnFor } from './columnFor';

/** What a file would be, beside what it is. */
export interface Change {
  file: vscode.Uri;
  left: vscode.Uri;
  right: vscode.Uri;
}

/** Shows changes of one or several files in one tab; nothing is changed. */
export async function showChanges(what: string, changes: readonly Change[]): Promise<void> {
  const title = oneLine(what, 60);
  const [first] = changes;
  if (changes.length > 1)
    await vscode.commands.executeCommand(
      'vscode.changes',
      title,
      changes.map(({ file, left, right }) => [file, left, right]),
    );
  else if (first)
    await vscode.commands.executeCommand(
      'vscode.diff',
      first.left,
      first.right,
      `${oneLine(path.posix.basename(first.file.path), 80)} (${title})`,
      { preview: true, viewColumn: columnFor(first.file) },
    );
}
