import * as vscode from 'vscode';
import { asCodeBlock, asMarkdown } from '../chat/asMarkdown';
import type { Conversation, TurnEnd } from '../chat/conversation';
import type { AgentToolParts } from './agentTools';
import { CHAT_PARTICIPANT } from './ids';

/** What the editor keeps of an answer until the next turn; it may come from an older version of us. */
interface Kept {
  asks?: unknown;
  suggestions?: unknown;
}

/** `@seaworthy` in the chat of the editor: containers, deploys and audits in words, without a model. */
export function registerChat(parts: AgentToolParts): vscode.Disposable {
  // Loaded when somebody says something.
  let conversation: Promise<Conversation> | undefined;
  const participant = vscode.chat.createChatParticipant(
    CHAT_PARTICIPANT,
    async ({ command, prompt, references }, { history }, stream, token) => {
      conversation ??= import('./agentWork').then(({ conversationOf }) => conversationOf(parts));
      const cancel = new AbortController();
      const subscription = token.onCancellationRequested(() => cancel.abort());
      const last = history.findLast((turn) => turn instanceof vscode.ChatResponseTurn);
      const asked = (last?.result.metadata as Kept | undefined)?.asks;
      const file = references.map(({ value }) => value).find((value) => value instanceof vscode.Uri);
      try {
        const end = await (
          await conversation
        ).turn(
          { command, prompt, file: file?.fsPath, asked, signal: cancel.signal },
          {
            say: (text) => stream.markdown(text),
            show: (text) => stream.markdown(asMarkdown(text)),
            print: (text) => stream.markdown(asCodeBlock(text)),
            progress: (message) => stream.progress(message),
          },
        );
        return { metadata: end };
      } finally {
        subscription.dispose();
      }
    },
  );
  participant.iconPath = new vscode.ThemeIcon('shield');
  participant.followupProvider = {
    provideFollowups: ({ metadata }) => followups((metadata as Kept | undefined)?.suggestions),
  };
  return participant;
}

function followups(kept: unknown): vscode.ChatFollowup[] {
  const suggestions = Array.isArray(kept) ? (kept as TurnEnd['suggestions']) : [];
  return suggestions.map(({ command, prompt, label }) => ({
    ...{ prompt, label },
    ...(command !== '' && { command }),
  }));
}
