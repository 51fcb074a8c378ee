import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import * as path from 'node:path';

const CLI = path.join(__dirname, '../../dist/cli.js');

export interface McpSession {
  client: Client;
  /** The text of a tool's answer, and whether it is an error. */
  call: (
    name: string,
    input?: Record<string, unknown>,
    options?: { signal?: AbortSignal; onprogress?: (progress: { message?: string | undefined }) => void },
  ) => Promise<{ text: string; isError: boolean }>;
  /** What a person was asked, in the order of the questions. */
  questions: string[];
}

/** Starts the server as an agent would and talks to it through the client of the protocol's own library. */
export async function mcpSession(options: {
  workspace: string;
  storage: string;
  /** What the person answers; without it the client can't ask. */
  answer?: () => string | undefined;
  isModern?: boolean;
}): Promise<McpSession> {
  const { workspace, storage, answer, isModern = false } = options;
  const client = new Client(
    { name: 'test-agent', version: '1.0.0' },
    {
      capabilities: answer ? { elicitation: { form: {} } } : {},
      versionNegotiation: { mode: isModern ? 'auto' : 'legacy' },
    },
  );
  const questions: string[] = [];
  if (answer)
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      questions.push(params.message);
      const said = answer();
      return said === undefined ? { action: 'decline' } : { action: 'accept', content: { answer: said } };
    });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [CLI, 'mcp', '--workspace', workspace, '--storage', storage],
      env: environment(),
    }),
  );
  return {
    client,
    questions,
    call: async (name, input = {}, { signal, onprogress } = {}) => {
      const result = await client.callTool(
        { name, arguments: input },
        { timeout: 150_000, ...(signal && { signal }), ...(onprogress && { onprogress }) },
      );
      const [first] = result.content;
      return { text: first?.type === 'text' ? first.text : '', isError: result.isError ?? false };
    },
  };
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
