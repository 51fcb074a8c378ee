import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import initialise from 'sql.js';
import { silentLogger } from '../../../src/base/logger';
import { AuditReports } from '../../../src/repositories/auditReports';
import { AuditResults } from '../../../src/store/auditResults';
import { StateFile } from '../../../src/store/stateFile';
import { auditReport, finding, stageResult } from '../../support/reports';
import { temporaryFolder } from '../../support/temporaryFolder';

const distDirectory = path.join(__dirname, '../../../node_modules/sql.js/dist');

describe('audit reports in the state file', () => {
  const folder = temporaryFolder('store');
  let count = 0;

  /** One window: its own state file object over a file, new unless another window's is given. */
  function openWindow(file = path.join(folder, `${count++}`, 'state.sqlite')) {
    const quarantined: string[] = [];
    const state = new StateFile({
      file,
      distDirectory,
      logger: silentLogger,
      onQuarantine: (copy) => quarantined.push(copy),
    });
    const results = new AuditResults(state);
    return { file, quarantined, state, reports: new AuditReports(results, 'project', () => 30), results };
  }

  const today = () => new Date().toISOString();
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
        output: { stdout: 'line\n\u0000"\u{1f6a2}', stderr: '', truncated: false },
      }),
      stageResult({ stage: 'quality', status: 'not run', reason: 'left out', nextStep: 'fix-file' }),
    ],
  });

  it('come back equal from another session, newest first', async () => {
    const first = openWindow();
    const older = auditReport({ id: 'older', createdAt: new Date(Date.now() - 60_000).toISOString() });
    await first.reports.add(full);
    await first.reports.add(older);
    assert.deepEqual(await openWindow(first.file).reports.list(10), [full, older]);
    assert.deepEqual(await openWindow(first.file).reports.list(1), [full]);
  });

  it('are none, and no file is made, before the first is saved', async () => {
    const window = openWindow();
    assert.deepEqual(await window.reports.list(10), []);
    assert.equal(fs.existsSync(window.file), false);
  });

  it('of two windows add up', async () => {
    const one = openWindow();
    const other = openWindow(one.file);
    await one.reports.add(auditReport({ id: 'a', createdAt: '2026-01-01T00:00:01.000Z' }));
    await other.reports.list(10);
    const now = today();
    await one.reports.add(auditReport({ id: 'b', createdAt: now }));
    await other.reports.add(auditReport({ id: 'c', createdAt: now }));
    const ids = (await one.reports.list(10)).map((report) => report.id);
    assert.deepEqual(ids.sort(), ['b', 'c']);
  });

  it('older than the retention go when one is added', async () => {
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
    const sql = await initialise({ locateFile: (name) => path.join(distDirectory, name) });
    const database = new sql.Database(fs.readFileSync(window.file));
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

  it('in a damaged file are set aside, not overwritten, and told', async () => {
    const window = openWindow();
    await window.reports.add(full);
    const damaged = fs.readFileSync(window.file).subarray(0, 5000);
    fs.writeFileSync(window.file, damaged);
    const later = openWindow(window.file);
    assert.deepEqual(await later.reports.list(10), []);
    const [copy] = later.quarantined;
    assert.ok(copy);
    assert.deepEqual(fs.readFileSync(copy), damaged);
    await later.reports.add(full);
    assert.equal((await later.reports.list(10)).length, 1);
  });

  it('of a newer version are refused and left alone', async () => {
    const window = openWindow();
    await window.reports.add(full);
    await window.state.write((database) => database.run('PRAGMA user_version = 99'));
    const before = fs.readFileSync(window.file);
    await assert.rejects(openWindow(window.file).reports.list(10), /newer Seaworthy/);
    assert.deepEqual(fs.readFileSync(window.file), before);
  });

  it('that cannot be written reject, and the old ones stay', async () => {
    const window = openWindow();
    await window.reports.add(auditReport({ id: 'kept', createdAt: today() }));
    fs.mkdirSync(path.join(folder, 'blocked'));
    const blocked = openWindow(path.join(folder, 'blocked'));
    await assert.rejects(blocked.reports.add(full), /could not read its state: EISDIR/);
    assert.equal((await window.reports.list(10)).length, 1);
  });

  it('edited into nonsense are skipped, the others shown', async () => {
    const window = openWindow();
    await window.reports.add(auditReport({ id: 'good', createdAt: today() }));
    await window.reports.add(auditReport({ id: 'bad', createdAt: today() }));
    await window.state.write((database) =>
      database.run("UPDATE audit_results SET issues = '[{' WHERE report_id = 'bad'"),
    );
    assert.deepEqual(
      (await window.reports.list(10)).map((report) => report.id),
      ['good'],
    );
  });
});
