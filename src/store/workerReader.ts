import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import { UserError } from '../base/errors';
import { endThread } from '../base/threads';
import type { AnyQuery } from './query';
import type {
  Answer,
  CheckpointReport,
  ExportedFiles,
  IndexOptions,
  StateReader,
  Verification,
} from './indexService';
import type { TableName } from './schema';
import type { ServiceMethod, ServiceReply, ServiceRequest, WorkerStart } from './workerProtocol';

interface Pending {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

/** Time without a question after which the thread is ended and its memory given back. */
const IDLE_MS = 180_000;

/** Asks a worker thread, which starts at the first question and ends when none came for a while. */
export class WorkerReader implements StateReader {
  private worker: Worker | undefined;
  private readonly pending = new Map<number, Pending>();
  private idle: NodeJS.Timeout | undefined;
  private nextId = 1;

  /** `distDirectory` holds `storeWorker.js` and `sql-wasm.wasm`. */
  constructor(
    private readonly options: IndexOptions,
    private readonly distDirectory: string,
  ) {}

  select(queries: readonly AnyQuery[]): Promise<Answer<string[]>> {
    return this.ask('select', queries);
  }

  ids(table: TableName): Promise<Answer<string[]>> {
    return this.ask('ids', table);
  }

  checkpoint(keepDays: number, capBytes: number): Promise<Answer<CheckpointReport>> {
    return this.ask('checkpoint', keepDays, capBytes);
  }

  exportTo(folder: string): Promise<Answer<ExportedFiles>> {
    return this.ask('exportTo', folder);
  }

  verify(): Promise<Answer<Verification>> {
    return this.ask('verify');
  }

  /** A thread ended in the middle of a checkpoint leaves files as a killed process does, which every reader expects. */
  async close(): Promise<void> {
    await this.end(new Error('The state was closed'));
  }

  private ask<T>(method: ServiceMethod, ...parameters: unknown[]): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      clearTimeout(this.idle);
      const worker = (this.worker ??= this.start());
      worker.ref();
      const request: ServiceRequest = { id: this.nextId++, method, parameters };
      this.pending.set(request.id, { resolve: (answer) => resolve(answer as T), reject });
      worker.postMessage(request);
    });
  }

  private start(): Worker {
    const workerData: WorkerStart = { options: this.options, distDirectory: this.distDirectory };
    const worker = new Worker(path.join(this.distDirectory, 'storeWorker.js'), { workerData });
    worker.on('message', (reply: ServiceReply) => this.settle(reply));
    worker.on('error', (error) => {
      if (worker === this.worker) void this.end(error);
    });
    return worker;
  }

  private settle({ id, outcome }: ServiceReply): void {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    if (this.pending.size === 0) this.rest();
    if ('answer' in outcome) return pending?.resolve(outcome.answer);
    const { isForUser, message, nextStep, details } = outcome.failure;
    pending?.reject(isForUser ? new UserError(message, nextStep) : new Error(message, { cause: details }));
  }

  private rest(): void {
    // Neither the thread nor the timer should keep a command line alive.
    this.worker?.unref();
    this.idle = setTimeout(() => void this.end(new Error('The state was idle')), IDLE_MS);
    this.idle.unref();
  }

  private async end(reason: Error): Promise<void> {
    clearTimeout(this.idle);
    const { worker } = this;
    this.worker = undefined;
    for (const { reject } of this.pending.values()) reject(reason);
    this.pending.clear();
    if (worker) await endThread(worker);
  }
}
