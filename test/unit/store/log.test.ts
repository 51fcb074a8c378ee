import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { encodeHeader, encodeRecord, HEADER_BYTES, judgeHeader, scanLog } from '../../../src/store/record';
import { temporaryFolder } from '../../support/temporaryFolder';
import { flippedBits } from '../../support/bits';
import { MemoryDisk } from '../../support/memoryDisk';
import { openStore, save, saved } from '../../support/stateStore';

const NAME = `${'a'.repeat(32)}-000001.log`;

/** A log of records with payloads of different lengths, and where each ends. */
function exampleLog(count = 12) {
  const payloads = Array.from({ length: count }, (_, i) => `{"record":${i},"text":"${'x'.repeat(i * 3)}"}`);
  const parts = [encodeHeader(), ...payloads.map((text, i) => encodeRecord(NAME, i, Buffer.from(text)))];
  const ends = parts.map((_, i) => Buffer.concat(parts.slice(0, i + 1)).length);
  return { bytes: Buffer.concat(parts), payloads, ends };
}

function payloadsOf(bytes: Buffer): string[] {
  return scanLog(NAME, bytes, 0).records.map(({ payload }) => payload.toString());
}

describe('a log', function () {
  this.timeout(300_000);
  const folder = temporaryFolder('log');
  const { bytes, payloads, ends } = exampleLog();
  let count = 0;

  it('gives back what was written', () => {
    assert.deepEqual(
      scanLog(NAME, bytes, 0).records.map(({ sequence }) => sequence),
      [...payloads.keys()],
    );
    assert.deepEqual(payloadsOf(bytes), payloads);
  });

  it('cut at any byte holds the records before the cut and no damage', () => {
    for (let length = 0; length < bytes.length; length++) {
      const scan = scanLog(NAME, bytes.subarray(0, length), 0);
      const whole = payloads.filter((_, i) => (ends[i + 1] ?? 0) <= length);
      assert.deepEqual(
        scan.records.map(({ payload }) => payload.toString()),
        whole,
        `cut at ${length}`,
      );
      assert.equal(scan.damagedBytes, 0, `cut at ${length}`);
    }
  });

  it('with any one bit flipped holds every record but the one that was hit', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      const at = bit >> 3;
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
      const hit = ends.findIndex((end) => at < end) - 1;
      const intact = payloads.filter((_, i) => i !== hit);
      const scan = scanLog(NAME, flipped, 0);
      assert.deepEqual(
        scan.records.map(({ payload }) => payload.toString()),
        intact,
        `bit ${bit}`,
      );
      // The last record can't be told from one that was cut short.
      const told = hit < 0 ? judgeHeader(flipped) === 'damaged' : scan.damagedBytes > 0;
      assert.equal(told, hit !== payloads.length - 1, `bit ${bit}`);
    }
  });

  it('followed by zeros, garbage or the records of another log holds its own', () => {
    const other = encodeRecord(NAME.replace('aaa', 'bbb'), 12, Buffer.from('{"other":true}'));
    for (const tail of [Buffer.alloc(5000), Buffer.from('f15ea0c5'.repeat(50), 'hex'), other]) {
      assert.deepEqual(payloadsOf(Buffer.concat([bytes, tail])), payloads);
    }
  });

  it('of which any sectors were lost gives only records that were written', () => {
    const sector = 64;
    const sectors = Math.ceil(bytes.length / sector);
    for (let subset = 0; subset < 256; subset++) {
      const torn = Buffer.from(bytes);
      for (let i = 0; i < sectors; i++)
        if ((subset >> (i % 8)) & 1) torn.fill(0, i * sector, Math.min(torn.length, (i + 1) * sector));
      assert.ok(payloadsOf(torn).every((text) => payloads.includes(text)));
    }
  });

  it('is read on from where a reader stopped', () => {
    const half = ends[6] ?? 0;
    const scan = scanLog(NAME, bytes.subarray(half), half);
    assert.deepEqual(
      scan.records.map(({ payload }) => payload.toString()),
      payloads.slice(6),
    );
    assert.equal(scan.end, bytes.length);
    assert.ok(half > HEADER_BYTES);
  });

  /** The closed log of three saves, and what is read of a store that has `bytes` for it. */
  async function wholeStore() {
    const place = path.join(folder, `whole ${count++}`);
    const writer = openStore(place);
    for (const id of ['a', 'b', 'c']) await save(writer.store, id);
    await writer.store.close();
    const [log = ''] = fs.readdirSync(place);
    const read = async (damaged: Buffer) => {
      const disk = new MemoryDisk();
      disk.put(path.join('/state', log), damaged);
      const { store, messages } = openStore('/state', { files: disk.files });
      const rows = await saved(store);
      return { store, messages, rows, copies: await disk.files.list('/state/quarantine') };
    };
    const whole = fs.readFileSync(path.join(place, log));
    return { whole, read, ends: scanEnds(log, whole) };
  }

  it('of a store that is cut at any byte is read without a word, and saves go on', async () => {
    const { whole, read, ends: endOf } = await wholeStore();
    for (let length = 0; length <= whole.length; length++) {
      const { store, rows, messages } = await read(whole.subarray(0, length));
      const expected = [...endOf].filter(([, end]) => end <= length).map(([id]) => id);
      assert.deepEqual([...rows.keys()].sort(), expected, `cut at ${length}`);
      assert.deepEqual(messages, []);
      await save(store, 'after');
      assert.deepEqual([...(await saved(store)).keys()].sort(), [...expected, 'after'].sort());
      await store.close();
    }
  });

  it('of a store with any one bit flipped gives every row but the one that was hit, and tells of it', async () => {
    const { whole, read, ends: endOf } = await wholeStore();
    const lastWord = Math.max(...endOf.values());
    for (const { flipped, at, bit } of flippedBits(whole)) {
      const { store, rows, messages, copies } = await read(flipped);
      const hit = at < HEADER_BYTES ? undefined : [...endOf].find(([, end]) => at < end)?.[0];
      const expected = [...endOf.keys()].filter((id) => id !== hit);
      assert.deepEqual([...rows].sort(), expected.map((id) => [id, id]).sort(), `bit ${bit}`);
      // Of a log that is not closed, the last record may be one that is being written.
      const isTold = at < lastWord;
      assert.equal(messages.length, isTold ? 1 : 0, `bit ${bit}`);
      assert.equal(copies.length, isTold ? 1 : 0, `bit ${bit}`);
      await store.close();
    }
  });

  it('of a store with a flipped bit is salvaged, copied once and told once', async () => {
    const place = path.join(folder, 'flipped');
    const writer = openStore(place);
    for (let i = 0; i < 4; i++) await save(writer.store, `row ${i}`);
    await writer.store.close();
    const [log = ''] = fs.readdirSync(place).filter((name) => name.endsWith('.log'));
    const damaged = fs.readFileSync(path.join(place, log));
    const at = damaged.indexOf('row 1');
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    fs.writeFileSync(path.join(place, log), damaged);
    for (const tellings of [1, 0]) {
      const { store, messages } = openStore(place);
      assert.deepEqual([...(await saved(store)).keys()].sort(), ['row 0', 'row 2', 'row 3']);
      assert.equal(messages.length, tellings);
      const copies = fs.readdirSync(path.join(place, 'quarantine'));
      assert.equal(copies.length, 1);
      const copy = path.join(place, 'quarantine', copies[0] ?? '');
      if (tellings) assert.ok(messages[0]?.includes(copy));
      assert.deepEqual(fs.readFileSync(copy), damaged);
      await store.close();
    }
  });

  it('closed by its writer tells of damage in its last record too', async () => {
    const place = path.join(folder, 'closed');
    const writer = openStore(place);
    await save(writer.store, 'kept');
    await save(writer.store, 'last');
    await writer.store.close();
    const [log = ''] = fs.readdirSync(place);
    const bytesOnDisk = fs.readFileSync(path.join(place, log));
    const at = bytesOnDisk.lastIndexOf('last');
    bytesOnDisk[at] = 0;
    fs.writeFileSync(path.join(place, log), bytesOnDisk);
    const { store, messages } = openStore(place);
    assert.deepEqual([...(await saved(store)).keys()], ['kept']);
    assert.equal(messages.length, 1);
    await store.close();
  });
});

/** Where the record ends that saves a row, by the row's id. */
function scanEnds(log: string, bytes: Buffer): Map<string, number> {
  const found = new Map<string, number>();
  for (const { payload } of scanLog(log, bytes, 0).records) {
    const { ops } = JSON.parse(payload.toString()) as { ops: { k: string }[] };
    for (const { k } of ops) found.set(k, bytes.indexOf(payload) + payload.length);
  }
  return found;
}
