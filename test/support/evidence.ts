import type { Evidence, TestRun } from '../../src/audit/production/evidence';
import type { HarnessRecord } from '../../src/audit/production/harness/records';
import { parseReport } from '../../src/audit/production/report/parseReport';
import { wordOf } from '../../src/audit/production/report/signatures';
import type { SandboxStepResult } from '../../src/sandbox/sandbox';

const KEY = '5e'.repeat(32);
export const FILE = 'a.js';
export const TEST = 'a.test.js';
export const inside = (path: string) => `/work/src/${path}`;

export function report(records: HarnessRecord[]) {
  return parseReport(Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join('')));
}

export function step(change: Partial<SandboxStepResult> = {}): SandboxStepResult {
  return { name: 'x', exitCode: 0, timedOut: false, stdout: '', stderr: '', ...change };
}

export function test(
  status: 'passed' | 'failed' | 'skipped',
  change: {
    name?: string;
    derived?: true;
    file?: string;
    line?: number;
    message?: string;
    tries?: number;
    kind?: 'todo' | 'expected failure';
  } = {},
): HarnessRecord {
  return { type: 'test', name: status, status, ...change, file: inside(change.file ?? TEST) };
}

/** The harness's own tests as they end in a run that nobody tampered with. */
function canaries(): HarnessRecord[] {
  const [pass, fail, reason] = ['pass', 'fail', 'reason'].map((label) => wordOf(KEY, label)) as [
    string,
    string,
    string,
  ];
  return [
    { type: 'canary', name: pass, status: 'passed' },
    { type: 'canary', name: 'a twin', status: 'failed', message: `1 !== ${reason}` },
    { type: 'canary', name: fail, status: 'failed', message: `1 !== ${reason}` },
  ];
}

/** What a runner writes about these tests, down to the end. */
export function complete(...tests: HarnessRecord[]): HarnessRecord[] {
  const count = (status: string) =>
    tests.filter((record) => record.type === 'test' && record.status === status).length;
  return [
    ...tests,
    ...canaries(),
    { type: 'file', file: inside(TEST) },
    { type: 'end', passed: count('passed'), failed: count('failed'), skipped: count('skipped') },
  ];
}

export function run(records: HarnessRecord[], change: Partial<TestRun> = {}): TestRun {
  return {
    runner: 'node:test',
    folder: '',
    files: [TEST],
    importing: new Set([TEST]),
    step: step(),
    report: report(records),
    key: KEY,
    ...change,
  };
}

export function evidence(change: Partial<Evidence> = {}): Evidence {
  return {
    file: { path: FILE, text: 'one\ntwo\n@three', language: 'javascript', unsaved: false },
    end: 'finished',
    detail: '',
    load: { step: step(), report: report([{ type: 'load', status: 'loaded' }]), timeoutMs: 10_000 },
    loadedBy: new Set([TEST]),
    runs: [run(complete(test('passed')))],
    testTimeoutMs: 28_000,
    unsupported: [],
    mayBePackage: (_, specifier) => !specifier.startsWith('.'),
    notSent: { module: () => undefined, path: () => undefined },
    text: (path) => (path === FILE || path === TEST ? 'one\ntwo\n@three' : undefined),
    ...change,
  };
}
