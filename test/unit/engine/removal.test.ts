import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http from 'node:http';
import * as path from 'node:path';
import { silentLogger } from '../../../src/base/logger';
import { Engine } from '../../../src/engine/engine';
import { temporaryFolder } from '../../support/temporaryFolder';

/** What Podman was seen to answer when the container stopped in the same moment. */
const RACE = JSON.stringify({ message: 'as it could not be stopped: container state improper: stopped' });

describe('removeContainer', function () {
  this.timeout(20_000);
  const folder = temporaryFolder('removal');

  async function removeWith(answers: [number, string][]): Promise<{ error: unknown; asked: number }> {
    let asked = 0;
    const server = http.createServer((request, response) => {
      if (request.method !== 'DELETE') return void response.end(request.url?.endsWith('_ping') ? 'OK' : '{}');
      const [status, body] = answers[asked] ?? [204, ''];
      asked += 1;
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
    });
    const socket = path.join(folder, `${answers.length}-${answers[0]?.[0] ?? 0}.sock`);
    server.listen(socket);
    await once(server, 'listening');
    const env = { DOCKER_HOST: `unix://${socket}` };
    const environment = {
      env,
      home: folder,
      platform: process.platform,
      uid: 0,
      readText: () => Promise.resolve(undefined),
      listFolder: () => Promise.resolve([]),
      ask: () => Promise.resolve(undefined),
    };
    const connection = await new Engine({ environment, logger: silentLogger }).connect();
    const error: unknown = await connection.removeContainer('x').catch((reason: unknown) => reason);
    server.close();
    server.closeAllConnections();
    return { error, asked };
  }

  it('tries again when the container ended at the same moment, and gives up in the end', async () => {
    assert.deepEqual(await removeWith([[500, RACE]]), { error: undefined, asked: 2 });
    const { error, asked } = await removeWith([
      [500, RACE],
      [500, RACE],
      [500, RACE],
    ]);
    assert.equal(asked, 3);
    assert.match(String(error), /improper/);
  });

  it('takes one that is gone for removed, and reports another failure at once', async () => {
    assert.deepEqual(await removeWith([[404, '{}']]), { error: undefined, asked: 1 });
    const { error, asked } = await removeWith([
      [503, '{"message":"no"}'],
      [204, ''],
    ]);
    assert.equal(asked, 1);
    assert.ok(error instanceof Error);
  });
});
