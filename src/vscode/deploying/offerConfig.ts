import * as path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { findComposeFile } from '../../deploy/compose';
import { projectNameFor } from '../../deploy/project';
import { CONFIG_FILE } from '../../deploy/projectFiles';

/** Says that nothing is written down, and opens a text that could be, unsaved: where to deploy to is for the user to say. */
export async function offerConfig(folders: readonly vscode.WorkspaceFolder[]): Promise<void> {
  const found = await Promise.all(
    folders.map(async (folder) => ({ folder, file: await findComposeFile(folder.uri.fsPath, undefined) })),
  );
  const [first] = found.filter(({ file }) => file !== undefined);
  if (first?.file === undefined)
    throw new UserError(
      vscode.l10n.t('No environment is written down in {0}, and no Compose file was found', CONFIG_FILE),
      vscode.l10n.t('Write a Compose file first; what is deployed are its services.'),
    );
  const { folder, file } = first;
  const write = vscode.l10n.t('Write {0}…', CONFIG_FILE);
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'No environment is written down in {0}. {1} has {2}, which can be deployed.',
      CONFIG_FILE,
      oneLine(folder.name, 100),
      oneLine(file, 100),
    ),
    write,
  );
  if (chosen === write) await openDraft(folder, file);
}

async function openDraft(folder: vscode.WorkspaceFolder, composeFile: string): Promise<void> {
  const uri = vscode.Uri.joinPath(folder.uri, CONFIG_FILE);
  if (await isThere(uri)) {
    await vscode.window.showTextDocument(uri);
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(0, 0), draft(folder.uri.fsPath, composeFile));
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

function draft(folder: string, composeFile: string): string {
  const name = projectNameFor(folder) || 'app';
  const environments = {
    staging: { path: `../${path.basename(folder)}-staging` },
    production: { path: `/srv/${name}` },
  };
  return `${JSON.stringify({ projects: { [name]: { composeFile, environments } } }, undefined, 2)}\n`;
}
