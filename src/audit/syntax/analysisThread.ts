import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import { CancelledError, UserError } from '../../base/errors';
import { endThread } from '../../base/threads';
import { t } from '../../base/texts';
import type { StaticAnalysis } from '../stage';
import type { AnalysisReply, AnalysisRequest } from './workerProtocol';

export interface WorkerLimits {
  /** Longest time one analysis may take. */
  budgetMs: number;
  /** What the first of a worker may take besides, since the parser is loaded for it. */
  startMs: number;
  /** What the parser of a worker may hold before it is replaced: it never gives memory back. */
  parserBytes: number;
  /** Time without work after which the worker is stopped. */
  idleMs: number;
  /** Heap of the worker; a file that needs more is refused. */
  heapMb: number;
}

/** Two threads with what Node gives each by itself would hold more than all of the rest. */
const YOUNG_MB = 24;

/** One analysis that somebody waits for. */
export interface AnalysisJob {
  request: AnalysisRequest;
  resolve: (analysis: StaticAnalysis) => void;
  reject: (error: Error) => void;
  settled: boolean;
}

/** A worker thread for one analysis at a time, which is started at the first and replaced when it breaks. */
export class AnalysisThread {
  private worker: Worker | undefined;
  private running: AnalysisJob | undefined;
  private budget: NodeJS.Timeout | undefined;
  private idle: NodeJS.Timeout | undefined;
  private begun = 0;

  /**
   * @param distDirectory holds `staticWorker.js`, `web-tree-sitter.wasm` and `grammars/`
   * @param onFree called after each analysis
   */
  constructor(
    private readonly distDirectory: string,
    private readonly limits: WorkerLimits,
    private readonly onFree: () => void,
  ) {}

  get isFree(): boolean {
    return this.running === undefined;
  }

  get isStarted(): boolean {
    return this.worker !== undefined;
  }

  /** How long it has been at one file. */
  get busyMs(): number {
    return this.running ? performance.now() - this.begun : 0;
  }

  /** To be called on a free thread only. */
  run(job: AnalysisJob): void {
    clearTimeout(this.idle);
    this.running = job;
    this.begun = performance.now();
    const extra = this.worker ? 0 : this.limits.startMs;
    const worker = (this.worker ??= this.startWorker());
    worker.ref();
    worker.postMessage(job.request);
    this.budget = setTimeout(() => this.outOfTime(job), this.limits.budgetMs + extra).unref();
  }

  /** A running analysis can't be interrupted from outside; its answer is dropped when it comes, within its budget. */
  forget(job: AnalysisJob): void {
    if (job === this.running) this.worker?.unref();
  }

  /** There is no work: the thread holds nobody up, and ends after a while. */
  rest(): void {
    if (!this.worker) return;
    this.worker.unref();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.stop(), this.limits.idleMs).unref();
  }

  async stop(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    clearTimeout(this.budget);
    clearTimeout(this.idle);
    if (worker) await endThread(worker);
  }

  async dispose(): Promise<void> {
    if (this.running && !this.running.settled) this.running.reject(new CancelledError());
    await this.stop();
  }

  private startWorker(): Worker {
    const worker = new Worker(path.join(this.distDirectory, 'staticWorker.js'), {
      workerData: this.distDirectory,
      resourceLimits: { maxOldGenerationSizeMb: this.limits.heapMb, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker.on('message', (reply: AnalysisReply) => this.onReply(worker, reply));
    worker.on('error', (error) => this.onCrash(worker, error.message));
    worker.on('exit', () => this.onCrash(worker, t('it ended')));
    return worker;
  }

  private onReply(worker: Worker, reply: AnalysisReply): void {
    const job = this.running;
    if (worker !== this.worker || job?.request.id !== reply.id) return;
    if (reply.parserBytes > this.limits.parserBytes) void this.stop();
    this.finish(() => {
      if (job.settled) return;
      if ('analysis' in reply) job.resolve(reply.analysis);
      else job.reject(reply.expected ? new UserError(reply.error) : new Error(reply.error));
    });
  }

  private onCrash(worker: Worker, reason: string): void {
    if (worker !== this.worker) return;
    this.worker = undefined;
    this.abandon(
      (file) =>
        new UserError(
          t('The parser stopped while it read {0} ({1}).', file, reason),
          t('Audit the file again.'),
        ),
    );
  }

  private outOfTime(job: AnalysisJob): void {
    if (job !== this.running) return;
    void this.stop();
    const seconds = this.limits.budgetMs / 1000;
    this.abandon(
      (file) =>
        new UserError(
          t('{0} could not be analysed within {1} s.', file, seconds),
          t('Split the file, or leave it out.'),
        ),
    );
  }

  /** Gives up the running job, whose worker is gone. */
  private abandon(describe: (file: string) => UserError): void {
    const job = this.running;
    if (!job) return;
    this.finish(() => {
      if (!job.settled) job.reject(describe(job.request.file.path));
    });
  }

  private finish(settle: () => void): void {
    clearTimeout(this.budget);
    this.running = undefined;
    settle();
    this.onFree();
  }
}
