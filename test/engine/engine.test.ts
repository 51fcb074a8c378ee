import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http from 'node:http';
import * as net from 'node:net';
import * as path from 'node:path';
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { EngineLost, NoEngine } from '../../src/engine/errors';
import { temporaryFolder } from '../support/temporaryFolder';
import { engine, realEnvironment } from './realEngine';
import { EngineDoor } from './engineDoor';

function engineAt(host: string): Engine {
  return new Engine({ environment: realEnvironment, setting: () => host, logger: silentLogger });
}

async function noEngineAt(host: string): Promise<NoEngine> {
  let failure: unknown;
  await engineAt(host)
    .connect()
    .catch((error: unknown) => (failure = error));
  assert.ok(failure instanceof NoEngine, String(failure));
  return failure;
}

async function listen(server: net.Server, socket: string): Promise<void> {
  server.listen(socket);
  await once(server, 'listening');
}

describe('Engine', function () {
  this.timeout(20_000);
  const folder = temporaryFolder('engine');

  it('finds the engine, tells its facts, and keeps the connection', async () => {
    const connection = await engine.connect();
    const { facts } = connection;
    assert.equal(facts.os, 'linux');
    assert.match(facts.version, /^\d+\.\d+/);
    assert.match(facts.apiVersion, /^\d+\.\d+$/);
    assert.ok(facts.cpus >= 1 && facts.memoryBytes > 1e8);
    assert.ok(facts.runtimes.length >= 1);
    assert.equal(await engine.connect(), connection);
  });

  it('asks the engine it was told, whatever the environment says', async () => {
    const real = await engine.connect();
    const door = await EngineDoor.open(path.join(folder, 'told.sock'), real.address);
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:1';
    try {
      const connection = await engineAt(`unix://${door.socket}`).connect();
      assert.equal(connection.facts.version, real.facts.version);
      assert.deepEqual(connection.address, { kind: 'socket', path: door.socket });
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
      await door.close();
    }
  });

  it('looks again after the connection broke, and after there was none', async () => {
    const real = await engine.connect();
    const socket = path.join(folder, 'again.sock');
    const mine = engineAt(`unix://${socket}`);
    await assert.rejects(mine.connect(), NoEngine);

    const door = await EngineDoor.open(socket, real.address);
    const first = await mine.connect();
    await door.close();
    await assert.rejects(first.listContainers(), EngineLost);
    await assert.rejects(mine.connect(), NoEngine);

    const reopened = await EngineDoor.open(socket, real.address);
    assert.notEqual(await mine.connect(), first);
    await reopened.close();
  });

  it('names what it tried and why it failed, with a next step', async () => {
    const missing = await noEngineAt('unix:///no/such/engine.sock');
    assert.match(missing.message, /unix:\/\/\/no\/such\/engine\.sock.*the setting.*nothing is there/);
    assert.ok(missing.nextStep);
    assert.match((await noEngineAt('tcp://127.0.0.1:1')).message, /nobody listens/);
  });

  it('answers in under 2 s when a socket is there and nobody ever answers', async () => {
    const socket = path.join(folder, 'silent.sock');
    const held: net.Socket[] = [];
    const server = net.createServer((connection) => held.push(connection));
    await listen(server, socket);
    const begin = performance.now();
    const failure = await noEngineAt(`unix://${socket}`);
    // The promise made to the user, not a measurement: the limit inside is 1.5 s.
    assert.ok(performance.now() - begin < 2000);
    assert.match(failure.message, /no answer within 1\.5 s/);
    for (const connection of held) connection.destroy();
    server.close();
  });

  it('is given more time when it is there and busy, and its caller is told', async () => {
    const real = await engine.connect();
    const door = await EngineDoor.open(path.join(folder, 'open.sock'), real.address);
    // Longer than the limit that holds at first, shorter than the one after it.
    const BUSY_MS = 2500;
    const begin = performance.now();
    const server = net.createServer((client) => {
      const engineSide = net.connect(door.socket);
      for (const end of [client, engineSide]) end.on('error', () => undefined);
      setTimeout(() => client.pipe(engineSide).pipe(client), BUSY_MS - (performance.now() - begin));
    });
    const socket = path.join(folder, 'busy.sock');
    await listen(server, socket);
    let waits = 0;
    const connection = await engineAt(`unix://${socket}`).connectPatiently(() => waits++);
    assert.equal(connection.facts.version, real.facts.version);
    assert.equal(waits, 1);
    connection.close();
    server.close();
    await door.close();
    await assert.rejects(
      engineAt(`unix://${door.socket}`).connectPatiently(() => waits++),
      NoEngine,
    );
    assert.equal(waits, 1);
  });

  it('is not fooled by another server', async () => {
    const socket = path.join(folder, 'web.sock');
    const server = http.createServer((_request, response) => response.end('<html>'));
    await listen(server, socket);
    assert.match((await noEngineAt(`unix://${socket}`)).message, /not a container engine/);
    server.close();
  });

  it('tries all usual places at once, in their order, and says what it saw', async () => {
    const real = await engine.connect();
    const home = path.join(folder, 'home');
    const runtime = path.join(folder, 'runtime');
    const environment = {
      ...realEnvironment,
      home,
      env: { XDG_RUNTIME_DIR: runtime },
      readText: async () => undefined,
    };
    const search = new Engine({ environment, logger: silentLogger });
    const { mkdirSync } = await import('node:fs');
    mkdirSync(path.join(home, '.docker/run'), { recursive: true });
    mkdirSync(runtime);

    const silent = net.createServer((client) => client.resume());
    await listen(silent, path.join(home, '.docker/run/docker.sock'));
    const door = await EngineDoor.open(path.join(runtime, 'docker.sock'), real.address);
    const connection = await search.connect();
    if (connection.address.kind === 'socket' && connection.address.path !== '/var/run/docker.sock') {
      assert.equal(connection.address.path, door.socket);
    }
    await door.close();
    silent.close();
  });

  it('lets a caller give up without harm to the others', async () => {
    const mine = new Engine({ environment: realEnvironment, logger: silentLogger });
    const controller = new AbortController();
    const given = mine.connect(controller.signal);
    const kept = mine.connect();
    controller.abort();
    await assert.rejects(given, { name: 'CancelledError' });
    assert.ok((await kept).facts.version);
  });
});
