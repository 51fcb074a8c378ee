import * as vscode from 'vscode';
import { messageOf, UserError } from '../base/errors';
import type { ProjectState } from '../repositories/projectState';

/** The kept state of a workspace folder. */
export type StateOf = (folder: vscode.WorkspaceFolder) => ProjectState;

/** Handler of "Export State": writes JSON and SQLite to a folder, the one given or one the user chooses. */
export async function exportState(stateOf: StateOf, target?: unknown): Promise<vscode.Uri | undefined> {
  const folder = await chooseFolder();
  if (!folder) return undefined;
  const state = stateOf(folder);
  if (!(await state.exists())) throw nothingKept(folder);
  const to = target instanceof vscode.Uri ? target : await chooseTarget(folder);
  if (!to) return undefined;
  const { json, sqlite } = await state.exportState(to.fsPath);
  void offerToOpen(json, sqlite);
  return to;
}

/** Handler of "Clear History": asks, then removes every kept audit, run, deployment and operation of the folder. */
export async function clearHistory(stateOf: StateOf): Promise<void> {
  const folder = await chooseFolder();
  if (!folder) return;
  const state = stateOf(folder);
  if (!(await state.exists())) throw nothingKept(folder);
  const question = `Clear the history of ${folder.name}?`;
  const detail =
    'Every kept audit, run, deployment and operation of this folder is removed. This cannot be undone.';
  const chosen = await vscode.window.showWarningMessage(
    question,
    { modal: true, detail },
    'Clear',
    'Export First',
  );
  if (chosen === 'Export First') await exportState(stateOf);
  if (chosen === 'Clear') await state.clearHistory();
}

/** Handler of "Show State Folder". */
export async function showStateFolder(stateOf: StateOf): Promise<void> {
  const folder = await chooseFolder();
  if (!folder) return;
  const state = stateOf(folder);
  if (!(await state.exists())) throw nothingKept(folder);
  // A browser has no file manager to show it in; the path is what can be given everywhere.
  if (vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined) {
    await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(state.folder));
    return;
  }
  void offerPath(state.folder);
}

async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0)
    throw new UserError('No folder is open', 'state is kept for each folder you open');
  return folders.length === 1 ? folders[0] : vscode.window.showWorkspaceFolderPick();
}

async function chooseTarget(folder: vscode.WorkspaceFolder): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Export Seaworthy State',
    openLabel: 'Export Here',
    canSelectFiles: false,
    canSelectFolders: true,
    defaultUri: folder.uri,
  });
  return chosen?.[0];
}

function nothingKept(folder: vscode.WorkspaceFolder): UserError {
  return new UserError(`Nothing is kept of ${folder.name} yet`, 'audit a file first');
}

async function offerToOpen(jsonFile: string, sqliteFile: string): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(
    `Exported to ${jsonFile} and ${sqliteFile}.`,
    'Open JSON',
  );
  if (!chosen) return;
  try {
    await vscode.window.showTextDocument(vscode.Uri.file(jsonFile));
  } catch (error) {
    await vscode.window.showWarningMessage(`The export could not be opened: ${messageOf(error)}`);
  }
}

async function offerPath(folder: string): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(
    `The state of this folder lies in ${folder}.`,
    'Copy Path',
  );
  if (chosen) await vscode.env.clipboard.writeText(folder);
}
