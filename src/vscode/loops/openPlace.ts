import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import { columnFor } from './columnFor';

/** Opens a file of a workspace beside the page. Rejects with `UserError`, `nextStep` where it is not there. */
export async function openPlace(
  folder: vscode.WorkspaceFolder,
  place: { file: string; line: number } | undefined,
  nextStep: string,
): Promise<string> {
  if (!place) throw new UserError(t('This place is not known any more'));
  const uri = vscode.Uri.joinPath(folder.uri, place.file);
  if (!uri.path.startsWith(`${folder.uri.path}/`))
    throw new UserError(t('{0} lies outside of the workspace', oneLine(place.file, 200)));
  const at = new vscode.Range(place.line - 1, 0, place.line - 1, 0);
  try {
    const options = { selection: at, preview: true, viewColumn: columnFor(uri) };
    await vscode.window.showTextDocument(uri, options);
  } catch {
    throw new UserError(t('{0} can not be opened', oneLine(place.file, 200)), nextStep);
  }
  return '';
}
