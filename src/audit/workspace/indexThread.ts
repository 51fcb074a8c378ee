import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import { UserError } from '../../base/errors';
import { endThread } from '../../base/threads';
import { t } from '../../base/texts';
import type { IndexAnswer, IndexQuestion, IndexReply, IndexWorkerData } from './protocol';

/** Heap of the thread; what it keeps stays far below. */
const HEAP_MB = 512;
/** For the parser and what was kept, on a slow disk. */
export const START_PATIENCE_MS = 20_000;

/** The thread ended, or did not answer in time; `file` is what it was reading then. */
export class IndexThreadLost extends UserError {
  constructor(
    reason: string,
    readonly file: string | undefined,
  ) {
    super(t('The workspace could not be read ({0})', reason));
  }
}

interface Waiting {
  id: number;
  resolve: (answer: IndexAnswer) => void;
  reject: (error: Error) => void;
  patienceMs: number;
}

/** One life of the thread that knows workspaces. One question at a time. */
export class IndexThread {
  private readonly worker: Worker;
  private waiting: Waiting | undefined;
  private timer: NodeJS.Timeout | undefined;
  private reading: string | undefined;
  private nextId = 1;
  private isLost = false;

  constructor(data: IndexWorkerData) {
    this.worker = new Worker(path.join(data.distDirectory, 'indexWorker.js'), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 16 },
    });
    this.worker.unref();
    this.worker.on('message', (reply: IndexReply) => this.onReply(reply));
    this.worker.on('error', (error) => this.lose(error.message));
    this.worker.on('exit', () => this.lose(t('its thread ended')));
  }

  /** Rejects with `IndexThreadLost` when no answer comes within `patienceMs` of the last sign of life. */
  async ask(question: IndexQuestion, patienceMs: number): Promise<IndexAnswer> {
    if (this.isLost) throw new IndexThreadLost(t('its thread ended'), this.reading);
    if (this.waiting) throw new Error('The index answers one question at a time');
    const id = this.nextId++;
    this.reading = undefined;
    this.worker.ref();
    this.waitFor(patienceMs);
    try {
      return await new Promise<IndexAnswer>((resolve, reject) => {
        this.waiting = { id, resolve, reject, patienceMs };
        this.worker.postMessage({ id, question });
      });
    } finally {
      clearTimeout(this.timer);
      this.waiting = undefined;
      this.worker.unref();
    }
  }

  async end(): Promise<void> {
    if (this.isLost) return;
    this.isLost = true;
    await endThread(this.worker);
  }

  private onReply(reply: IndexReply): void {
    if ('loading' in reply) {
      if (this.waiting) this.waitFor(START_PATIENCE_MS);
    } else if ('reading' in reply) {
      this.reading = reply.reading;
      if (this.waiting) this.waitFor(this.waiting.patienceMs);
    } else if (reply.id !== this.waiting?.id) {
      return;
    } else if ('answer' in reply) this.waiting.resolve(reply.answer);
    else this.waiting.reject(new Error(reply.error));
  }

  private waitFor(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lose(t('nothing came for {0} s', milliseconds / 1000)), milliseconds);
  }

  private lose(reason: string): void {
    if (this.isLost) return;
    this.isLost = true;
    this.waiting?.reject(new IndexThreadLost(reason, this.reading));
    void endThread(this.worker);
  }
}
