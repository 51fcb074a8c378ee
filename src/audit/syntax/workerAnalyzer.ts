import * as os from 'node:os';
import { CancelledError, UserError, throwIfCancelled } from '../../base/errors';
import { t } from '../../base/texts';
import type { StaticAnalysis, StaticAnalyzer } from '../stage';
import { AnalysisThread } from './analysisThread';
import type { AnalysisJob, WorkerLimits } from './analysisThread';
import type { AnalysisRequest } from './workerProtocol';

const DEFAULT_LIMITS: WorkerLimits = {
  budgetMs: 2_000,
  startMs: 10_000,
  parserBytes: 80_000_000,
  idleMs: 180_000,
  heapMb: 1024,
};
/** Each has a parser and a heap of its own, so that more would cost memory. */
const MAX_THREADS = 2;
/** Source characters after which another thread is worth its start: it compiles the same program again. */
const MORE_AFTER = 2_000_000;
/** How long a file waits for a thread that is busy with another before one more is started all the same, in milliseconds. */
const HURRY_MS = 1_000;

/** Runs analyses in worker threads, which start when there is work for them. */
export class WorkerAnalyzer implements StaticAnalyzer {
  private readonly queue: AnalysisJob[] = [];
  private readonly threads: readonly AnalysisThread[];
  private nextId = 1;
  private analyzed = 0;
  private hurry: NodeJS.Timeout | undefined;
  private disposed = false;

  /** `distDirectory` holds `staticWorker.js`, `web-tree-sitter.wasm` and `grammars/`. */
  constructor(
    distDirectory: string,
    limits: Partial<WorkerLimits> = {},
    threads = Math.min(MAX_THREADS, os.availableParallelism()),
  ) {
    const all = { ...DEFAULT_LIMITS, ...limits };
    this.threads = Array.from(
      { length: threads },
      () => new AnalysisThread(distDirectory, all, () => this.startNext()),
    );
  }

  async analyze(file: AnalysisRequest['file'], signal?: AbortSignal): Promise<StaticAnalysis> {
    throwIfCancelled(signal);
    if (this.disposed) throw new UserError(t('The audit was closed.'));
    return new Promise<StaticAnalysis>((resolve, reject) => {
      const request = { id: this.nextId++, file: plain(file) };
      const onAbort = (): void => this.cancel(job);
      const settle = (): void => {
        job.settled = true;
        signal?.removeEventListener('abort', onAbort);
      };
      const job: AnalysisJob = {
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
    clearTimeout(this.hurry);
    for (const job of this.queue.splice(0)) job.reject(new CancelledError());
    await Promise.all(this.threads.map((thread) => thread.dispose()));
  }

  private cancel(job: AnalysisJob): void {
    const at = this.queue.indexOf(job);
    if (at !== -1) this.queue.splice(at, 1);
    if (!job.settled) job.reject(new CancelledError());
    for (const thread of this.threads) thread.forget(job);
  }

  private startNext(): void {
    if (this.disposed) return;
    while (this.queue.length > 0) {
      const thread = this.freeThread();
      const job = thread && this.queue.shift();
      if (!job) return this.comeBack();
      this.analyzed += job.request.file.text.length;
      thread.run(job);
    }
    for (const thread of this.threads) if (thread.isFree) thread.rest();
  }

  private freeThread(): AnalysisThread | undefined {
    const free = this.threads.filter((thread) => thread.isFree);
    // One that has started knows the files that are being edited.
    const started = free.find((one) => one.isStarted);
    if (started || this.analyzed >= MORE_AFTER) return started ?? free[0];
    const isWarming = this.threads.some((one) => one.isStarted && one.busyMs < HURRY_MS);
    return isWarming ? undefined : free[0];
  }

  /** Something waits, and the thread that it waits for may be busy for long. */
  private comeBack(): void {
    if (this.threads.every((one) => one.isStarted)) return;
    clearTimeout(this.hurry);
    this.hurry = setTimeout(() => this.startNext(), HURRY_MS).unref();
  }
}

/** What the thread has to know of it, and nothing that can't be sent there. */
function plain({
  path,
  text,
  rules,
  workspace,
  measures,
  outlines,
  isUnjudged,
  switchName,
  isAhead,
}: AnalysisRequest['file']): AnalysisRequest['file'] {
  return {
    path,
    text,
    ...(rules ? { rules } : {}),
    ...(workspace ? { workspace } : {}),
    ...(measures ? { measures } : {}),
    ...(outlines ? { outlines } : {}),
    ...(isUnjudged ? { isUnjudged } : {}),
    ...(switchName === undefined ? {} : { switchName }),
    ...(isAhead ? { isAhead } : {}),
  };
}
