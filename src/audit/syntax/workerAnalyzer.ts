import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import { CancelledError, UserError, throwIfCancelled } from '../../base/errors';
import { endThread } from '../../base/threads';
import type { StaticAnalysis, StaticAnalyzer } from '../stage';
import type { AnalysisReply, AnalysisRequest } from './workerProtocol';

export interface WorkerLimits {
  /** Longest time one analysis may take. */
  budgetMs: number;
  /** What the first of a worker may take besides, since the parser is loaded for it. */
  startMs: number;
  /** Source characters after which a worker is replaced: the parser never gives memory back. */
  recycleAfter: number;
  /** Time without work after which the worker is stopped. */
  idleMs: number;
  /** Heap of the worker; a file that needs more is refused. */
  heapMb: number;
}

const DEFAULT_LIMITS: WorkerLimits = {
  budgetMs: 2_000,
  startMs: 10_000,
  recycleAfter: 150_000_000,
  idleMs: 180_000,
  heapMb: 1024,
};

interface Job {
  request: AnalysisRequest;
  resolve: (analysis: StaticAnalysis) => void;
  reject: (error: Error) => void;
  settled: boolean;
}

/** Runs analyses one after the other in a worker thread, which starts at the first use. */
export class WorkerAnalyzer implements StaticAnalyzer {
  private readonly limits: WorkerLimits;
  private readonly queue: Job[] = [];
  private worker: Worker | undefined;
  private running: Job | undefined;
  private budget: NodeJS.Timeout | undefined;
  private idle: NodeJS.Timeout | undefined;
  private parsed = 0;
  private nextId = 1;
  private disposed = false;

  /** `distDirectory` holds `staticWorker.js`, `web-tree-sitter.wasm` and `grammars/`. */
  constructor(
    private readonly distDirectory: string,
    limits: Partial<WorkerLimits> = {},
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
  }

  async analyze(file: AnalysisRequest['file'], signal?: AbortSignal): Promise<StaticAnalysis> {
    throwIfCancelled(signal);
    if (this.disposed) throw new UserError('The audit was closed.');
    return new Promise<StaticAnalysis>((resolve, reject) => {
      const { path: filePath, text, rules, workspace, measures, switchName } = file;
      const input = {
        path: filePath,
        text,
        ...(rules ? { rules } : {}),
        ...(workspace ? { workspace } : {}),
        ...(measures ? { measures } : {}),
        ...(switchName === undefined ? {} : { switchName }),
      };
      const request = { id: this.nextId++, file: input };
      const onAbort = (): void => this.cancel(job);
      const settle = (): void => {
        job.settled = true;
        signal?.removeEventListener('abort', onAbort);
      };
      const job: Job = {
        request,
        settled: false,
        resolve: (analysis) => (settle(), resolve(analysis)),
        reject: (error) => (settle(), reject(error)),
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.queue.push(job);
      this.startNext();
    });
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    const waiting = this.running ? [this.running, ...this.queue] : [...this.queue];
    this.queue.length = 0;
    for (const job of waiting) if (!job.settled) job.reject(new CancelledError());
    await this.stopWorker();
  }

  /** A running analysis can't be interrupted from outside; its answer is dropped when it comes, within its budget. */
  private cancel(job: Job): void {
    const at = this.queue.indexOf(job);
    if (at !== -1) this.queue.splice(at, 1);
    if (!job.settled) job.reject(new CancelledError());
    if (job === this.running) this.worker?.unref();
  }

  private startNext(): void {
    if (this.running || this.disposed) return;
    const job = this.queue.shift();
    if (!job) return this.rest();
    clearTimeout(this.idle);
    this.running = job;
    const extra = this.worker ? 0 : this.limits.startMs;
    const worker = (this.worker ??= this.startWorker());
    worker.ref();
    worker.postMessage(job.request);
    this.budget = setTimeout(() => this.outOfTime(job), this.limits.budgetMs + extra).unref();
  }

  private rest(): void {
    this.worker?.unref();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.stopWorker(), this.limits.idleMs).unref();
  }

  private startWorker(): Worker {
    this.parsed = 0;
    const worker = new Worker(path.join(this.distDirectory, 'staticWorker.js'), {
      workerData: this.distDirectory,
      resourceLimits: { maxOldGenerationSizeMb: this.limits.heapMb },
    });
    worker.on('message', (reply: AnalysisReply) => this.onReply(worker, reply));
    worker.on('error', (error) => this.onCrash(worker, error.message));
    worker.on('exit', () => this.onCrash(worker, 'it ended'));
    return worker;
  }

  private onReply(worker: Worker, reply: AnalysisReply): void {
    const job = this.running;
    if (worker !== this.worker || job?.request.id !== reply.id) return;
    this.finish();
    this.parsed += job.request.file.text.length;
    if (this.parsed >= this.limits.recycleAfter) void this.stopWorker();
    if (!job.settled) {
      if ('analysis' in reply) job.resolve(reply.analysis);
      else job.reject(reply.expected ? new UserError(reply.error) : new Error(reply.error));
    }
    this.startNext();
  }

  private onCrash(worker: Worker, reason: string): void {
    if (worker !== this.worker) return;
    this.worker = undefined;
    this.abandon(
      (file) =>
        new UserError(`The parser stopped while it read ${file} (${reason}).`, 'Audit the file again.'),
    );
  }

  private outOfTime(job: Job): void {
    if (job !== this.running) return;
    void this.stopWorker();
    const seconds = this.limits.budgetMs / 1000;
    this.abandon(
      (file) =>
        new UserError(
          `${file} could not be analysed within ${seconds} s.`,
          'Split the file, or leave it out.',
        ),
    );
  }

  /** Gives up the running job, whose worker is gone, and goes on with the next in a new one. */
  private abandon(describe: (file: string) => UserError): void {
    const job = this.running;
    this.finish();
    if (job && !job.settled) job.reject(describe(job.request.file.path));
    if (this.queue.length > 0) this.startNext();
  }

  private finish(): void {
    clearTimeout(this.budget);
    this.running = undefined;
  }

  private async stopWorker(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    clearTimeout(this.budget);
    clearTimeout(this.idle);
    if (worker) await endThread(worker);
  }
}
