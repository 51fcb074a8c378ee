import type { MessagePort, Worker } from 'node:worker_threads';

/** Sent in place of a request: the thread is to end. */
export const END_THREAD = 'end';

/** How long a thread may take to end by itself, in milliseconds. */
const PATIENCE_MS = 1_500;
/** Longer than the engine takes to finish compiling what has run. */
const LULL_MS = 100;

/**
 * Ends a thread whose `exit` has not been seen yet. It is asked to end with `END_THREAD`: ending one from outside can
 * take the process with it while its code is being compiled. One that is too busy to hear is ended all the same.
 */
export async function endThread(worker: Worker): Promise<void> {
  worker.ref();
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  worker.postMessage(END_THREAD);
  const impatience = setTimeout(() => void worker.terminate(), PATIENCE_MS);
  await ended;
  clearTimeout(impatience);
}

/** What a thread does when it is asked to end. Node.js 20 aborts the process when one ends while it still compiles. */
export function leaveThread(port: MessagePort | null): void {
  setTimeout(() => port?.close(), LULL_MS);
}
