import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type net from 'node:net';
import vm from 'node:vm';
import * as vscode from 'vscode';
import type { EvaluatorAddress, EvaluatorReply, EvaluatorRequest } from './evaluatorClient';

type Body = (...all: unknown[]) => unknown;

/**
 * Serves evaluatorClient.ts inside the extension host, for as long as that lives. It runs whatever it is sent, so it
 * listens on the loopback address alone and wants a token that only the test's own folder tells.
 */
export async function serveEvaluator(addressFile: string): Promise<never> {
  const token = randomBytes(16).toString('hex');
  const server = http.createServer((request, response) => {
    if (request.headers.authorization !== token) return void response.writeHead(403).end('{}');
    void reply(request).then((body) => response.end(JSON.stringify(body)));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address: EvaluatorAddress = { port: (server.address() as net.AddressInfo).port, token };
  fs.writeFileSync(`${addressFile}.new`, JSON.stringify(address), { mode: 0o600 });
  fs.renameSync(`${addressFile}.new`, addressFile);
  return new Promise(() => {});
}

async function reply(request: http.IncomingMessage): Promise<EvaluatorReply> {
  try {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
    const { source, args } = JSON.parse(text) as EvaluatorRequest;
    // esbuild wraps named functions in a helper of this name, which the source alone does not bring.
    const keepName = (value: unknown) => value;
    const compile = vm.runInThisContext(`(__name) => (${source})`) as (helper: unknown) => Body;
    return { value: await compile(keepName)(vscode, ...args) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
