import * as vscode from 'vscode';
import { UserError } from '../base/errors';
import { COMMANDS } from './ids';

type Handler = () => Promise<void>;

/** A hook of git that audits what is committed: put there and taken away by command, and never otherwise. */
export function commitHookCommands(extensionUri: vscode.Uri): [string, Handler][] {
  const cli = vscode.Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath;
  return [
    [COMMANDS.installCommitHook, () => install(cli)],
    [COMMANDS.removeCommitHook, remove],
  ];
}

async function install(cli: string): Promise<void> {
  const folder = await chooseFolder();
  if (!folder) return;
  const { installCommitHook } = await import('../audit/commitHook');
  const file = await installCommitHook(folder.uri.fsPath, cli);
  const open = vscode.l10n.t('Open Hook');
  const text = vscode.l10n.t(
    'What is staged in {0} is audited before each commit, its tests left out.',
    folder.name,
  );
  void vscode.window.showInformationMessage(text, open).then(async (chosen) => {
    if (chosen === open) await vscode.window.showTextDocument(vscode.Uri.file(file));
  });
}

async function remove(): Promise<void> {
  const folder = await chooseFolder();
  if (!folder) return;
  const { removeCommitHook } = await import('../audit/commitHook');
  const text = (await removeCommitHook(folder.uri.fsPath))
    ? vscode.l10n.t('Commits in {0} are not audited any more.', folder.name)
    : vscode.l10n.t('There is no hook of Seaworthy in {0}.', folder.name);
  void vscode.window.showInformationMessage(text);
}

async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  if (!vscode.workspace.isTrusted)
    throw new UserError(
      vscode.l10n.t('git is not started in a workspace that is not trusted'),
      vscode.l10n.t('trust the workspace first, then try again'),
    );
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 0)
    throw new UserError(
      vscode.l10n.t('No folder on disk is open'),
      vscode.l10n.t('open the folder of your project'),
    );
  return folders.length === 1 ? folders[0] : vscode.window.showWorkspaceFolderPick();
}
