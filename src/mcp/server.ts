import { randomUUID } from 'node:crypto';
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  fromJsonSchema,
  inputRequired,
  inputResponse,
  McpServer,
} from '@modelcontextprotocol/server';
import type {
  CallToolResult,
  InputRequiredResult,
  JsonSchemaType,
  JsonSchemaValidator,
  jsonSchemaValidator,
  ServerContext,
} from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { oneLine } from '../base/text';
import type { ToolAnswer, ToolQuestion } from '../tools/callTool';
import type { Tool, ToolCall } from '../tools/tool';

/** The tools as the server offers them: with all around them that they need. */
export interface ServedTools {
  tools: readonly Tool[];
  /** Never rejects. */
  call: (tool: Tool, input: unknown, call: ToolCall) => Promise<ToolAnswer>;
  /** Never rejects. */
  question: (tool: Tool, input: unknown, call: ToolCall) => Promise<ToolQuestion>;
}

const INSTRUCTIONS =
  'Seaworthy tells whether code will hold. Before you say that code is done or that tests pass, audit what you changed with audit_changes or audit_file, and report its verdict. Tasks are taken with next_task and are done only when report_task says so.';

/** Serves the tools over standard input and output until the client goes or `signal` aborts. */
export async function serveMcp(
  served: ServedTools,
  { version, signal, onError }: { version: string; signal: AbortSignal; onError: (error: Error) => void },
): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const handle = serveStdio(() => serverWith(served, version), { onerror: onError });
  await ended;
  await handle.close();
}

function serverWith(served: ServedTools, version: string): McpServer {
  const server = new McpServer(
    { name: 'seaworthy', title: 'Seaworthy', version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  const questions = new Questions();
  for (const tool of served.tools) {
    const annotations = {
      ...{ title: tool.title(), readOnlyHint: tool.isReadOnly, openWorldHint: false },
      destructiveHint: tool.question !== undefined,
    };
    const schema = tool.inputSchema as unknown as JsonSchemaType;
    const inputSchema = fromJsonSchema<Record<string, unknown>>(schema, UNCHECKED);
    server.registerTool(
      tool.name,
      { title: tool.title(), description: tool.description, inputSchema, annotations },
      (input, context) => answer(served, tool, input, { server, context, questions }),
    );
  }
  return server;
}

interface Asked {
  server: McpServer;
  context: ServerContext;
  questions: Questions;
}

async function answer(
  served: ServedTools,
  tool: Tool,
  input: Record<string, unknown>,
  { server, context, questions }: Asked,
): Promise<CallToolResult | InputRequiredResult> {
  const { signal } = context.mcpReq;
  const client = clientOf(server, context);
  const call: ToolCall = { signal, caller: client.name, onProgress: progressOf(context) };
  if (tool.question) {
    const asked = await served.question(tool, input, call);
    if ('answer' in asked) return resultOf(asked.answer);
    if (asked.question !== undefined) {
      const said = questions.answered(context, asked.question);
      if (said === 'no') return resultOf({ text: 'The user has said no. Nothing was done.', isError: true });
      if (said === 'not asked') {
        if (!client.canAsk)
          return resultOf({
            text: `This needs a yes of the user, and this client can not ask for one. The user can do it in the editor or on the command line.\n${asked.question}`,
            isError: true,
          });
        return questions.ask(asked.question);
      }
    }
  }
  return resultOf(await served.call(tool, input, call));
}

/** Newer clients say with each request who they are, older ones once. */
function clientOf(
  { server }: McpServer,
  { mcpReq: { envelope } }: ServerContext,
): { name: string; canAsk: boolean } {
  const said = envelope as Record<string, unknown> | undefined;
  const info = (said?.[CLIENT_INFO_META_KEY] ?? server.getClientVersion()) as { name?: unknown } | undefined;
  const capabilities = (said?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities()) as
    { elicitation?: unknown } | undefined;
  return {
    name: (typeof info?.name === 'string' && oneLine(info.name, 80)) || 'an agent',
    canAsk: capabilities?.elicitation !== undefined,
  };
}

function resultOf({ text, isError }: ToolAnswer): CallToolResult {
  return { content: [{ type: 'text', text }], ...(isError && { isError }) };
}

/** Tells the client of progress, where it has asked to be told. */
function progressOf({ mcpReq }: ServerContext): (message: string) => void {
  const progressToken = mcpReq._meta?.progressToken;
  let progress = 0;
  return (message) => {
    if (progressToken === undefined) return;
    progress += 1;
    const params = { progressToken, progress, message };
    // Who is not there any more need not be told.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}

/** The schema is for clients and models to read: what does not fit is refused with the tool, in words that a model can use. */
const UNCHECKED: jsonSchemaValidator = {
  getValidator:
    <T>(): JsonSchemaValidator<T> =>
    (input) => ({
      valid: true,
      data: input as T,
      errorMessage: undefined,
    }),
};

/** Questions to the person behind the client. Each is good for one answer, and for what it said only. */
class Questions {
  private readonly open = new Map<string, string>();

  ask(question: string): InputRequiredResult {
    const id = randomUUID();
    this.open.set(id, question);
    const answer = {
      type: 'string',
      title: 'Type yes to go on',
      description: 'Anything else does nothing.',
    } as const;
    return inputRequired({
      inputRequests: {
        [id]: inputRequired.elicit({
          message: question,
          requestedSchema: { type: 'object', properties: { answer }, required: ['answer'] },
        }),
      },
    });
  }

  answered({ mcpReq }: ServerContext, question: string): 'yes' | 'no' | 'not asked' {
    for (const id of Object.keys(mcpReq.inputResponses ?? {})) {
      const asked = this.open.get(id);
      if (asked === undefined || !this.open.delete(id)) continue;
      const view = inputResponse(mcpReq.inputResponses, id);
      if (view.kind !== 'elicit' || view.action !== 'accept' || view.content?.['answer'] !== 'yes')
        return 'no';
      // What would be done is not what was asked any more: that is asked anew.
      return asked === question ? 'yes' : 'not asked';
    }
    return 'not asked';
  }
}
