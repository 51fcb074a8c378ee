import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';

const QUIET_MS = 30;

/**
 * Calls `onChange` soon after a file of the folder that `isForeign` accepts was changed. Only a hint: where a system
 * can't watch, nothing is called, and readers catch up whenever they ask. Returns what ends it.
 */
export function watchFolder(
  folder: string,
  isForeign: (name: string) => boolean,
  onChange: () => void,
): () => void {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    watcher?.close();
    watcher = undefined;
  };
  try {
    watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name !== null && !isForeign(name)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        onChange();
      }, QUIET_MS);
    });
    watcher.on('error', stop);
  } catch {
    stop();
  }
  return stop;
}
