import * as path from 'node:path';
import * as vscode from 'vscode';
import { supportedExtensions } from '../audit/language';
import { UserError } from '../base/errors';
import { relativeInside } from '../base/paths';

/** What is audited, in the audit's own terms. */
export interface AuditTarget {
  folder: vscode.WorkspaceFolder;
  uri: vscode.Uri;
  /** Workspace-relative; for an untitled editor the name it would be run under. */
  file: string;
}

const UNTITLED_EXTENSIONS: Record<string, string> = {
  javascript: '.js',
  javascriptreact: '.jsx',
  typescript: '.ts',
  typescriptreact: '.tsx',
  python: '.py',
};

/** The documents a command was called on: the selection in the explorer, the given one, or the one in front. */
export function targetUris(uri: unknown, selected: unknown): vscode.Uri[] {
  if (Array.isArray(selected)) {
    const uris = selected.filter((item): item is vscode.Uri => item instanceof vscode.Uri);
    if (uris.length > 0) return uris;
  }
  if (uri instanceof vscode.Uri) return [uri];
  const tab: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const inFront =
    vscode.window.activeTextEditor?.document.uri ??
    (tab instanceof vscode.TabInputText || tab instanceof vscode.TabInputCustom ? tab.uri : undefined);
  if (inFront) return [inFront];
  throw new UserError(
    vscode.l10n.t('No file to audit'),
    vscode.l10n.t('open a file ({0}) or right-click one in the Explorer', supportedExtensions.join(', ')),
  );
}

/** Finds the workspace a document belongs to. Throws a `UserError` where there is none. */
export function resolveTarget(uri: vscode.Uri): AuditTarget {
  const name = path.posix.basename(uri.path);
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    throw new UserError(
      vscode.l10n.t('No folder is open'),
      vscode.l10n.t('open the folder that holds {0}, then audit it again', name),
    );
  }
  if (uri.scheme === 'untitled') return untitledTarget(uri, folders);
  if (uri.scheme !== 'file') {
    throw new UserError(
      vscode.l10n.t('{0} is not a file on disk', name),
      vscode.l10n.t('only files of an open folder can be audited'),
    );
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder) {
    throw new UserError(
      vscode.l10n.t('{0} is outside the open folder', name),
      vscode.l10n.t('open the folder it belongs to, then audit it again'),
    );
  }
  return { folder, uri, file: relativeInside(folder.uri.fsPath, uri.fsPath) ?? '.' };
}

function untitledTarget(uri: vscode.Uri, folders: readonly vscode.WorkspaceFolder[]): AuditTarget {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  const extension = UNTITLED_EXTENSIONS[document?.languageId ?? ''];
  const folder = folders[0];
  if (!document || !extension || !folder) {
    throw new UserError(
      vscode.l10n.t('This editor has no language that can be audited'),
      vscode.l10n.t('choose JavaScript, TypeScript or Python as its language, or save it'),
    );
  }
  return { folder, uri, file: `${path.posix.basename(uri.path)}${extension}` };
}

/** The unsaved texts of a folder by workspace-relative path, the target's own among them. */
export function unsavedTexts(target: AuditTarget): Map<string, string> {
  const texts = new Map<string, string>();
  for (const document of vscode.workspace.textDocuments) {
    if (document.uri.toString() === target.uri.toString()) {
      if (document.isDirty || document.isUntitled) texts.set(target.file, document.getText());
    } else if (document.isDirty && document.uri.scheme === 'file') {
      const file = relativeInside(target.folder.uri.fsPath, document.uri.fsPath);
      if (file !== undefined) texts.set(file, document.getText());
    }
  }
  return texts;
}
