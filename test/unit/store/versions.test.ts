import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { crc32 } from 'node:zlib';
import { encodeHeader, encodeRecord } from '../../../src/store/record';
import { openStore, save, saved } from '../../support/stateStore';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('state of another version', function () {
  this.timeout(20_000);
  const folder = temporaryFolder('versions');
  let count = 0;
  const newPlace = () => path.join(folder, `${count++}`);
  const idsAt = async (place: string) => {
    const { store } = openStore(place);
    const ids = [...(await saved(store)).keys()].sort();
    await store.close();
    return ids;
  };

  it('written by a newer version with the same columns are read, and left for it to compact', async () => {
    const place = newPlace();
    const { store } = openStore(place);
    await save(store, 'a');
    await store.checkpoint();
    rewriteManifest(place, { schema: 99 });
    const older = openStore(place);
    await save(older.store, 'b');
    assert.deepEqual([...(await saved(older.store)).keys()].sort(), ['a', 'b']);
    assert.equal((await older.store.checkpoint()).kind, 'refused');
    await older.store.close();
    await store.close();
  });

  it('that only a newer version understands are refused with what to do, and saves are kept for it', async () => {
    const place = newPlace();
    const { store } = openStore(place);
    await save(store, 'a');
    await store.checkpoint();
    rewriteManifest(place, { schema: 99, minReader: 99 });
    const older = openStore(place);
    await save(older.store, 'b');
    await assert.rejects(saved(older.store), /comes from a newer Seaworthy/);
    rewriteManifest(place, { schema: 2, minReader: 2 });
    assert.deepEqual(await idsAt(place), ['a', 'b']);
    await older.store.close();
    await store.close();
  });

  it('leave records of a newer format to the version that wrote them', async () => {
    const place = newPlace();
    const { store } = openStore(place);
    await save(store, 'a');
    // A table that this version does not have.
    await store.save([
      { table: 'operation_log', removed: 'nobody' },
      { table: 'voyages' as never, removed: 'x' },
    ]);
    assert.deepEqual([...(await saved(store)).keys()], ['a']);
    assert.equal((await store.checkpoint()).kind, 'refused');
    await store.close();
  });

  it('leave rows with a column that this version does not have to the version that wrote them', async () => {
    const place = newPlace();
    const { store } = openStore(place);
    await save(store, 'a');
    const [row] = await store.select({ table: 'operation_log', where: { id: 'a' } });
    assert.ok(row);
    const newer = { ...row, id: 'b', weather: 'fair' };
    await store.save([{ table: 'operation_log', row: newer }]);
    assert.deepEqual([...(await saved(store)).keys()].sort(), ['a', 'b']);
    assert.equal((await store.checkpoint()).kind, 'refused');
    await store.close();
  });

  it('with records of a kind that is not known yet is read, and left for the newer version to compact', async () => {
    const place = newPlace();
    const { store } = openStore(place);
    await save(store, 'a');
    const name = `${'f'.repeat(32)}-000001.log`;
    const unknown = [
      { f: 2, something: 'else' },
      { f: 1, ops: [{ t: 'operation_log', k: 'x', v: '1', b: { target: { not: 'text' } } }] },
      [],
    ];
    const records = unknown.map((payload, i) => encodeRecord(name, i, Buffer.from(JSON.stringify(payload))));
    fs.writeFileSync(path.join(place, name), Buffer.concat([encodeHeader(), ...records]));
    assert.deepEqual(await idsAt(place), ['a']);
    assert.equal((await store.checkpoint()).kind, 'refused');
    await save(store, 'b');
    assert.deepEqual(await idsAt(place), ['a', 'b']);
    assert.ok(fs.existsSync(path.join(place, name)));
    await store.close();
  });
});

/** Changes what the newest manifest says, under a right checksum. */
function rewriteManifest(place: string, change: Record<string, unknown>): void {
  const file = path.join(
    place,
    fs
      .readdirSync(place)
      .filter((name) => name.startsWith('man-'))
      .sort()
      .at(-1) ?? '',
  );
  const [json = ''] = fs.readFileSync(file, 'utf8').split('\n');
  const changed = JSON.stringify({ ...(JSON.parse(json) as object), ...change });
  fs.writeFileSync(file, `${changed}\n${crc32(changed).toString(16).padStart(8, '0')}\n`);
}
