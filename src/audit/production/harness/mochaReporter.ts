import { appendFileSync } from 'node:fs';
import { placeIn, textOf } from './errorPlace';
import { TEST_REPORT_VARIABLE, ROOT_VARIABLE } from './environment';
import type { HarnessRecord, TestRecord } from './records';

interface MochaRunnable {
  file?: string;
  parent?: MochaRunnable;
  title: string;
  root?: boolean;
  type?: string;
  isPending?(): boolean;
}

interface MochaRunner {
  on(event: string, listener: (runnable: MochaRunnable, error?: unknown) => void): void;
}

const MAX_MESSAGE = 2000;

/** Reporter for mocha: one record a line, written as it happens, so that a report cut short can be told from a complete one. */
class SeaworthyReporter {
  private readonly report = process.env[TEST_REPORT_VARIABLE] ?? '';
  private readonly counts = { passed: 0, failed: 0, skipped: 0 };

  constructor(runner: MochaRunner) {
    runner.on('pass', (test) => this.add(test, 'passed'));
    runner.on('pending', (test) => this.add(test, 'skipped'));
    runner.on('fail', (test, error) => this.add(test, 'failed', error));
    runner.on('end', () => this.write({ type: 'end', ...this.counts }));
  }

  private add(test: MochaRunnable, status: TestRecord['status'], error?: unknown): void {
    this.counts[status]++;
    const file = fileOf(test);
    this.write({
      type: 'test',
      file,
      name: nameOf(test),
      status,
      ...(status === 'failed' ? failure(error, file) : {}),
    });
  }

  private write(record: HarnessRecord): void {
    appendFileSync(this.report, `${JSON.stringify(record)}\n`);
  }
}

function fileOf(test: MochaRunnable | undefined): string {
  for (let current = test; current; current = current.parent) if (current.file) return current.file;
  return '';
}

function nameOf(test: MochaRunnable): string {
  const names: string[] = [];
  for (let current: MochaRunnable | undefined = test; current && !current.root; current = current.parent) {
    if (current.title) names.unshift(current.title);
  }
  return names.join(' > ');
}

function failure(error: unknown, file: string): { message: string; line?: number } {
  const place = placeIn(textOf(error, 'stack'), process.env[ROOT_VARIABLE] ?? '', file);
  return {
    message: (textOf(error, 'message') || String(error)).slice(0, MAX_MESSAGE),
    ...(place.file === file && place.line !== undefined ? { line: place.line } : {}),
  };
}

module.exports = SeaworthyReporter;
