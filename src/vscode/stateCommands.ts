import * as vscode from 'vscode';
import { messageOf, UserError } from '../base/errors';
import type { ProjectState } from '../repositories/projectState';
import { COMMANDS } from './ids';

/** The kept state of a workspace folder. */
export type StateOf = (folder: vscode.WorkspaceFolder) => ProjectState;

/** The commands on what is kept of a workspace folder. */
export function stateCommands(stateOf: StateOf): [string, (target: unknown) => Promise<unknown>][] {
  return [
    [COMMANDS.exportState, (target) => exportState(stateOf, target)],
    [COMMANDS.clearHistory, () => clearHistory(stateOf)],
    [COMMANDS.showStateFolder, () => showStateFolder(stateOf)],
  ];
}

/** Handler of "Export State": writes JSON and SQLite to a folder, the one given or one the user chooses. */
async function exportState(stateOf: StateOf, target?: unknown): Promise<vscode.Uri | undefined> {
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
async function clearHistory(stateOf: StateOf): Promise<void> {
  const folder = await chooseFolder();
  if (!folder) return;
  const state = stateOf(folder);
  if (!(await state.exists())) throw nothingKept(folder);
  const question = vscode.l10n.t('Clear the history of {0}?', folder.name);
  const detail = vscode.l10n.t(
    'Every kept audit, run, deployment and operation of this folder is removed. This cannot be undone.',
  );
  const chosen = await vscode.window.showWarningMessage(
    question,
    { modal: true, detail },
    vscode.l10n.t('Clear'),
    vscode.l10n.t('Export First'),
  );
  if (chosen === vscode.l10n.t('Export First')) await exportState(stateOf);
  if (chosen === vscode.l10n.t('Clear')) await state.clearHistory();
}

/** Handler of "Show State Folder". */
async function showStateFolder(stateOf: StateOf): Promise<void> {
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
    throw new UserError(
      vscode.l10n.t('No folder is open'),
      vscode.l10n.t('state is kept for each folder you open'),
    );
  return folders.length === 1 ? folders[0] : vscode.window.showWorkspaceFolderPick();
}

async function chooseTarget(folder: vscode.WorkspaceFolder): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Export Seaworthy State'),
    openLabel: vscode.l10n.t('Export Here'),
    canSelectFiles: false,
    canSelectFolders: true,
    defaultUri: folder.uri,
  });
  return chosen?.[0];
}

function nothingKept(folder: vscode.WorkspaceFolder): UserError {
  return new UserError(
    vscode.l10n.t('Nothing is kept of {0} yet', folder.name),
    vscode.l10n.t('audit a file first'),
  );
}

async function offerToOpen(jsonFile: string, sqliteFile: string): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('Exported to {0} and {1}.', jsonFile, sqliteFile),
    vscode.l10n.t('Open JSON'),
  );
  if (!chosen) return;
  try {
    await vscode.window.showTextDocument(vscode.Uri.file(jsonFile));
  } catch (error) {
    await vscode.window.showWarningMessage(
      vscode.l10n.t('The export could not be opened: {0}', messageOf(error)),
    );
  }
}

async function offerPath(folder: string): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('The state of this folder lies in {0}.', folder),
    vscode.l10n.t('Copy Path'),
  );
  if (chosen) await vscode.env.clipboard.writeText(folder);
}
