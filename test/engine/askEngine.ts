import * as http from 'node:http';
import type { Engine } from '../../src/engine/engine';
import { engine } from './realEngine';

/** Asks an engine for something the extension itself never asks for. What is not there, or is so already, is no error. */
export async function askEngine(
  method: 'GET' | 'POST' | 'DELETE',
  resource: string,
  asked: Engine = engine,
): Promise<void> {
  const { address } = await asked.connect();
  await new Promise<void>((resolve, reject) => {
    const where =
      address.kind === 'socket' ? { socketPath: address.path } : { host: address.host, port: address.port };
    const request = http.request({ ...where, method, path: resource, agent: false }, (response) => {
      response.resume();
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if ((status >= 200 && status < 300) || status === 404 || status === 409) resolve();
        else reject(new Error(`${method} ${resource}: HTTP ${status}`));
      });
    });
    request.on('error', reject);
    request.end();
  });
}
