import { constants } from 'node:os';

const cleanups = new Set();
let stopping;

/**
 * Registers work that must be done before this process ends, however it ends: in order, by a signal or by an
 * uncaught error. The returned function does the work now (once) and forgets it.
 * @param {(signal?: NodeJS.Signals) => void | Promise<void>} cleanup gets the signal that ends the process, if one does
 */
export function onShutdown(cleanup) {
  installHandlers();
  let done;
  const runOnce = (signal) => {
    done ??= Promise.resolve()
      .then(() => cleanup(signal))
      .finally(() => cleanups.delete(runOnce));
    return done;
  };
  cleanups.add(runOnce);
  return () => runOnce();
}

/** The process is on its way to its end: nothing new may begin, for nobody would end it. */
export const isStopping = () => stopping !== undefined;

async function runCleanups(signal) {
  for (const cleanup of [...cleanups].reverse()) {
    try {
      await cleanup(signal);
    } catch (error) {
      console.error(`cleaning up: ${error.message}`);
    }
  }
}

function stopOn(signal) {
  // A second signal while stopping must not cut the cleaning up short.
  stopping ??= runCleanups(signal).then(() => process.exit(128 + constants.signals[signal]));
}

let installed = false;
function installHandlers() {
  if (installed) return;
  installed = true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopOn(signal));
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error) => {
      console.error(error);
      stopping ??= runCleanups().then(() => process.exit(1));
    });
  }
}
