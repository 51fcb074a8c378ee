import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { silentLogger } from '../../../src/base/logger';
import { AuditReports } from '../../../src/repositories/auditReports';
import { MIGRATIONS } from '../../../src/store/schema';
import { Store } from '../../../src/store/store';
import { WorkerReader } from '../../../src/store/workerReader';
import { auditReport } from '../../support/reports';
import { openStore, save, saved, sql } from '../../support/stateStore';
import type { TestStoreOptions } from '../../support/stateStore';
import { temporaryFolder } from '../../support/temporaryFolder';

const DAY = 86_400_000;
const dist = path.join(__dirname, '../../../dist');

describe('a store', function () {
  this.timeout(20_000);
  const folder = temporaryFolder('store');
  let count = 0;
  const newPlace = () => path.join(folder, `${count++}`);

  function openAudits(place: string, options: TestStoreOptions = {}) {
    const opened = openStore(place, options);
    return { ...opened, audits: new AuditReports(opened.store, 'project', () => 3650) };
  }
  const auditAt = (id: string, time: number) => auditReport({ id, createdAt: new Date(time).toISOString() });
  const idsOf = async (audits: AuditReports) => (await audits.list(100)).map(({ id }) => id).sort();

  /** A store whose files are read by the real worker. */
  function openWithWorker(place: string) {
    const reader = new WorkerReader({ folder: place, mayWrite: true }, dist);
    const messages: string[] = [];
    const onMessage = (message: string): void => void messages.push(message);
    const store = new Store({ folder: place, reader, logger: silentLogger, keepDays: () => 30, onMessage });
    return { store, messages };
  }

  describe('read by its worker', () => {
    it('saves, compacts, exports and tells errors to act on', async () => {
      const place = newPlace();
      const { store } = openWithWorker(place);
      await save(store, 'a');
      assert.equal((await store.checkpoint()).kind, 'published');
      await save(store, 'b');
      assert.deepEqual([...(await saved(store)).keys()].sort(), ['a', 'b']);
      const output = path.join(place, 'export');
      const files = await store.exportTo(output);
      const { tables } = JSON.parse(fs.readFileSync(files.json, 'utf8')) as {
        tables: Record<string, unknown[]>;
      };
      assert.equal(tables['operation_log']?.length, 2);
      const database = new (await sql()).Database(fs.readFileSync(files.sqlite));
      assert.equal(database.exec('SELECT count(*) FROM operation_log')[0]?.values[0]?.[0], 2);
      database.close();
      fs.writeFileSync(path.join(place, 'file'), '');
      await assert.rejects(store.exportTo(path.join(place, 'file')), { name: 'UserError' });
      await store.close();
    });

    it('rejects what is asked while it closes, and nothing hangs', async () => {
      const { store } = openWithWorker(newPlace());
      await save(store, 'a');
      const refused = assert.rejects(saved(store), /closed/);
      await store.close();
      await refused;
    });
  });

  it('lets two windows see one another without being asked', async () => {
    const place = newPlace();
    const [one, other] = [openStore(place), openStore(place)];
    const heard = new Promise<void>((resolve) => {
      other.store.onDidChange(() => {
        void saved(other.store).then((rows) => rows.has('from one') && resolve());
      });
    });
    await save(other.store, 'own');
    await save(one.store, 'from one');
    await heard;
    await Promise.all([one.store.close(), other.store.close()]);
  });

  it('keeps the later of two versions although the clock was set back between them', async () => {
    const place = newPlace();
    let now = Date.now();
    const one = openStore(place, { now: () => now });
    await save(one.store, 'row', 'old');
    now -= 365 * DAY;
    await save(one.store, 'row', 'newer');
    const other = openStore(place, { now: () => now });
    assert.equal((await saved(other.store)).get('row'), 'newer');
    await save(other.store, 'row', 'newest');
    for (const { store } of [one, other]) assert.equal((await saved(store)).get('row'), 'newest');
    await one.store.checkpoint();
    assert.equal((await saved(openStore(place).store)).get('row'), 'newest');
    await Promise.all([one.store.close(), other.store.close()]);
  });

  it('does not bring a removed row back when the removal is read before the row', async () => {
    const place = newPlace();
    const one = openStore(place);
    await save(one.store, 'row');
    const other = openStore(place);
    await saved(other.store);
    await other.store.save([{ table: 'operation_log', removed: 'row' }]);
    await Promise.all([one.store.close(), other.store.close()]);
    const logs = fs.readdirSync(place).sort();
    // Names are random, so try both orders.
    for (const order of [logs, [...logs].reverse()]) {
      const { realFileSystem } = await import('../../../src/store/fileSystem');
      const { store } = openStore(place, { files: { ...realFileSystem, list: async () => order } });
      assert.equal((await saved(store)).size, 0);
    }
  });

  describe('with audits whose time is over', () => {
    it('drops them when two checkpoints agree on the date, and keeps the others', async () => {
      const place = newPlace();
      const { store, audits } = openAudits(place);
      const now = Date.now();
      await audits.add(auditAt('old', now - 31 * DAY));
      await audits.add(auditAt('new', now - 29 * DAY));
      await save(store, 'operation', 'stays', new Date(0).toISOString());
      await store.checkpoint();
      assert.deepEqual(await idsOf(audits), ['new', 'old']);
      await store.checkpoint();
      assert.deepEqual(await idsOf(audits), ['new']);
      assert.ok((await saved(store)).has('operation'));
      await store.close();
    });

    it('does not get them back from a log or a generation before', async () => {
      const place = newPlace();
      const { store, audits } = openAudits(place);
      await audits.add(auditAt('old', Date.now() - 31 * DAY));
      const logs = fs
        .readdirSync(place)
        .map((name) => [name, fs.readFileSync(path.join(place, name))] as const);
      for (let i = 0; i < 3; i++) await store.checkpoint();
      await store.close();
      for (const [name, content] of logs) {
        const foreign = path.join(place, name);
        if (!fs.existsSync(foreign)) fs.writeFileSync(foreign, content);
      }
      const again = openAudits(place);
      assert.deepEqual(await idsOf(again.audits), []);
      await again.store.checkpoint();
      await again.store.checkpoint();
      assert.deepEqual(await idsOf(again.audits), []);
      await again.store.close();
    });

    it('drops nothing because the clock jumped ahead for one checkpoint', async () => {
      const place = newPlace();
      let now = Date.now();
      const { store, audits } = openAudits(place, { now: () => now });
      await audits.add(auditAt('kept', now));
      await store.checkpoint();
      now += 400 * DAY;
      await store.checkpoint();
      now -= 400 * DAY;
      await store.checkpoint();
      await store.checkpoint();
      assert.deepEqual(await idsOf(audits), ['kept']);
      await store.close();
    });

    it('takes what is saved after the clock went wrong and was put right', async () => {
      const place = newPlace();
      let now = Date.now();
      const { store, audits } = openAudits(place, { now: () => now });
      now += 400 * DAY;
      for (let i = 0; i < 3; i++) await store.checkpoint();
      now -= 400 * DAY;
      await audits.add(auditAt('right', now));
      assert.deepEqual(await idsOf(openAudits(place).audits), ['right']);
      for (let i = 0; i < 3; i++) await store.checkpoint();
      assert.deepEqual(await idsOf(audits), ['right']);
      await store.close();
    });
  });

  it('that outgrew its size drops the oldest audits and says from when on it keeps them', async () => {
    const place = newPlace();
    const { store, audits, messages } = openAudits(place, { capBytes: 20_000 });
    const start = Date.now() - 20 * DAY;
    for (let i = 0; i < 40; i++)
      await audits.add(auditAt(`audit ${String(i).padStart(2, '0')}`, start + i * 3_600_000));
    await store.checkpoint();
    const ids = await idsOf(audits);
    assert.ok(ids.length > 5 && ids.length < 40, `${ids.length}`);
    assert.equal(ids.at(-1), 'audit 39');
    assert.ok((await audits.list(100)).every(({ stages }) => stages.length === 3));
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? '', /audits before \d{4}-\d\d-\d\d were dropped/);
    await store.close();
  });

  it('that is cleared is empty for every window, and its files hold no row any more', async () => {
    const place = newPlace();
    const { store, audits } = openAudits(place);
    const other = openAudits(place);
    await audits.add({ ...auditAt('secret-audit', Date.now()), reason: 'nobody shall read this' });
    assert.deepEqual(await idsOf(other.audits), ['secret-audit']);
    await store.clear();
    assert.deepEqual(await idsOf(audits), []);
    assert.deepEqual(await idsOf(other.audits), []);
    await audits.add(auditAt('new', Date.now()));
    assert.deepEqual(await idsOf(other.audits), ['new']);
    const content = fs.readdirSync(place).map((name) => fs.readFileSync(path.join(place, name), 'latin1'));
    assert.ok(!content.some((text) => text.includes('nobody shall read this')));
    await Promise.all([store.close(), other.store.close()]);
  });

  describe('of the first version', () => {
    async function oldFile(rows: number): Promise<string> {
      const file = path.join(newPlace(), 'state.sqlite');
      fs.mkdirSync(path.dirname(file));
      const database = new (await sql()).Database();
      database.exec(`${MIGRATIONS[0] ?? ''}; PRAGMA user_version = 1;`);
      for (let i = 0; i < rows; i++) {
        const created = new Date(Date.now() - i * 60_000).toISOString();
        database.run(
          `INSERT INTO audit_reports VALUES ('old ${i}', 'project', 'a.js', 'pass', '', '[]', '', 1, '${created}')`,
        );
        database.run(
          `INSERT INTO audit_results VALUES ('old ${i}:theater', 'old ${i}', 'project', 'a.js', 'theater', 'pass', '[]', '{"reason":"","tests":null,"output":{"stdout":"old","stderr":"","truncated":false}}', 1, '${created}')`,
        );
      }
      fs.writeFileSync(file, database.export());
      database.close();
      return file;
    }

    it('is read, imported once, and its file left as it was', async () => {
      const file = await oldFile(5);
      const original = fs.readFileSync(file);
      const place = path.join(path.dirname(file), 'state');
      const first = openAudits(place, { oldFile: file });
      const listed = await first.audits.list(10);
      assert.deepEqual(
        listed.map(({ stages }) => stages.map((stage) => 'output' in stage)),
        listed.map(() => [false]),
      );
      assert.equal(listed.length, 5);
      assert.equal((await first.audits.outputs('old 1')).get('theater')?.stdout, 'old');
      await first.audits.add(auditAt('new', Date.now()));
      await first.store.checkpoint();
      await first.store.save([
        { table: 'audit_reports', removed: 'old 0' },
        { table: 'audit_results', removed: 'old 0:theater' },
      ]);
      await first.store.checkpoint();
      await first.store.close();
      const again = openAudits(place, { oldFile: file });
      assert.deepEqual(await idsOf(again.audits), ['new', 'old 1', 'old 2', 'old 3', 'old 4']);
      assert.deepEqual(fs.readFileSync(file), original);
      await again.store.close();
    });

    it('that is damaged is copied to the quarantine, told, and not touched', async () => {
      const file = await oldFile(200);
      fs.truncateSync(file, 5000);
      const original = fs.readFileSync(file);
      const { store, audits, messages } = openAudits(path.join(path.dirname(file), 'state'), {
        oldFile: file,
      });
      assert.deepEqual(await audits.list(10), []);
      assert.equal(messages.length, 1);
      assert.match(messages[0] ?? '', /quarantine/);
      assert.deepEqual(fs.readFileSync(file), original);
      await audits.add(auditAt('new', Date.now()));
      assert.deepEqual(await idsOf(audits), ['new']);
      await store.close();
    });
  });
});
