import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from './containers';
import { EngineError } from './errors';
import type { Transport } from './transport';

const MAX_ERROR_BYTES = 64_000;

/**
 * Asks the engine to turn the connection into the raw, two-way stream of a container or of a command in one. Not
 * through dockerode: it sends its options as a request body, which an engine may deliver to the container's stdin.
 * `body` is for the calls that have one.
 */
export function upgrade(
  transport: Transport,
  path: string,
  body: Readonly<Record<string, unknown>> | undefined,
  signal: AbortSignal,
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const request = transport.requestAlone({
      method: 'POST',
      path,
      headers: {
        Host: 'docker',
        Connection: 'Upgrade',
        Upgrade: 'tcp',
        'Content-Length': Buffer.byteLength(payload),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      signal,
    });
    request.on('upgrade', (_response, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.on('response', (response) => {
      void readError(response).then(
        (message) => reject(new EngineError(message, response.statusCode ?? 0)),
        reject,
      );
    });
    request.on('error', reject);
    request.end(payload);
  });
}

/** The answer of the engine as a stream on a connection of its own. Aborting `signal` ends it at any time. */
export function openStream(
  transport: Transport,
  path: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = transport.requestAlone({ method: 'GET', path, headers: { Host: 'docker' }, signal });
    request.on('response', (response) => {
      if (response.statusCode === 200) resolve(response);
      else
        void readError(response).then(
          (message) => reject(new EngineError(message, response.statusCode ?? 0)),
          reject,
        );
    });
    request.on('error', reject);
    request.end();
  });
}

async function readError(response: IncomingMessage): Promise<string> {
  let said = '';
  for await (const chunk of response) {
    said += String(chunk);
    if (said.length > MAX_ERROR_BYTES) break;
  }
  return messageIn(said) || `the engine refused the connection (HTTP ${response.statusCode ?? 0})`;
}

function messageIn(said: string): string {
  try {
    return text(JSON.parse(said), 'message') || said.trim();
  } catch {
    return said.trim();
  }
}
