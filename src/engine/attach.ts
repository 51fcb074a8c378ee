import * as http from 'node:http';
import * as https from 'node:https';
import type { Duplex } from 'node:stream';
import type { EngineAddress, TlsMaterial } from './address';
import { EngineError } from './errors';

const MAX_ERROR_BYTES = 64_000;

/**
 * Opens the raw, two-way stream of a container's stdin, stdout and stderr. Not through dockerode: it sends its
 * options as a request body, which an engine may deliver to the container's stdin.
 */
export function attach(address: EngineAddress, containerId: string, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const secure = address.kind === 'tcp' && address.tls !== undefined;
    const request = (secure ? https : http).request({
      ...(address.kind === 'socket'
        ? { socketPath: address.path }
        : { host: address.host, port: address.port, ...(address.tls && tlsOptions(address.tls)) }),
      method: 'POST',
      path: `/containers/${containerId}/attach?stream=1&stdin=1&stdout=1&stderr=1`,
      headers: { Host: 'docker', Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Length': '0' },
      agent: false,
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
    request.end();
  });
}

/** The options of `https.request` for an engine's certificates. */
export function tlsOptions(
  tls: TlsMaterial,
): Pick<https.AgentOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'> {
  return { ca: tls.ca, cert: tls.cert, key: tls.key, rejectUnauthorized: tls.verify };
}

async function readError(response: http.IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > MAX_ERROR_BYTES) break;
  }
  return text.trim() || `the engine refused to attach (HTTP ${response.statusCode ?? 0})`;
}
