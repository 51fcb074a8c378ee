import type { Canaries } from './canaries';
import type { Channel } from './channel';
import { comparedValues, durationOf } from './comparedValues';
import { placeIn, textOf } from './errorPlace';
import { TEST_REPORT_VARIABLE, ROOT_VARIABLE } from './environment';
import type { CanaryRecord, HarnessRecord, TestRecord } from './records';

export interface MochaRunnable {
  file?: string;
  parent?: MochaRunnable;
  title: string;
  root?: boolean;
  type?: string;
  isPending?(): boolean;
  currentRetry?(): number;
  /** Milliseconds. */
  duration?: number;
  /** Left out where a test is only planned. */
  fn?: unknown;
}

export interface MochaRunner {
  on(event: string, listener: (runnable: MochaRunnable, error?: unknown) => void): void;
}

const MAX_MESSAGE = 2000;

/** What mocha's runner says, one record as it happens, so that a report cut short can be told from a complete one. */
export class MochaReport {
  private readonly report = process.env[TEST_REPORT_VARIABLE] ?? '';
  private readonly counts = { passed: 0, failed: 0, skipped: 0 };
  private canarySuite: MochaRunnable | undefined;
  private isTaken = false;
  /** Tests of the harness that failed, as they should. */
  failedCanaries = 0;

  constructor(
    private readonly channel: Channel,
    private readonly canaries: Canaries,
  ) {}

  /** Before the run: the suite whose tests are the harness's. */
  expect(canarySuite: MochaRunnable): void {
    this.canarySuite = canarySuite;
  }

  /** Whoever is the first to ask is mocha, or nothing of the report is believed. */
  follow(runner: MochaRunner): void {
    if (this.isTaken) {
      this.write({ type: 'distrust', message: "the code uses Seaworthy's own reporter" });
      return;
    }
    this.isTaken = true;
    runner.on('pass', (test) => this.add(test, 'passed'));
    runner.on('pending', (test) => this.add(test, 'skipped'));
    runner.on('fail', (test, error) => this.add(test, 'failed', error));
    runner.on('end', () => this.write({ type: 'end', ...this.counts }));
  }

  private addCanary(status: CanaryRecord['status'], error: unknown): void {
    if (status === 'failed') this.failedCanaries++;
    this.write(this.canaries.record(status, textOf(error, 'message')));
  }

  private add(test: MochaRunnable, status: TestRecord['status'], error?: unknown): void {
    if (this.canarySuite !== undefined && test.parent === this.canarySuite) {
      this.addCanary(status, error);
      return;
    }
    this.counts[status]++;
    const retries = test.currentRetry?.() ?? 0;
    const file = fileOf(test);
    this.write({
      type: 'test',
      file,
      name: nameOf(test),
      status,
      ...(status === 'skipped' && test.type === 'test' && !test.fn ? { kind: 'todo' } : {}),
      ...(status === 'passed' && retries > 0 ? { tries: retries + 1 } : {}),
      ...durationOf(test.duration),
      ...(status === 'failed' ? failure(error, file) : {}),
    });
  }

  private write(record: HarnessRecord): void {
    this.channel.write(this.report, record);
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

function failure(
  error: unknown,
  file: string,
): Pick<TestRecord, 'line' | 'expected' | 'actual'> & { message: string } {
  const place = placeIn(textOf(error, 'stack'), process.env[ROOT_VARIABLE] ?? '', file);
  return {
    message: (textOf(error, 'message') || String(error)).slice(0, MAX_MESSAGE),
    ...(place.file === file && place.line !== undefined ? { line: place.line } : {}),
    ...comparedValues(error),
  };
}
