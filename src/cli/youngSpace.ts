import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const ENOUGH_BYTES = 8_000_000;

let isLimited = false;

/**
 * To be called again and again where much passes through this thread and little stays. Node.js gives what was made last as much
 * room as it could ever use, up to 134 MB on a large machine, which saves a thread that waits for others no time.
 */
export function limitYoungSpace(): void {
  if (isLimited) return;
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  if (!young || young.space_size < ENOUGH_BYTES) return;
  isLimited = true;
  setFlagsFromString('--semi-space-growth-factor=1');
  // Threads that start later would have next to nothing.
  setFlagsFromString('--min-semi-space-size=4');
}
