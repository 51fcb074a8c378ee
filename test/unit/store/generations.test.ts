import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { realFileSystem } from '../../../src/store/fileSystem';
import type { FileSystem } from '../../../src/store/fileSystem';
import { flippedBits } from '../../support/bits';
import { MemoryDisk } from '../../support/memoryDisk';
import { openStore, save, saved } from '../../support/stateStore';
import type { TestStoreOptions } from '../../support/stateStore';
import { temporaryFolder } from '../../support/temporaryFolder';

const HOUR = 3_600_000;

function filesOf(place: string, start: string): string[] {
  return fs
    .readdirSync(place)
    .filter((name) => name.startsWith(start) || name.endsWith(start))
    .sort();
}

function last(names: string[]): string {
  const name = names.at(-1);
  assert.ok(name !== undefined);
  return name;
}

describe('generations of a store', function () {
  this.timeout(300_000);
  const folder = temporaryFolder('generations');
  let count = 0;
  const newPlace = () => path.join(folder, `${count++}`);
  const idsAt = async (place: string, options: TestStoreOptions = {}) => {
    const { store, messages } = openStore(place, options);
    const ids = [...(await saved(store)).keys()].sort();
    await store.close();
    return { ids, messages };
  };

  /** Rows a to d; a and b are in both generations, c in the second one only, d in a log only. */
  async function twoGenerations() {
    const place = newPlace();
    const { store } = openStore(place, { segmentBytes: 1 });
    await save(store, 'a');
    await save(store, 'b');
    await store.checkpoint();
    await save(store, 'c');
    await store.checkpoint();
    await save(store, 'd');
    await store.close();
    return { place, newest: path.join(place, last(filesOf(place, 'snap-'))) };
  }
  const all = ['a', 'b', 'c', 'd'];

  it('collect the logs that both of them hold', async () => {
    const place = newPlace();
    const { store } = openStore(place, { segmentBytes: 1 });
    for (let i = 0; i < 5; i++) {
      await save(store, `row ${i}`);
      await store.checkpoint();
    }
    assert.equal(filesOf(place, 'man-').length, 2);
    assert.equal(filesOf(place, 'snap-').length, 2);
    // The log of the last save, which only the newest holds, the one before it, and one made ready.
    assert.ok(filesOf(place, '.log').length <= 3);
    assert.equal((await idsAt(place)).ids.length, 5);
    await store.close();
  });

  const harms: [string, (file: string) => void][] = [
    ['missing', (file) => fs.rmSync(file)],
    ['short', (file) => fs.truncateSync(file, 5000)],
    [
      'flipped',
      (file) => {
        const bytes = fs.readFileSync(file);
        bytes[9000] = (bytes[9000] ?? 0) ^ 4;
        fs.writeFileSync(file, bytes);
      },
    ],
  ];
  for (const [harm, inflict] of harms) {
    it(`lose nothing when the newest snapshot is ${harm}`, async () => {
      const { place, newest } = await twoGenerations();
      inflict(newest);
      const { ids, messages } = await idsAt(place);
      assert.deepEqual(ids, all);
      assert.equal(messages.length, 1);
      if (harm !== 'missing') assert.match(messages[0] ?? '', /quarantine/);
      const { store } = openStore(place);
      await store.checkpoint();
      await store.checkpoint();
      assert.deepEqual((await idsAt(place)).ids, all);
      await store.close();
    });
  }

  /** What is read of a store in memory whose newest manifest is what `change` makes of it. */
  async function readerOfManifest() {
    const { place } = await twoGenerations();
    const newest = last(filesOf(place, 'man-'));
    const others = fs.readdirSync(place).filter((name) => name !== newest);
    const contents = others.map((name) => [name, fs.readFileSync(path.join(place, name))] as const);
    const read = async (manifest: Buffer): Promise<string[]> => {
      const disk = new MemoryDisk();
      for (const [name, content] of contents) disk.put(path.join('/state', name), content);
      disk.put(path.join('/state', newest), manifest);
      return (await idsAt('/state', { files: disk.files, mayWrite: false })).ids;
    };
    return { read, whole: fs.readFileSync(path.join(place, newest)) };
  }

  it('lose nothing when any one bit of the newest manifest is flipped', async () => {
    const { read, whole } = await readerOfManifest();
    for (const { flipped, bit } of flippedBits(whole)) {
      assert.deepEqual(await read(flipped), all, `bit ${bit}`);
    }
  });

  it('lose nothing when the newest manifest is cut at any byte', async () => {
    const { read, whole } = await readerOfManifest();
    for (let length = 0; length < whole.length; length++) {
      assert.deepEqual(await read(whole.subarray(0, length)), all, `cut at ${length}`);
    }
  });

  it('that are all damaged are never replaced by an empty one', async () => {
    const { place } = await twoGenerations();
    const snapshots = filesOf(place, 'snap-');
    for (const name of snapshots) fs.truncateSync(path.join(place, name), 100);
    const before = [...snapshots, ...filesOf(place, 'man-')].map((name) => [
      name,
      fs.readFileSync(path.join(place, name), 'hex'),
    ]);
    const { store, messages } = openStore(place);
    assert.ok((await saved(store)).has('d'));
    assert.ok(messages.some((message) => /can't be read and is left as it is/.test(message)));
    assert.equal((await store.checkpoint()).kind, 'refused');
    await save(store, 'e');
    assert.ok((await saved(store)).has('e'));
    await store.close();
    for (const [name = '', content] of before) {
      assert.equal(fs.readFileSync(path.join(place, name), 'hex'), content);
    }
  });

  it('a first one that was never finished costs nothing and is replaced in time', async () => {
    const place = newPlace();
    const { store } = openStore(place);
    await save(store, 'a');
    const half = path.join(place, 'man-0000000001.json');
    fs.writeFileSync(half, '{"generation":1,');
    assert.equal((await store.checkpoint()).kind, 'lost');
    fs.utimesSync(half, 1, 1);
    assert.equal((await store.checkpoint()).kind, 'lost');
    assert.equal((await store.checkpoint()).kind, 'published');
    assert.deepEqual((await idsAt(place)).ids, ['a']);
    await store.close();
  });

  it('an idle window compacts after others collected what it has not read: every row stays', async () => {
    const place = newPlace();
    const idle = openStore(place);
    const busy = openStore(place, { segmentBytes: 1 });
    await save(idle.store, 'idle 0');
    assert.equal((await saved(idle.store)).size, 1);
    const expected = ['idle 0'];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 9; i++) {
        await save(busy.store, `busy ${round}.${i}`);
        expected.push(`busy ${round}.${i}`);
      }
      await busy.store.checkpoint();
    }
    assert.equal((await idle.store.checkpoint()).kind, 'published');
    assert.deepEqual([...(await saved(idle.store)).keys()].sort(), expected.sort());
    assert.deepEqual((await idsAt(place)).ids, expected);
    await idle.store.close();
    await busy.store.close();
  });

  it('an idle window that only reads sees the rows of logs it never saw', async () => {
    for (const rounds of [1, 2, 3]) {
      const place = newPlace();
      const idle = openStore(place);
      const busy = openStore(place, { segmentBytes: 1 });
      await save(busy.store, 'first');
      await saved(idle.store);
      for (let i = 0; i < rounds; i++) {
        await save(busy.store, `row ${i}`);
        await busy.store.checkpoint();
        await busy.store.checkpoint();
      }
      assert.equal((await saved(idle.store)).size, rounds + 1);
      await idle.store.close();
      await busy.store.close();
    }
  });

  it('a window that has read half of a log, which another then collects, reads the rest from the snapshot', async () => {
    const place = newPlace();
    const busy = openStore(place);
    await save(busy.store, 'a');
    const idle = openStore(place);
    assert.equal((await saved(idle.store)).size, 1);
    await busy.store.checkpoint();
    assert.equal((await saved(idle.store)).size, 1);
    await save(busy.store, 'b');
    await busy.store.close();
    const other = openStore(place);
    await other.store.checkpoint();
    // One generation after the last that the window saw, and the log is gone all the same.
    for (const name of filesOf(place, '.log')) fs.rmSync(path.join(place, name));
    assert.deepEqual([...(await saved(idle.store)).keys()].sort(), ['a', 'b']);
    await Promise.all([idle.store.close(), other.store.close()]);
  });

  /** Files that run `pause` once, before the first call for which `at` says so. */
  function pausedAt(at: (method: string, file: string) => boolean, pause: () => Promise<void>): FileSystem {
    let paused = false;
    const wrapped = Object.entries(realFileSystem).map(([name, call]): [string, unknown] => [
      name,
      async (...given: string[]) => {
        if (!paused && at(name, given[0] ?? '')) {
          paused = true;
          await pause();
        }
        return (call as (...parameters: string[]) => unknown)(...given);
      },
    ]);
    return Object.fromEntries(wrapped) as unknown as FileSystem;
  }

  for (const others of [1, 2, 4]) {
    for (const stop of ['snap-', 'man-']) {
      it(`a process suspended before it makes its ${stop} file, across ${others} of another's, harms nothing`, async () => {
        const place = newPlace();
        const busy = openStore(place, { segmentBytes: 1 });
        await save(busy.store, 'a');
        await busy.store.checkpoint();
        const at = (method: string, file: string) =>
          method === 'create' && path.basename(file).startsWith(stop);
        const files = pausedAt(at, async () => {
          for (let i = 0; i < others; i++) {
            await save(busy.store, `row ${i}`);
            await busy.store.checkpoint();
          }
        });
        const sleeper = openStore(place, { files });
        assert.equal((await sleeper.store.checkpoint()).kind, 'lost');
        await save(sleeper.store, 'awake');
        await busy.store.checkpoint();
        const expected = ['a', 'awake', ...Array.from({ length: others }, (_, i) => `row ${i}`)];
        assert.deepEqual((await idsAt(place)).ids, expected);
        assert.deepEqual([...(await saved(sleeper.store)).keys()].sort(), expected);
        await sleeper.store.close();
        await busy.store.close();
      });
    }
  }

  it('a process suspended after its files were listed, before they are read, starts over', async () => {
    const place = newPlace();
    const busy = openStore(place, { segmentBytes: 1 });
    for (const id of ['a', 'b']) {
      await save(busy.store, id);
      await busy.store.checkpoint();
    }
    for (const target of ['man-', '.sqlite', '.log']) {
      const at = (method: string, file: string) =>
        ['read', 'stat'].includes(method) && path.basename(file).includes(target);
      const files = pausedAt(at, async () => {
        for (let i = 0; i < 3; i++) {
          await save(busy.store, `while at ${target} ${i}`);
          await busy.store.checkpoint();
        }
      });
      const expected = (await idsAt(place, { files })).ids;
      assert.deepEqual(expected, (await idsAt(place)).ids);
      assert.ok(expected.includes(`while at ${target} 2`));
    }
    await busy.store.close();
  });

  it('a log made ready in advance does not give up the one in use', async () => {
    const place = newPlace();
    const writer = openStore(place, { segmentBytes: 700 });
    await save(writer.store, 'a');
    await save(writer.store, 'b');
    const other = openStore(place);
    const [inUse = ''] = filesOf(place, '000001.log');
    await other.store.checkpoint();
    await other.store.checkpoint();
    assert.equal(filesOf(place, '.log').length, 2);
    assert.ok(fs.existsSync(path.join(place, inUse)));
    await save(writer.store, 'c');
    assert.deepEqual((await idsAt(place)).ids, ['a', 'b', 'c']);
    await writer.store.close();
    await other.store.close();
  });

  it('keep the log of a silent writer for two days', async () => {
    const place = newPlace();
    let now = Date.now();
    const silent = openStore(place, { now: () => now });
    await save(silent.store, 'a');
    const [log = ''] = filesOf(place, '.log');
    const other = openStore(place, { now: () => now });
    for (const hours of [47, 49]) {
      now = Date.now() + hours * HOUR;
      await other.store.checkpoint();
      await other.store.checkpoint();
      assert.equal(fs.existsSync(path.join(place, log)), hours < 48);
    }
    await save(silent.store, 'b');
    assert.deepEqual((await idsAt(place)).ids, ['a', 'b']);
    await silent.store.close();
    await other.store.close();
  });
});
