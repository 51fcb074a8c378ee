import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';

/** What an editor holds that is not on the disk, of files given relative to a folder. */
function unsaved(folder: vscode.WorkspaceFolder, files: readonly string[]): vscode.TextDocument[] {
  const paths = new Set(files.map((file) => vscode.Uri.joinPath(folder.uri, file).path));
  return vscode.workspace.textDocuments.filter(
    // What was opened before it was there counts as changed, with nothing in it too.
    (document) =>
      paths.has(document.uri.path) && document.isDirty && !(document.isUntitled && document.getText() === ''),
  );
}

/** Throws a `UserError` where something would be lost, or come back with the next save. */
export function refuseUnsaved(folder: vscode.WorkspaceFolder, files: readonly string[]): void {
  const [first] = unsaved(folder, files);
  if (!first) return;
  const file = vscode.workspace.asRelativePath(folder.uri.with({ path: first.uri.path }), false);
  throw new UserError(
    t('{0} has changes that are not saved', oneLine(file, 200)),
    t('Save or revert it first.'),
  );
}

/** With those that were opened before they were there, as far as something was written. */
export async function saveFilesOf(folder: vscode.WorkspaceFolder, files: readonly string[]): Promise<void> {
  await vscode.workspace.saveAll(false);
  for (const document of unsaved(folder, files)) await document.save();
}
