import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/errors';
import { SandboxUnavailable } from '../../../src/sandbox/sandbox';
import type { Sandbox, SandboxRequest } from '../../../src/sandbox/sandbox';
import { fixture, runStage } from '../../support/productionStage';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

/** A sandbox that can't be had, for a reason the real engine can't be made to give on demand. */
function failing(error: Error): Sandbox {
  return {
    run: () => Promise.reject(error),
    prepare: () => undefined,
    resolveImage: () => Promise.resolve(undefined),
  };
}

/** Keeps what it was asked for and runs nothing. */
function recording(layerNotes: string[] = []): { sandbox: Sandbox; requests: SandboxRequest[] } {
  const requests: SandboxRequest[] = [];
  const sandbox: Sandbox = {
    run(request) {
      requests.push(request);
      return Promise.resolve({
        end: 'crashed',
        detail: '',
        steps: [],
        reports: new Map(),
        durationMs: 0,
        notes: layerNotes,
      });
    },
    prepare: () => undefined,
    resolveImage: () => Promise.resolve(undefined),
  };
  return { sandbox, requests };
}

describe('production stage around the sandbox', () => {
  // Nothing of it is run here.
  const harnessDirectory = temporaryFolder('harness');

  it('is not run without an engine, in its words, with a way to start one', async () => {
    const error = new SandboxUnavailable('no-engine', 'No engine answers.', 'Start Docker.');
    const { result } = await runStage(failing(error), fixture('javascript-esm'), 'src/sum.js', {
      harnessDirectory,
    });
    assert.equal(result.status, 'not run');
    assert.equal(result.reason, 'no engine answers. Start Docker.');
    assert.equal(result.nextStep, 'start-engine');
  });

  it('passes a cancellation and a defect on', async () => {
    const run = (error: Error) =>
      runStage(failing(error), fixture('javascript-esm'), 'src/sum.js', { harnessDirectory });
    await assert.rejects(run(new CancelledError()), { name: 'CancelledError' });
    await assert.rejects(run(new TypeError('defect')), { name: 'TypeError' });
  });

  it('sends the unsaved text, loads before it tests, and asks for a report of each', async () => {
    const { sandbox, requests } = recording();
    const { result } = await runStage(sandbox, fixture('javascript-esm'), 'src/sum.js', {
      unsaved: 'export const x = 1;',
      harnessDirectory,
    });
    assert.equal(result.status, 'not run');
    const [request] = requests;
    const sent = request?.files.find(({ path }) => path === 'src/src/sum.js');
    assert.equal(sent?.content.toString(), 'export const x = 1;');
    assert.deepEqual(
      request?.steps.map(({ name, cwd }) => [name, cwd]),
      [
        ['the file', 'src'],
        ['its tests', 'src'],
      ],
    );
    assert.deepEqual(request?.reports, [
      '/tmp/seaworthy-tests-0.ndjson',
      '/tmp/seaworthy-load.ndjson',
      '/tmp/seaworthy-load.ndjson.ok',
      '/tmp/seaworthy-loaded.ndjson',
      '/tmp/seaworthy-coverage.ndjson',
    ]);
  });

  it('says which layer of isolation the sandbox went without', async () => {
    const { sandbox } = recording(['The sandbox had no system-call filter.']);
    const { notes } = await runStage(sandbox, fixture('javascript-esm'), 'src/sum.js', { harnessDirectory });
    assert.ok(notes.includes('The sandbox had no system-call filter.'), notes.join());
  });

  it('says what was withheld, and sends no file that may hold secrets', async () => {
    const workspace = temporaryFolder('withheld');
    writeFiles(workspace, { 'a.js': '', '.env': 'TOKEN=1' });
    const { sandbox, requests } = recording();
    const { notes } = await runStage(sandbox, workspace, 'a.js', { harnessDirectory });
    assert.match(notes.join(), /Not sent to the sandbox: \.env/);
    assert.equal(
      requests[0]?.files.some(({ path }) => path.includes('.env')),
      false,
    );
  });
});
