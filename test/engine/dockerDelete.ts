import * as http from 'node:http';
import { engine } from './realEngine';

/** Deletes something on the engine that the extension itself never deletes; what is not there is no error. */
export async function dockerDelete(resource: string): Promise<void> {
  const { address } = await engine.connect();
  await new Promise<void>((resolve, reject) => {
    const where =
      address.kind === 'socket' ? { socketPath: address.path } : { host: address.host, port: address.port };
    const request = http.request({ ...where, method: 'DELETE', path: resource, agent: false }, (response) => {
      response.resume();
      response.on('end', () => {
        if ([200, 404].includes(response.statusCode ?? 0)) resolve();
        else reject(new Error(`${resource}: HTTP ${response.statusCode ?? 0}`));
      });
    });
    request.on('error', reject);
    request.end();
  });
}
