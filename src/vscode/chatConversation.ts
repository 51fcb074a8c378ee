import * as vscode from 'vscode';
import { Conversation } from '../chat/conversation';
import { DeployDesk } from '../chat/deployDesk';
import type { AgentToolParts } from './agentTools';
import { toolHost } from './toolHost';

/** The conversation of this window. */
export function conversationOf(parts: AgentToolParts): Conversation {
  const { app, logger } = parts;
  const desk = new DeployDesk(app, (target, kind, { outcome, reason }) =>
    app.keepOperation({
      ...{ action: kind === 'deploy' ? 'deploy' : 'roll back', target, reason },
      outcome: outcome === 'failed' || outcome === 'rolled back' ? 'failed' : 'done',
    }),
  );
  return new Conversation({
    ...{ host: toolHost(parts), desk, logger },
    activeFile: () => {
      const uri = vscode.window.activeTextEditor?.document.uri;
      return uri?.scheme === 'file' ? uri.fsPath : undefined;
    },
  });
}
