import * as vscode from 'vscode';
import { STAGE_NAMES } from '../audit/finding';
import { UserError } from '../base/errors';
import type { ToolFolder, ToolHost } from '../tools/tool';
import type { AgentToolParts } from './agentTools';
import { foldersOnDisk } from './loops/folderLoops';
import { auditForTool } from './wideAudit';

/** The window as tools see it. */
export function toolHost({ app, loops, wide }: AgentToolParts): ToolHost {
  const folderOf = ({ uri }: ToolFolder): vscode.WorkspaceFolder => {
    const found = foldersOnDisk().find((folder) => folder.uri.toString() === uri);
    if (!found) throw new UserError('The folder was closed', 'Ask for another one.');
    return found;
  };
  return {
    app,
    folders: () => foldersOnDisk().map(({ name, uri }) => ({ name, root: uri.fsPath, uri: uri.toString() })),
    isTrusted: () => vscode.workspace.isTrusted,
    audit: (folder, files, { stages = STAGE_NAMES, call }) =>
      auditForTool(wide, { folder: folderOf(folder), files }, stages, call),
    loop1Of: (folder) => app.loop1Of(folder.root, folder.uri),
    loop2Of: (folder) => loops.loop2Of(folderOf(folder)),
  };
}
