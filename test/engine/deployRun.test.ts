import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { skipBecause } from '../support/skip';
import { writeFiles } from '../support/temporaryFolder';
import { noDeploy } from './deployStack';
import { ServingStack } from './servingStack';

describe('seaworthy deploy run, rollback and history', function () {
  this.timeout(240_000);
  const stack = new ServingStack();
  const { target, workspace } = stack;

  before(async function () {
    const missing = await noDeploy();
    if (missing !== undefined) return skipBecause(this, missing);
    await stack.prepare();
  });

  it('touches nothing where nobody says yes', async () => {
    const { status, stdout, stderr } = await stack.cli(['run', 'shop/live']);
    assert.deepEqual([status, stdout], [1, 'Nothing was touched.\nIt was not confirmed.\n'], stderr);
    assert.match(stderr, /web: rebuild \(there is no image of it yet\)[^]*--yes deploys without asking/);
    assert.deepEqual(Object.keys((await stack.standing()).files).sort(), ['.env', 'pgdata/base']);
  });

  it('brings up what was never there and serves it', async () => {
    const { status, outcome, release, services, stderr } = await stack.deploy();
    assert.deepEqual([status, outcome], [0, 'deployed'], stderr);
    assert.equal(await stack.answer(), 'one');
    assert.match(release, /^\d{8}-\d{6}-[0-9a-f]{4}$/);
    const standing = await stack.standing();
    assert.deepEqual(
      services.map(({ name, imageId }) => [name, [`running ${imageId}`]]),
      Object.entries(standing.services).sort(),
    );
    assert.equal(standing.files['.env'], 'SECRET=of the target\n');
    assert.equal(standing.files['pgdata/base'], 'rows');
  });

  it('has nothing to do for an unchanged workspace, and restarts nothing', async () => {
    const before = await stack.starts();
    const { status, outcome, downtimeMs } = await stack.deploy();
    assert.deepEqual([status, outcome, downtimeMs], [0, 'unchanged', 0]);
    assert.deepEqual(await stack.starts(), before);
  });

  it('makes only that container anew whose code has a comment more, and tells how long it was away', async () => {
    const before = await stack.starts();
    stack.serve('one', '// a comment\n');
    const { status, outcome, services, downtimeMs, downtimeSeenBy, stderr } = await stack.deploy();
    assert.deepEqual([status, outcome], [0, 'deployed'], stderr);
    assert.deepEqual(
      services.map(({ name, action }) => `${name}: ${action}`),
      ['db: untouched', 'web: rebuild', 'worker: untouched'],
    );
    const { web, ...others } = await stack.starts();
    assert.deepEqual(others, { db: before['db'], worker: before['worker'] });
    assert.notDeepEqual(web, before['web']);
    assert.equal(downtimeSeenBy, 'requests');
    assert.ok(downtimeMs > 100 && downtimeMs < 30_000, `${downtimeMs} ms`);
  });

  it('restarts what a changed file is mounted into', async () => {
    const before = await stack.starts();
    writeFiles(workspace, { 'jobs/worker.js': 'setInterval(() => undefined, 2000);\n' });
    const { outcome } = await stack.deploy();
    const { worker, ...others } = await stack.starts();
    assert.deepEqual([outcome, others], ['deployed', { db: before['db'], web: before['web'] }]);
    assert.notDeepEqual(worker, before['worker']);
  });

  it('goes back to the release of before, and to any that is kept', async () => {
    const [, , first] = await stack.history();
    const one = await stack.standing();
    stack.serve('two');
    assert.equal((await stack.deploy()).outcome, 'deployed');
    assert.equal(await stack.answer(), 'two');

    const { status, outcome, stderr } = await stack.rollBack();
    assert.deepEqual([status, outcome], [0, 'deployed'], stderr);
    assert.equal(await stack.answer(), 'one');
    assert.deepEqual(await stack.standing(), one);

    const again = await stack.rollBack(first?.id ?? '');
    assert.equal(again.outcome, 'deployed', again.stderr);
    assert.equal(fs.readFileSync(path.join(target, 'jobs/worker.js'), 'utf8').includes('1000'), true);
    assert.match((await stack.rollBack('none')).stderr, /The release none is not kept; there are \d{8}-/);
  });

  it('tells what was done, newest first', async () => {
    const history = await stack.history();
    assert.deepEqual(
      history.map(({ kind, outcome }) => `${kind}: ${outcome}`),
      [
        ...['rollback: deployed', 'rollback: deployed', 'deploy: deployed'],
        ...['deploy: deployed', 'deploy: deployed', 'deploy: deployed', 'found: deployed'],
      ],
    );
    assert.deepEqual(
      history.map(({ isCurrent }) => isCurrent),
      [true, ...history.slice(1).map(() => false)],
    );
    const [, , last] = history;
    assert.deepEqual([last?.files.changed, last?.services[1]?.action], [['src/server.js'], 'rebuild']);
    const { stdout } = await stack.cli(['history']);
    assert.match(stdout, /^\* \d{8}-\d{6}-[0-9a-f]{4} {2}\d{4}-.* rollback of \d{8}-/);
  });

  it('is unchanged again after all that, without a build', async () => {
    stack.serve('two');
    assert.equal((await stack.deploy()).outcome, 'deployed');
    const before = await stack.starts();
    assert.equal((await stack.deploy()).outcome, 'unchanged');
    assert.deepEqual(await stack.starts(), before);
  });
});
