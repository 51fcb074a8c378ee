import * as vscode from 'vscode';
import type { App } from '../app';
import type { Logger } from '../base/logger';
import { registerChat } from './chatParticipant';
import { LM_TOOLS, MCP_PROVIDER, SETTINGS, SETTINGS_SECTION } from './ids';
import { foldersOnDisk } from './loops/folderLoops';
import type { LoopContributions } from './loops/loopContributions';
import type { WideAuditServices } from './wideAudit';

export interface AgentToolParts {
  app: App;
  logger: Logger;
  context: vscode.ExtensionContext;
  loops: LoopContributions;
  wide: WideAuditServices;
}

/** Offers the tools to language models in the editor, the same as a server to whatever speaks MCP, and to people in the chat. */
export function registerAgentTools(parts: AgentToolParts): vscode.Disposable {
  // What a tool does is loaded when a model asks for the first one.
  const tools = LM_TOOLS.map((name) => {
    const loaded = () =>
      import('./agentWork').then(({ LanguageModelTool }) => new LanguageModelTool(name, parts));
    return vscode.lm.registerTool(name, {
      prepareInvocation: async (options, token) => (await loaded()).prepare(options.input, token),
      invoke: async (options, token) => (await loaded()).invoke(options.input, token),
    });
  });
  return vscode.Disposable.from(...tools, offerServer(parts.context), registerChat(parts));
}

function offerServer({
  extensionUri,
  extension,
  globalStorageUri,
}: vscode.ExtensionContext): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const version = String((extension.packageJSON as { version?: unknown }).version);
  const server = ({ uri, name }: vscode.WorkspaceFolder, isOnly: boolean): vscode.McpStdioServerDefinition =>
    new vscode.McpStdioServerDefinition(
      isOnly ? 'Seaworthy' : `Seaworthy: ${name}`,
      process.execPath,
      [
        vscode.Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath,
        ...['mcp', '--workspace', uri.fsPath, '--storage', globalStorageUri.fsPath],
      ],
      // The editor's own program runs scripts only when it is told to.
      { ELECTRON_RUN_AS_NODE: '1' },
      version,
    );
  return vscode.Disposable.from(
    changed,
    vscode.workspace.onDidChangeWorkspaceFolders(() => changed.fire()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SETTINGS_SECTION}.${SETTINGS.mcpServer}`)) changed.fire();
    }),
    vscode.lm.registerMcpServerDefinitionProvider(MCP_PROVIDER, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: () => {
        const isWanted = vscode.workspace
          .getConfiguration(SETTINGS_SECTION)
          .get<boolean>(SETTINGS.mcpServer, false);
        if (!isWanted || !vscode.workspace.isTrusted) return [];
        const folders = foldersOnDisk();
        return folders.map((folder) => server(folder, folders.length === 1));
      },
    }),
  );
}
