import * as vscode from 'vscode';
import { CancelledError } from '../base/errors';
import { oneLine } from '../base/text';
import { callTool, questionBefore } from '../tools/callTool';
import type { Tool, ToolCall, ToolHost } from '../tools/tool';
import { TOOLS } from '../tools/tools';
import type { AgentToolParts } from './agentTools';
import type { LM_TOOLS } from './ids';
import { toolHost } from './toolHost';

/** Whoever works in the chat of the editor has one name for tasks. */
const CALLER = 'the chat of the editor';

/** A tool as language models of the editor call it. */
export class LanguageModelTool {
  private readonly tool: Tool;
  private readonly host: ToolHost;

  constructor(
    name: (typeof LM_TOOLS)[number],
    private readonly parts: AgentToolParts,
  ) {
    const tool = TOOLS.find((each) => each.name === name);
    if (!tool) throw new Error(`there is no tool ${name}`);
    this.tool = tool;
    this.host = toolHost(parts);
  }

  /** What the editor says while the tool works, and what it asks before: whatever changes something waits for a yes. */
  async prepare(input: unknown, token: vscode.CancellationToken): Promise<vscode.PreparedToolInvocation> {
    const { tool, host, parts } = this;
    const invocationMessage = tool.title();
    if (tool.isReadOnly) return { invocationMessage };
    const prepared = await withSignal(token, (call) => questionBefore(tool, input, host, call, parts.logger));
    // What can't be done is said by the call itself.
    if ('answer' in prepared) return { invocationMessage };
    const message = prepared.question ?? tool.summary?.() ?? tool.title();
    return { invocationMessage, confirmationMessages: { title: tool.title(), message } };
  }

  async invoke(input: unknown, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult> {
    const { tool, host, parts } = this;
    const { text, isError } = await withSignal(token, (call) =>
      callTool(tool, input, host, call, parts.logger),
    );
    if (token.isCancellationRequested) throw new vscode.CancellationError();
    if (isError) throw new Error(text);
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
  }
}

async function withSignal<T>(
  token: vscode.CancellationToken,
  work: (call: ToolCall) => Promise<T>,
): Promise<T> {
  const cancel = new AbortController();
  const subscription = token.onCancellationRequested(() => cancel.abort());
  try {
    if (token.isCancellationRequested) throw new CancelledError();
    const onProgress = (message: string): void =>
      void vscode.window.setStatusBarMessage(`$(sync~spin) ${oneLine(message, 80)}`, 2000);
    return await work({ signal: cancel.signal, onProgress, caller: CALLER });
  } finally {
    subscription.dispose();
  }
}
