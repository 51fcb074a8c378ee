import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { silentLogger } from '../src/base/logger';
import { AuditReports } from '../src/repositories/auditReports';
import { Store } from '../src/store/store';
import { WorkerReader } from '../src/store/workerReader';
import { auditReport, finding, stageResult } from '../test/support/reports';
import { BusyWatch, busyFloor } from './support/busyWatch';
import { median, Measures, quantile } from './support/measures';
import type { Measure } from './support/measures';

/*
 * A durable save beside the same save in node:sqlite (WAL, synchronous FULL), in turn, at several sizes of history; then
 * what an editor window does at start. The peer reads the same tables with the columns that a list shows.
 */

const RUNS = 5;
const SAVES = 60;
const LISTS = 5;
/** Megabytes of history. */
const SIZES = [1, 10, 50, 100];
const MEGABYTE = 1024 * 1024;
const dist = path.join(__dirname, '..', 'dist');

const ROW_BYTES = 2048;
const text = (id: string): string => id.padEnd(ROW_BYTES, `${id} and what it said; `);

function open(folder: string): Store {
  return new Store({
    folder,
    reader: new WorkerReader({ folder, mayWrite: true }, dist),
    logger: silentLogger,
    keepDays: () => 30,
    capBytes: 1024 * MEGABYTE,
    onMessage: (message) => void process.stderr.write(`${message}\n`),
  });
}

function change(id: string) {
  const row = {
    id,
    project_id: 'p',
    actor: 'bench',
    action: 'save',
    target: text(id),
    outcome: 'done',
    reason: '',
  };
  return { table: 'operation_log' as const, row: { ...row, created_at: new Date().toISOString() } };
}

class Peer {
  private readonly database: DatabaseSync;
  private readonly statement;

