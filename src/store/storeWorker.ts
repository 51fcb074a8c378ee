import * as path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import initialise from 'sql.js';
import type { SqlJsStatic } from 'sql.js';
import { describeError, messageOf, UserError } from '../base/errors';
import { END_THREAD, leaveThread } from '../base/threads';
import { realFileSystem } from './fileSystem';
import { IndexService } from './indexService';
import type { ServiceReply, ServiceRequest, WorkerStart } from './workerProtocol';

/*
 * The thread that reads state files: sql.js, snapshots and checkpoints take time and memory that the thread of the
 * editor must not lose, and memory of WebAssembly comes back only with the end of its thread.
 */
const { options, distDirectory } = workerData as WorkerStart;

const loading: Promise<SqlJsStatic> = initialise({ locateFile: (name) => path.join(distDirectory, name) });

const service = new IndexService(options, { files: realFileSystem, sql: () => loading, now: Date.now });

async function answer({ method, parameters }: ServiceRequest): Promise<ServiceReply['outcome']> {
  try {
    // The client's own types tie parameters to their method.
    const call = service[method].bind(service) as (...given: readonly unknown[]) => Promise<unknown>;
    return { answer: await call(...parameters) };
  } catch (error) {
    const nextStep = error instanceof UserError ? error.nextStep : undefined;
    return {
      failure: {
        isForUser: error instanceof UserError,
        message: messageOf(error),
        nextStep,
        details: describeError(error),
      },
    };
  }
}

async function end(): Promise<void> {
  await service.close();
  leaveThread(parentPort);
}

parentPort?.on('message', (request: ServiceRequest | typeof END_THREAD) => {
  if (request === END_THREAD) return void end();
  void answer(request).then((outcome) => {
    parentPort?.postMessage({ id: request.id, outcome } satisfies ServiceReply);
  });
});
