import fs from 'node:fs';
import type * as vscode from 'vscode';
import { pollFor } from './timeLimit';

const HOST_READY_LIMIT_MS = 90_000;

/** Where the extension host answers; written by it once it does. */
export interface EvaluatorAddress {
  port: number;
  token: string;
}

/** One call: the source of a function and its arguments. */
export interface EvaluatorRequest {
  source: string;
  args: unknown[];
}

export type EvaluatorReply = { value?: unknown } | { error: string };

/**
 * Runs a function in the extension host and returns what it returns. The function's source is sent, so it can use
 * nothing but its parameters; these and the result are sent as JSON.
 */
export type Evaluate = <Args extends unknown[], Result>(
  body: (api: typeof vscode, ...args: Args) => Result | PromiseLike<Result>,
  ...args: Args
) => Promise<Result>;

/** Waits until the extension host serves (evaluatorHost.ts) and returns the way to call it. */
export async function connectEvaluator(addressFile: string): Promise<Evaluate> {
  await pollFor('starting the extension host', HOST_READY_LIMIT_MS, () => fs.existsSync(addressFile));
  const { port, token } = JSON.parse(fs.readFileSync(addressFile, 'utf8')) as EvaluatorAddress;
  return async <Args extends unknown[], Result>(body: unknown, ...args: Args) => {
    const request: EvaluatorRequest = { source: String(body), args };
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { authorization: token },
      body: JSON.stringify(request),
    });
    const reply = (await response.json()) as EvaluatorReply;
    if ('error' in reply) throw new Error(`in the extension host: ${reply.error}`);
    return reply.value as Result;
  };
}
