import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { crc32 } from 'node:zlib';
import { AuditReports } from '../../../src/repositories/auditReports';
import { encodeHeader } from '../../../src/store/record';
import { auditReport } from '../../support/reports';
import { openStore, save, saved } from '../../support/stateStore';
import { temporaryFolder } from '../../support/temporaryFolder';

const DAY = 86_400_000;

describe('a state folder with what does not belong there', function () {
  this.timeout(20_000);
  const folder = temporaryFolder('hostile');
  let count = 0;

  /** A store of which `a` lies in a snapshot and `b` in a log. */
  async function example(): Promise<string> {
    const place = path.join(folder, `${count++}`);
    const { store } = openStore(place);
    await save(store, 'a');
    await store.checkpoint();
    await save(store, 'b');
    await store.close();
    return place;
  }

  /** Reads, saves and compacts twice: both rows, and the new one, must be there. */
  async function goesOn(place: string): Promise<string[]> {
    const { store, messages } = openStore(place);
    assert.deepEqual([...(await saved(store)).keys()].sort(), ['a', 'b']);
    await save(store, 'c');
    for (let i = 0; i < 2; i++) await store.checkpoint();
    await store.close();
    const again = openStore(place);
    assert.deepEqual([...(await saved(again.store)).keys()].sort(), ['a', 'b', 'c']);
    await again.store.close();
    return messages;
  }

  function manifest(facts: Record<string, unknown>): string {
    const json = JSON.stringify(facts);
    return `${json}\n${crc32(json).toString(16).padStart(8, '0')}\n`;
  }
  const sound = {
    generation: 7,
    schema: 2,
    minReader: 2,
    snapshot: 'snap-0000000007-00000000.sqlite',
    size: 1,
    sha256: '',
    consumed: {},
    closed: [],
    horizon: '',
    retentionWaits: false,
    clock: '',
    createdAt: new Date().toISOString(),
  };

  const strange: Record<string, Record<string, string>> = {
    'garbage files': {
      'notes.txt': 'x',
      '.DS_Store': '\0',
      'desktop.ini': '',
      'man-1.json': 'x',
      'snap-.sqlite': 'x',
    },
    'an empty manifest of the next generation': { 'man-0000000002.json': '' },
    'a manifest of nothing but zeros': { 'man-0000000002.json': '\0'.repeat(300) },
    'a manifest that is no object': { 'man-0000000007.json': manifest([] as never) },
    'a manifest with absurd numbers': {
      'man-0000000007.json': manifest({ ...sound, generation: -1e300, size: 'big', consumed: { x: -5 } }),
    },
    'a manifest that says it is another': {
      'man-0000000007.json': manifest({ ...sound, generation: 9_999_999_999 }),
    },
    'a manifest whose snapshot lies outside': {
      'man-0000000007.json': manifest({ ...sound, snapshot: '../../../../etc/passwd' }),
    },
    'an empty log': { [`${'a'.repeat(32)}-000001.log`]: '' },
    'a log of nothing but a header': { [`${'a'.repeat(32)}-000001.log`]: encodeHeader().toString('latin1') },
    'a log with a record of absurd length': {
      [`${'a'.repeat(32)}-000001.log`]: `${encodeHeader().toString('latin1')}\xf1\x5e\xa0\xc5\xff\xff\xff\xff${'\0'.repeat(40)}`,
    },
  };
  for (const [what, files] of Object.entries(strange)) {
    it(`goes on with ${what}`, async () => {
      const place = await example();
      for (const [name, content] of Object.entries(files))
        fs.writeFileSync(path.join(place, name), content, 'latin1');
      await goesOn(place);
    });
  }

  it('goes on with folders that have the names of its files', async () => {
    const place = await example();
    fs.mkdirSync(path.join(place, `${'a'.repeat(32)}-000001.log`));
    fs.mkdirSync(path.join(place, 'man-0000000009.json'));
    fs.mkdirSync(path.join(place, 'snap-0000000009-00000000.sqlite'));
    await goesOn(place);
  });

  it('goes on when the folder is a link to one elsewhere', async () => {
    const place = await example();
    const link = path.join(folder, `${count++}`);
    fs.symlinkSync(place, link);
    await goesOn(link);
  });

  it('says what it can not do when the folder is a file, or a link to nothing', async () => {
    const file = path.join(folder, `${count++}`);
    fs.writeFileSync(file, 'x');
    const dangling = path.join(folder, `${count++}`);
    fs.symlinkSync(path.join(folder, 'nowhere'), dangling);
    for (const place of [file, dangling]) {
      const { store } = openStore(place);
      await assert.rejects(save(store, 'a'), { name: 'UserError', message: /could not save its state/ });
      await store.close();
    }
    assert.equal(fs.readFileSync(file, 'utf8'), 'x');
  });

  it('starts anew when everything was deleted under an open store', async () => {
    const place = await example();
    const { store } = openStore(place);
    assert.equal((await saved(store)).size, 2);
    fs.rmSync(place, { recursive: true });
    await save(store, 'later');
    assert.deepEqual([...(await saved(store)).keys()], ['later']);
    await store.close();
  });

  it('keeps every audit over a clock that jumps ten years ahead and back', async () => {
    const place = path.join(folder, `${count++}`);
    let now = Date.now();
    const { store } = openStore(place, { now: () => now });
    const audits = new AuditReports(store, 'project', () => 36_500);
    const add = (id: string) => audits.add(auditReport({ id, createdAt: new Date(now).toISOString() }));
    await add('before');
    await store.checkpoint();
    now += 3650 * DAY;
    await store.checkpoint();
    now -= 3650 * DAY;
    await add('after');
    for (let i = 0; i < 3; i++) await store.checkpoint();
    assert.deepEqual((await audits.list(10)).map(({ id }) => id).sort(), ['after', 'before']);
    await store.close();
  });
});
