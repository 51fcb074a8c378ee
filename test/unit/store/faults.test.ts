import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../../src/base/errors';
import type { FileSystem } from '../../../src/store/fileSystem';
import { realFileSystem } from '../../../src/store/fileSystem';
import type { Fault } from '../../support/faultyFiles';
import { FaultyFiles } from '../../support/faultyFiles';
import { MemoryDisk } from '../../support/memoryDisk';
import { openStore, save, saved } from '../../support/stateStore';
import { temporaryFolder } from '../../support/temporaryFolder';

const FAULTS: Fault[] = ['ENOSPC', 'EIO', 'EPERM', 'EBUSY', 'short write', 'failed sync'];
/** The calls that a fault can hit, where not all. */
const TARGETS: Partial<Record<Fault, string[]>> = {
  'short write': ['write'],
  'failed sync': ['sync', 'syncFolder'],
};

describe('a store on a disk that fails', function () {
  this.timeout(180_000);
  const folder = temporaryFolder('faults');
  let count = 0;

  /** Saves, reads and checkpoints; resolves to the saves that were acknowledged and to what was rejected. */
  async function work(place: string, files: FileSystem) {
    const acknowledged: string[] = [];
    const rejected: unknown[] = [];
    const { store } = openStore(place, { files, segmentBytes: 600 });
    const attempt = async (step: () => Promise<unknown>): Promise<void> => {
      await step().catch((error: unknown) => rejected.push(error));
    };
    const saveRow = (id: string) => attempt(() => save(store, id).then(() => acknowledged.push(id)));
    await saveRow('a');
    await Promise.all([saveRow('b'), saveRow('c')]);
    await attempt(() => store.checkpoint());
    await saveRow('d');
    await saveRow('e');
    await attempt(() => store.checkpoint());
    await saveRow('f');
    await attempt(() => saved(store));
    await attempt(() => store.close());
    return { acknowledged, rejected };
  }

  async function check(faulty: FaultyFiles, disk: FileSystem, description: string): Promise<void> {
    const place = path.join(folder, `${count++}`);
    const { acknowledged, rejected } = await work(place, faulty.files);
    const { store, messages } = openStore(place, { files: disk });
    const rows = await saved(store);
    for (const id of acknowledged) assert.ok(rows.has(id), `${description}: lost ${id}`);
    for (const id of 'abcdef') {
      const isTold = acknowledged.includes(id) || rejected.some((error) => error instanceof UserError);
      assert.ok(isTold, `${description}: neither saved nor told of ${id}`);
    }
    assert.deepEqual(messages, [], description);
    await save(store, 'afterwards');
    await store.checkpoint();
    assert.deepEqual(await saved(store), new Map([...rows, ['afterwards', 'afterwards']]), description);
    await store.close();
    fs.rmSync(place, { recursive: true, force: true });
  }

  for (const fault of FAULTS) {
    it(`loses nothing it acknowledged with ${fault} on each call in turn`, async () => {
      const flawless = new FaultyFiles();
      await work(path.join(folder, `flawless ${fault}`), flawless.files);
      const targets = new Set(TARGETS[fault] ?? flawless.calls);
      const hit = new Set<string>();
      for (const [index, name] of flawless.calls.entries()) {
        if (!targets.has(name)) continue;
        // One kind on the real disk, which is slower by far, shows that the one in memory is like it.
        const disk = fault === 'ENOSPC' ? realFileSystem : new MemoryDisk().files;
        const faulty = new FaultyFiles({ at: index + 1, fault }, false, disk);
        await check(faulty, disk, `${fault} at call ${index + 1}, ${name}`);
        if (faulty.failed !== undefined) hit.add(faulty.failed);
      }
      assert.ok(hit.size >= Math.min(10, targets.size), [...hit].join());
    });
  }

  it('tells of every save once the disk stays full', async () => {
    const place = path.join(folder, 'full');
    const healthy = openStore(place);
    await save(healthy.store, 'before');
    const faulty = new FaultyFiles({ at: 5, fault: 'ENOSPC' }, true);
    const { store } = openStore(place, { files: faulty.files });
    for (const id of ['x', 'y', 'z']) {
      await assert.rejects(save(store, id), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /could not save its state: ENOSPC/);
        assert.ok(error.nextStep?.includes(place));
        return true;
      });
    }
    await store.close();
    assert.deepEqual([...(await saved(healthy.store)).keys()], ['before']);
    await healthy.store.close();
  });

  it('does not trust a file again after one of its syncs failed', async () => {
    const place = path.join(folder, 'sync');
    let fail = false;
    const files: FileSystem = {
      ...realFileSystem,
      async create(file) {
        const open = await realFileSystem.create(file);
        return {
          ...open,
          async sync() {
            if (fail) {
              fail = false;
              // What the system does then: the pages count as clean and are gone.
              fs.truncateSync(file, fs.statSync(file).size - 10);
              throw Object.assign(new Error('EIO'), { code: 'EIO' });
            }
            await open.sync();
          },
        };
      },
    };
    const { store } = openStore(place, { files });
    await save(store, 'first');
    fail = true;
    await save(store, 'second');
    await save(store, 'third');
    assert.equal(fs.readdirSync(place).length, 2);
    assert.deepEqual([...(await saved(store)).keys()].sort(), ['first', 'second', 'third']);
    await store.close();
  });

  it('writes again what it wrote to a log that was collected meanwhile', async () => {
    const place = path.join(folder, 'collected');
    const { store } = openStore(place);
    await save(store, 'kept elsewhere');
    const [log = ''] = fs.readdirSync(place);
    fs.rmSync(path.join(place, log));
    await save(store, 'after');
    assert.ok((await saved(openStore(place).store)).has('after'));
    await store.close();
  });

  it('that can only be read is read, and a save says why it failed', async function () {
    const place = path.join(folder, 'read-only');
    const writer = openStore(place);
    await save(writer.store, 'old');
    await writer.store.close();
    const refuse = async () =>
      Promise.reject(Object.assign(new Error('EROFS: read-only'), { code: 'EROFS' }));
    const files = { ...realFileSystem, create: refuse, remove: refuse };
    const { store } = openStore(place, { files });
    assert.deepEqual([...(await saved(store)).keys()], ['old']);
    await assert.rejects(save(store, 'new'), /could not save its state: EROFS/);
    assert.deepEqual([...(await saved(store)).keys()], ['old']);
    await store.close();
  });
});
