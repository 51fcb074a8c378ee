import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from '../../../src/app';
import { silentLogger } from '../../../src/base/logger';
import { ProjectState } from '../../../src/repositories/projectState';
import { defaultSettings } from '../../../src/settings';
import { bundleProgram, ClientProcess } from '../../support/clientProcess';
import { skipBecause } from '../../support/skip';
import { openStore, save, saved } from '../../support/stateStore';
import { temporaryFolder } from '../../support/temporaryFolder';

const dist = path.join(__dirname, '../../../dist');
/** What is promised to a user with two windows. */
const PROMISE_MS = 1000;
const PROJECT = '0123456789abcdef';

describe('processes that share a state folder', function () {
  this.timeout(180_000);
  const folder = temporaryFolder('processes');
  const program = path.join(folder, 'storeClient.js');
  const started: ClientProcess[] = [];
  let count = 0;
  const newPlace = () => path.join(folder, `${count++}`, 'state');
  const start = (...words: string[]): ClientProcess => {
    const client = new ClientProcess(program, ...words);
    started.push(client);
    return client;
  };

  before(() => bundleProgram('storeClient.ts', program));
  afterEach(async () => Promise.all(started.splice(0).map(async (client) => client.kill())));

  it('see the saves of one another within a second', async () => {
    const place = newPlace();
    const [one, other] = [start(place), start(place)];
    await one.ask('save first');
    assert.equal(await other.ask('watch'), 'done');
    const delays: number[] = [];
    for (let i = 0; i < 5; i++) {
      await one.ask(`save row ${i}`);
      const saidAt = performance.now();
      await other.hear((line) => line.startsWith('seen ') && line.includes(`row ${i}`));
      delays.push(performance.now() - saidAt);
    }
    // Each arrives; how fast is our own promise, which the best of five must keep however busy the machine is.
    assert.ok(Math.min(...delays) < PROMISE_MS, delays.join());
  });

  it('keep every row when an idle one compacts after others collected what it had not read', async () => {
    const place = newPlace();
    const [idle, busy] = [start(place), start(place)];
    await idle.ask('save idle');
    assert.equal(await idle.ask('read'), 'idle');
    const expected = ['idle'];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 9; i++) {
        await busy.ask(`save busy ${round}.${i}`);
        expected.push(`busy ${round}.${i}`);
      }
      assert.equal(await busy.ask('checkpoint'), 'published');
    }
    assert.equal(await idle.ask('checkpoint'), 'published');
    for (const client of [idle, busy, start(place)])
      assert.equal(await client.ask('read'), expected.sort().join());
  });

  for (const file of ['snap-', 'man-']) {
    for (const generations of [1, 3]) {
      it(`lose nothing to one suspended before its ${file} file, across ${generations} generations of another`, async function () {
        if (process.platform !== 'linux')
          return skipBecause(this, 'whether a process is suspended is read from /proc');
        const place = newPlace();
        const [sleeper, busy] = [start(place), start(place)];
        const expected = ['before'];
        await busy.ask('save before');
        assert.equal(await busy.ask('checkpoint'), 'published');
        await sleeper.ask(`stop ${file}`);
        sleeper.tell('checkpoint');
        await sleeper.isSuspended();
        for (let i = 0; i < generations; i++) {
          await busy.ask(`save meanwhile ${i}`);
          expected.push(`meanwhile ${i}`);
          assert.equal(await busy.ask('checkpoint'), 'published');
        }
        sleeper.wakeUp();
        assert.equal(await sleeper.hear(), 'lost');
        await sleeper.ask('save awake');
        expected.push('awake');
        assert.equal(await sleeper.ask('checkpoint'), 'published');
        for (const client of [sleeper, busy, start(place)]) {
          assert.equal(await client.ask('read'), expected.sort().join());
        }
      });
    }
  }

  it('give a claim to one of them although another was suspended while it took it', async function () {
    if (process.platform !== 'linux')
      return skipBecause(this, 'whether a process is suspended is read from /proc');
    const place = newPlace();
    const [sleeper, other] = [start(place), start(place)];
    await sleeper.ask('stop loop.');
    sleeper.tell('claim loop');
    await sleeper.isSuspended();
    assert.equal(await other.ask('claim loop'), 'mine');
    sleeper.wakeUp();
    assert.equal(await sleeper.hear(), 'taken');
    assert.equal(await start(place).ask('claim loop'), 'taken');
  });

  it('do not take the claim of one that is only suspended, and take that of one that was killed', async function () {
    if (process.platform !== 'linux')
      return skipBecause(this, 'whether a process is suspended is read from /proc');
    const place = newPlace();
    const [owner, other] = [start(place), start(place)];
    assert.equal(await owner.ask('claim loop'), 'mine');
    owner.child.kill('SIGSTOP');
    await owner.isSuspended();
    assert.equal(await other.ask('claim loop'), 'taken');
    await owner.kill();
    assert.equal(await other.ask('claim loop'), 'mine');
  });

  it('leave runs that the next app shows as interrupted and can resume, and a command line only looks at', async () => {
    const storage = path.join(folder, `${count++}`);
    const place = path.join(storage, 'workspaces', PROJECT, 'state');
    const owner = start(place, PROJECT);
    await owner.ask('run r');
    const options = {
      distDirectory: dist,
      storageDirectory: storage,
      settings: () => defaultSettings,
      logger: silentLogger,
    };
    /** The status of both runs as an app finds them that has finished starting. */
    const statuses = async (app: App): Promise<string[]> => {
      const state = app.states.ofProject(PROJECT);
      if (app !== looking) await state.interruptOrphans();
      await app.dispose();
      const { store } = openStore(place, { mayWrite: false });
      const kept = new ProjectState(store, place, PROJECT, () => 30);
      return [...(await kept.loop1Runs.list()), ...(await kept.loop2Runs.list())].map(({ status }) => status);
    };
    const looking = new App({ ...options, stateReadOnly: true });
    assert.deepEqual(await statuses(new App(options)), ['running', 'running']);
    await owner.kill();
    assert.deepEqual(await statuses(looking), ['running', 'running']);
    const app = new App(options);
    // Nothing asks for it here: opening is enough.
    app.states.ofProject(PROJECT);
    await app.dispose();
    assert.deepEqual(await statuses(new App({ ...options, stateReadOnly: true })), [
      'interrupted',
      'interrupted',
    ]);
    const { store } = openStore(place);
    assert.ok(await new ProjectState(store, place, PROJECT, () => 30).loop1Runs.claim('r'));
    await store.close();
  });

  it('hold no text of a history that another cleared, once they have looked', async () => {
    const place = newPlace();
    const other = start(place);
    await other.ask('save one=nobody shall read this');
    const { store } = openStore(place);
    await save(store, 'two', 'nobody shall read this');
    await other.ask('watch');
    await store.clear();
    await other.hear((line) => line === 'seen ');
    const holds = (): boolean =>
      fs
        .readdirSync(place)
        .filter((name) => name !== 'claims')
        .some((name) => contentOf(path.join(place, name)).includes('nobody shall read this'));
    // What it does next is asked for after the clean-up that the look has led to.
    while (holds()) await other.ask('read');
    await other.ask('save after');
    assert.deepEqual([...(await saved(store)).keys()], ['after']);
    assert.equal(await start(place).ask('read'), 'after');
    await store.close();
  });
});

function contentOf(file: string): string {
  try {
    return fs.readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
