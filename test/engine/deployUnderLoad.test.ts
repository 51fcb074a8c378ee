import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { freePort } from '../support/editorServer';
import { skipBecause } from '../support/skip';
import { pollFor } from '../support/timeLimit';
import { noDeploy } from './deployStack';
import { underLoad } from './load';
import { noProxy, writeProxy } from './proxyImage';
import { NODE_IMAGE } from './realEngine';
import { ServingStack } from './servingStack';

/** A service that ends what it has begun, as one behind a proxy has to. */
const POLITE = `process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });\n`;

describe('A deploy under constant load', function () {
  this.timeout(240_000);

  describe('through a proxy', () => {
    const stack = new ServingStack();
    let url = '';

    before(async function () {
      const missing = (await noDeploy()) ?? noProxy();
      if (missing !== undefined) return skipBecause(this, missing);
      await stack.prepare();
      const port = await freePort();
      url = `http://127.0.0.1:${port}/`;
      const compose = path.join(stack.workspace, 'compose.yaml');
      const written = fs.readFileSync(compose, 'utf8').replace(/ {4}ports: .*\n/, '    expose: ["8080"]\n');
      const proxy = `  proxy:\n    build: ./proxy\n    ports: ["127.0.0.1:${port}:8000"]\n    init: true\n`;
      fs.writeFileSync(compose, written.replace('  worker:\n', `${proxy}  worker:\n`));
      fs.appendFileSync(path.join(stack.workspace, '.dockerignore'), 'proxy\n');
      await writeProxy(path.join(stack.workspace, 'proxy'), NODE_IMAGE);
      stack.serve('one', POLITE);
      const { outcome, stderr } = await stack.deploy();
      assert.equal(outcome, 'deployed', stderr);
      await pollFor('the proxy', 20_000, async () => (await answer()) === 'one');
    });

    async function answer(): Promise<string> {
      // A proxy that is not there yet ends the connection, and the first request of a process can then wait for ever.
      const response = fetch(url, { signal: AbortSignal.timeout(5000) });
      return response.then((each) => each.text()).catch(() => '');
    }

    it('and its rollback leave no request without an answer', async () => {
      stack.serve('two', POLITE);
      const there = await underLoad(url, () => stack.deploy());
      assert.equal(there.result.outcome, 'deployed', there.result.stderr);
      assert.equal(await answer(), 'two');
      const back = await underLoad(url, () => stack.rollBack());
      assert.equal(back.result.outcome, 'deployed', back.result.stderr);
      assert.equal(await answer(), 'one');
      assert.deepEqual([there.load.failed, back.load.failed], [0, 0]);
      assert.ok(there.load.answered > 1000 && back.load.answered > 1000);
      assert.equal(there.result.services.find(({ name }) => name === 'proxy')?.action, 'untouched');
    });

    it('that fails leaves none without an answer either', async () => {
      stack.serve('three', 'process.exit(3);\n');
      const { load, result } = await underLoad(url, () => stack.deploy());
      assert.equal(result.outcome, 'rolled back', result.stderr);
      assert.deepEqual([load.failed, await answer()], [0, 'one']);
    });
  });

  describe('of a service with a port of the host', () => {
    const stack = new ServingStack();

    before(async function () {
      const missing = await noDeploy();
      if (missing !== undefined) return skipBecause(this, missing);
      await stack.prepare();
      assert.equal((await stack.deploy()).outcome, 'deployed');
    });

    it('tells the gap that the load saw, within a fifth', async () => {
      stack.serve('two');
      const url = `http://127.0.0.1:${stack.port}/`;
      const { load, result } = await underLoad(url, () => stack.deploy(), 2);
      assert.deepEqual([result.outcome, result.downtimeSeenBy], ['deployed', 'requests'], result.stderr);
      const ratio = result.downtimeMs / load.gapMs;
      assert.ok(
        ratio > 0.8 && ratio < 1.2,
        `told ${result.downtimeMs} ms, the load saw ${Math.round(load.gapMs)} ms`,
      );
    });
  });
});