  constructor(file: string) {
    this.database = new DatabaseSync(file);
    this.database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE operation_log (id TEXT PRIMARY KEY, project_id TEXT, target TEXT, created_at TEXT);
      CREATE INDEX by_project ON operation_log (project_id, created_at);`);
    this.statement = this.database.prepare('INSERT OR REPLACE INTO operation_log VALUES (?, ?, ?, ?)');
  }

  save(id: string): void {
    this.statement.run(id, 'p', text(id), new Date().toISOString());
  }

  /** Milliseconds of each save; it does not let go of the thread before one is on the disk. */
  timeSaves(run: number): number[] {
    return Array.from({ length: SAVES }, (_, i) => {
      const begun = performance.now();
      this.save(`run ${run}.${i}`);
      return performance.now() - begun;
    });
  }

  fill(ids: string[]): void {
    this.database.exec('BEGIN');
    for (const id of ids) this.save(id);
    this.database.exec('COMMIT');
  }

  close(): void {
    this.database.close();
  }
}

async function benchSaves(folder: string, megabytes: number): Promise<Measure[]> {
  const place = path.join(folder, `saves-${megabytes}`);
  const ids = Array.from({ length: (megabytes * MEGABYTE) / ROW_BYTES }, (_, i) => `history ${i}`);
  const store = open(place);
  for (let i = 0; i < ids.length; i += 500) await store.save(ids.slice(i, i + 500).map(change));
  await store.checkpoint();
  const peer = new Peer(path.join(folder, `peer-${megabytes}.sqlite`));
  peer.fill(ids);
  const runs = {
    ours: [] as number[][],
    peer: [] as number[][],
    block: [] as number[],
    floor: [] as number[],
  };
  for (let run = 0; run < RUNS; run++) {
    const watch = new BusyWatch();
    const ours: number[] = [];
    for (let i = 0; i < SAVES; i++) {
      const begun = performance.now();
      await store.save([change(`run ${run}.${i}`)]);
      ours.push(performance.now() - begun);
    }
    // A checkpoint in the worker counts: it must not be felt here.
    await store.checkpoint();
    const { longest, lasted } = watch.stop();
    runs.block.push(longest);
    runs.floor.push(await busyFloor(lasted));
    runs.ours.push(ours);
    runs.peer.push(peer.timeSaves(run));
  }
  await store.close();
  peer.close();
  const of = (samples: number[][], share: number) => median(samples.map((run) => quantile(run, share)));
  return [
    {
      measure: `save p50 at ${megabytes} MB`,
      unit: 'ms',
      ours: of(runs.ours, 0.5),
      peer: of(runs.peer, 0.5),
      goal: 5,
    },
    {
      measure: `save p95 at ${megabytes} MB`,
      unit: 'ms',
      ours: of(runs.ours, 0.95),
      peer: of(runs.peer, 0.95),
    },
    {
      measure: `longest event-loop block at ${megabytes} MB (peer: a thread that does nothing for as long)`,
      unit: 'ms',
      ours: median(runs.block),
      peer: median(runs.floor),
      goal: 5,
    },
  ];
}

/** An audit as real ones are: a few findings, a page of output. */
function realisticAudit(i: number, count: number) {
  const findings = Array.from({ length: i % 6 }, (_, n) => finding({ startLine: n }));
  const output = { stdout: `test ${i} passed\n`.repeat(60), stderr: '', truncated: false };
  return auditReport({
    id: `audit-${i}`,
    file: `src/part${i % 40}/file${i % 300}.ts`,
    createdAt: new Date(Date.now() - (29 * 86_400_000 * (count - i)) / count).toISOString(),
    stages: [
      stageResult({ stage: 'theater', findings }),
      stageResult({ stage: 'production', tests: { passed: 9, failed: 0, skipped: 0 }, output }),
      stageResult({ stage: 'quality' }),
    ],
  });
}

async function benchHistory(folder: string): Promise<Measure[]> {
  const place = path.join(folder, 'history');
  const store = open(place);
  const audits = new AuditReports(store, 'p', () => 30);
  const count = 3000;
  for (let i = 0; i < count; i += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, n) => audits.add(realisticAudit(i + n, count))));
  }
  await store.checkpoint();
  await store.close();
  const snapshot = fs.readdirSync(place).find((name) => name.endsWith('.sqlite'));
  if (snapshot === undefined) throw new Error('no snapshot');
  const peerFile = path.join(folder, 'peer-history.sqlite');
  fs.copyFileSync(path.join(place, snapshot), peerFile);
  const times = {
    opened: [] as number[],
    listed: [] as number[],
    peerOpened: [] as number[],
    peerListed: [] as number[],
  };
  for (let run = 0; run < 2 * RUNS; run++) {
    const begun = performance.now();
    const window = open(place);
    const reports = new AuditReports(window, 'p', () => 30);
    await reports.list(1);
    times.opened.push(performance.now() - begun);
    for (let i = 0; i < LISTS; i++) {
      const asked = performance.now();
      const list = await reports.list(200);
      times.listed.push(performance.now() - asked);
      if (list.length !== 200) throw new Error(`${list.length} audits`);
    }
    await window.close();
    timePeer(peerFile, times);
  }
  return [
    {
      measure: 'open 3000 audits',
      unit: 'ms',
      ours: median(times.opened),
      peer: median(times.peerOpened),
      goal: 150,
    },
    {
      measure: `list 200 of 3000 audits (median of the first ${LISTS} times)`,
      unit: 'ms',
      ours: median(times.listed),
      peer: median(times.peerListed),
      goal: 10,
    },
  ];
}

/** The same rows from the same tables by node:sqlite, in this thread. */
function timePeer(file: string, times: { peerOpened: number[]; peerListed: number[] }): void {
  const begun = performance.now();
  const database = new DatabaseSync(file);
  const reports = database.prepare(`SELECT * FROM audit_reports WHERE project_id = 'p' AND created_at >= ?
    ORDER BY created_at DESC, version DESC LIMIT ?`);
  const results =
    database.prepare(`SELECT report_id, stage, status, issues, details, execution_time FROM audit_results WHERE report_id IN (SELECT id FROM audit_reports
    WHERE project_id = 'p' AND created_at >= ? ORDER BY created_at DESC, version DESC LIMIT ?)`);
  const list = (count: number): void => {
    reports.all('2020', count);
    for (const { issues, details } of results.all('2020', count)) {
      JSON.parse(String(issues));
      JSON.parse(String(details));
    }
  };
  list(1);
  times.peerOpened.push(performance.now() - begun);
  for (let i = 0; i < LISTS; i++) {
    const asked = performance.now();
    list(200);
    times.peerListed.push(performance.now() - asked);
  }
  database.close();
}

async function main(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-bench-'));
  const measures = new Measures('store');
  try {
    for (const megabytes of SIZES) measures.add(...(await benchSaves(folder, megabytes)));
    const p50 = (megabytes: number): number => measures.ours(`save p50 at ${megabytes} MB`);
    measures.add({
      measure: 'save p50 at 100 MB to 1 MB',
      unit: 'ms',
      ours: p50(100),
      peer: p50(1),
      goal: 1.5 * p50(1),
    });
    measures.add(...(await benchHistory(folder)));
    measures.end();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

void main();
