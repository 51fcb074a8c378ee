import { describeError, isCancelled, messageWithNextStep, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { plainText } from '../base/text';
import { t } from '../base/texts';
import { readInput } from './readInput';
import { MAX_ANSWER } from './tool';
import type { Tool, ToolCall, ToolHost } from './tool';

/** What whoever called a tool is told. */
export interface ToolAnswer {
  text: string;
  /** It could not be done; the text says why, and what may help. */
  isError: boolean;
}

/** What is to be asked of a person before a tool is run; `undefined` for nothing. */
export type ToolQuestion = { question: string | undefined } | { answer: ToolAnswer };

/** Runs a tool on an input of whatever kind. Never rejects. */
export async function callTool(
  tool: Tool,
  input: unknown,
  host: ToolHost,
  call: ToolCall,
  logger: Logger,
): Promise<ToolAnswer> {
  return bounded(tool, input, host, logger, async (read) => ({
    text: cut(plainText(await tool.run(read, host, call))),
    isError: false,
  }));
}

/** What a person is to be asked before this call. Never rejects: what can't be done is answered right away. */
export async function questionBefore(
  tool: Tool,
  input: unknown,
  host: ToolHost,
  call: ToolCall,
  logger: Logger,
): Promise<ToolQuestion> {
  let question: string | undefined;
  const problem = await bounded(tool, input, host, logger, async (read) => {
    const asked = await tool.question?.(read, host, call);
    question = asked === undefined ? undefined : plainText(asked);
    return undefined;
  });
  return problem ? { answer: problem } : { question };
}

async function bounded<T>(
  tool: Tool,
  input: unknown,
  host: ToolHost,
  logger: Logger,
  work: (input: Record<string, unknown>) => Promise<T>,
): Promise<T | ToolAnswer> {
  try {
    if (!host.isTrusted())
      return failed(t('The workspace is not trusted: nothing of it is run or shown. The user can trust it.'));
    const read = readInput(tool.inputSchema, input);
    if ('problem' in read) return failed(t('The input can not be used: {0}.', read.problem));
    return await work(read.input);
  } catch (error) {
    if (isCancelled(error)) return failed(t('Cancelled.'));
    if (error instanceof UserError) return failed(messageWithNextStep(error));
    logger.error(`${tool.name}: ${describeError(error)}`);
    return failed(t('Seaworthy has failed at this, which is a defect of its own; its log says more.'));
  }
}

function failed(text: string): ToolAnswer {
  return { text: cut(plainText(text)), isError: true };
}

function cut(text: string): string {
  if (text.length <= MAX_ANSWER) return text;
  const kept = text.slice(0, MAX_ANSWER);
  return `${kept}\n[${t('cut here: {0} more characters', text.length - kept.length)}]`;
}
