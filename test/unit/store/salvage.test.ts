import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { openStore, save, saved } from '../../support/stateStore';
import { temporaryFolder } from '../../support/temporaryFolder';

const ROWS = 600;
const PAGE = 8192;

describe('a store all of whose snapshots are damaged', function () {
  this.timeout(20_000);
  const folder = temporaryFolder('salvage');
  let count = 0;

  const textOf = (i: number) => `text of row ${i} `.repeat(10);

  /** Rows in two snapshots that are alike; the logs they came from are gone. One more row is in a log only. */
  async function damagedStore(damage: (bytes: Buffer) => Buffer) {
    const place = path.join(folder, `${count++}`);
    const { store } = openStore(place);
    await Promise.all(Array.from({ length: ROWS }, (_, i) => save(store, `row ${i}`, textOf(i))));
    await store.close();
    const compactor = openStore(place);
    for (let i = 0; i < 3; i++) await compactor.store.checkpoint();
    assert.deepEqual(namesOf(place, '.log'), []);
    await save(compactor.store, 'in the log');
    await compactor.store.close();
    for (const name of namesOf(place, '.sqlite')) {
      const file = path.join(place, name);
      fs.writeFileSync(file, damage(fs.readFileSync(file)));
    }
    return place;
  }

  const namesOf = (place: string, end: string) => fs.readdirSync(place).filter((name) => name.endsWith(end));

  /** The rows that were recovered, each of which must be as it was saved. */
  async function recovered(place: string, mayWrite = true) {
    const { store, messages } = openStore(place, { mayWrite });
    const rows = await saved(store);
    assert.ok(rows.has('in the log'));
    for (const [id, text] of rows) {
      if (id !== 'in the log') assert.equal(text, textOf(Number(id.slice('row '.length))));
    }
    return { store, messages, rows: rows.size - 1 };
  }

  const harms: [string, number, (bytes: Buffer) => Buffer][] = [
    ['a page in the middle', ROWS / 2, (bytes) => bytes.fill(0xee, 5 * PAGE, 6 * PAGE)],
    ['a flipped bit in a text', ROWS / 2, (bytes) => flip(bytes, bytes.indexOf('text of row 300 '))],
    ['the header', ROWS, (bytes) => bytes.fill(0, 0, 100)],
    ['the last third', 100, (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.66))],
    ['every tenth page beyond the roots of tables', 150, (bytes) => everyTenth(bytes)],
  ];
  for (const [harm, least, inflict] of harms) {
    it(`keeps what can be read when ${harm} is gone, and says so once`, async () => {
      const place = await damagedStore(inflict);
      const first = await recovered(place);
      assert.ok(first.rows >= least && first.rows <= ROWS, `${first.rows} rows`);
      assert.equal(first.messages.filter((message) => /rows were recovered/.test(message)).length, 1);
      assert.equal(namesOf(path.join(place, 'quarantine'), '.sqlite').length, 2);
      for (let i = 0; i < 3; i++) assert.equal((await first.store.checkpoint()).kind, 'published');
      await first.store.close();
      const later = await recovered(place);
      assert.equal(later.rows, first.rows);
      assert.deepEqual(later.messages, []);
      assert.equal((await later.store.verify()).unreadable, false);
      await later.store.close();
    });
  }

  it('keeps its rows when its manifests are damaged too', async () => {
    const place = await damagedStore((bytes) => bytes.fill(0xee, 5 * PAGE, 6 * PAGE));
    for (const name of namesOf(place, '.json')) fs.writeFileSync(path.join(place, name), 'x\n');
    const { store, rows } = await recovered(place);
    assert.ok(rows > ROWS / 2, `${rows} rows`);
    assert.equal((await store.checkpoint()).kind, 'published');
    assert.equal((await saved(store)).size, rows + 1);
    await store.close();
  });

  it('is read and not touched by one that only looks', async () => {
    const place = await damagedStore((bytes) => bytes.fill(0xee, 5 * PAGE, 6 * PAGE));
    const before = fs.readdirSync(place);
    const { store, rows } = await recovered(place, false);
    assert.ok(rows > ROWS / 2);
    await store.close();
    assert.deepEqual(fs.readdirSync(place), before);
  });

  it('does not give back what was removed', async () => {
    const place = path.join(folder, `${count++}`);
    const { store } = openStore(place);
    await save(store, 'secret');
    await save(store, 'kept');
    await store.checkpoint();
    await store.save([{ table: 'operation_log', removed: 'secret' }]);
    await store.checkpoint();
    await store.close();
    for (const name of namesOf(place, '.sqlite')) {
      const file = path.join(place, name);
      fs.writeFileSync(file, flip(fs.readFileSync(file), 60));
    }
    const again = openStore(place);
    assert.deepEqual([...(await saved(again.store)).keys()], ['kept']);
    await again.store.close();
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  return bytes;
}

function everyTenth(bytes: Buffer): Buffer {
  for (let page = 27; page * PAGE < bytes.length; page += 10)
    bytes.fill(0xee, page * PAGE, (page + 1) * PAGE);
  return bytes;
}
