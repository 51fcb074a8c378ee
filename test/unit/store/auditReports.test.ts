import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { AuditReports } from '../../../src/repositories/auditReports';
import { auditReport, finding, stageResult } from '../../support/reports';
import { openStore, sql } from '../../support/stateStore';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('audit reports in the store', function () {
  this.timeout(20_000);
  const folder = temporaryFolder('reports');
  const windows: { close(): Promise<void> }[] = [];
  after(async () => Promise.all(windows.map(async (window) => window.close())));
  let count = 0;

  /** One window: its own store over a folder, new unless another window's is given. */
  function openWindow(place = path.join(folder, `${count++}`)) {
    const { store, messages } = openStore(place);
    windows.push(store);
    return { place, store, messages, reports: new AuditReports(store, 'project', () => 30) };
  }

  const today = () => new Date().toISOString();
  const printed = { stdout: 'line\n\u0000"\u{1f6a2}', stderr: '', truncated: false };
  const full = auditReport({
    createdAt: today(),
    verdict: 'fail',
    reason: 'production failed: 1 of 2 tests failed',
    notes: ['2 files withheld'],
    stages: [
      stageResult({ stage: 'theater', findings: [finding({ severity: 'info' })] }),
      stageResult({
        stage: 'production',
        status: 'fail',
        reason: '1 of 2 tests failed',
        tests: { passed: 1, failed: 1, skipped: 0 },
        output: printed,
      }),
      stageResult({ stage: 'quality', status: 'not run', reason: 'left out', nextStep: 'fix-file' }),
    ],
  });

  const listed = {
    ...full,
    stages: full.stages.map((stage) => {
      const rest = { ...stage };
      delete rest.output;
      return rest;
    }),
  };

  it('come back equal from another session, newest first, and what was printed when it is asked for', async () => {
    const first = openWindow();
    const anHourBefore = new Date(Date.parse(full.createdAt) - 3_600_000).toISOString();
    const older = auditReport({ id: 'older', createdAt: anHourBefore });
    await first.reports.add(full);
    await first.reports.add(older);
    assert.deepEqual(await openWindow(first.place).reports.list(10), [listed, older]);
    const other = openWindow(first.place).reports;
    assert.deepEqual(await other.list(1), [listed]);
    assert.deepEqual([...(await other.outputs(full.id))], [['production', printed]]);
    assert.deepEqual([...(await other.outputs('older'))], []);
    assert.deepEqual([...(await new AuditReports(first.store, 'other', () => 30).outputs(full.id))], []);
  });

  it('are none, and no file is made, before the first is saved', async () => {
    const window = openWindow();
    assert.deepEqual(await window.reports.list(10), []);
    assert.equal(fs.existsSync(window.place), false);
  });

  it('of one id are one, the later', async () => {
    const window = openWindow();
    await window.reports.add(full);
    const again = { ...listed, verdict: 'not run' as const };
    await window.reports.add(again);
    assert.deepEqual(await openWindow(window.place).reports.list(10), [again]);
  });

  it('of another project in the same folder are not listed', async () => {
    const window = openWindow();
    await window.reports.add(full);
    assert.deepEqual(await new AuditReports(window.store, 'other', () => 30).list(10), []);
  });

  it('announce themselves in their own window and stop when asked to', async () => {
    const window = openWindow();
    let changes = 0;
    const stop = window.reports.onDidChange(() => changes++);
    await window.reports.add(full);
    stop();
    await window.reports.add(full);
    assert.equal(changes, 1);
    await window.store.close();
  });

  it('of two windows add up', async () => {
    const one = openWindow();
    const other = openWindow(one.place);
    await one.reports.add(auditReport({ id: 'a', createdAt: '2026-01-01T00:00:01.000Z' }));
    await other.reports.list(10);
    const now = today();
    await one.reports.add(auditReport({ id: 'b', createdAt: now }));
    await other.reports.add(auditReport({ id: 'c', createdAt: now }));
    const ids = (await one.reports.list(10)).map((report) => report.id);
    assert.deepEqual(ids.sort(), ['b', 'c']);
  });

  it('older than the retention are not listed', async () => {
    const window = openWindow();
    await window.reports.add(auditReport({ id: 'old', createdAt: '2020-01-01T00:00:00.000Z' }));
    await window.reports.add(auditReport({ id: 'new', createdAt: today() }));
    assert.deepEqual(
      (await window.reports.list(10)).map((report) => report.id),
      ['new'],
    );
  });

  it('lie in an ordinary SQLite file in the documented tables', async () => {
    const window = openWindow();
    await window.reports.add(full);
    await window.store.checkpoint();
    const snapshot = fs.readdirSync(window.place).find((name) => name.endsWith('.sqlite'));
    assert.ok(snapshot);
    const database = new (await sql()).Database(fs.readFileSync(path.join(window.place, snapshot)));
    const [rows] = database.exec(
      'SELECT project_id, task_id, stage, status, execution_time FROM audit_results',
    );
    database.close();
    assert.deepEqual(rows?.values, [
      ['project', 'src/cart.js', 'theater', 'pass', 5],
      ['project', 'src/cart.js', 'production', 'fail', 5],
      ['project', 'src/cart.js', 'quality', 'not run', 5],
    ]);
  });

  it('edited into nonsense are skipped, the others shown', async () => {
    const window = openWindow();
    await window.reports.add(auditReport({ id: 'good', createdAt: today() }));
    await window.reports.add(auditReport({ id: 'bad', createdAt: today() }));
    const [result] = await window.store.select({ table: 'audit_results', where: { report_id: 'bad' } });
    assert.ok(result);
    await window.store.save([{ table: 'audit_results', row: { ...result, issues: '[{' } }]);
    assert.deepEqual(
      (await window.reports.list(10)).map((report) => report.id),
      ['good'],
    );
  });
});
