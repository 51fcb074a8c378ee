/** One life of a loop. `interrupted`: its process ended without a word; it can be resumed. */
export const RUN_STATUSES = [
  'pending',
  'running',
  'paused',
  'waiting for you',
  'interrupted',
  'completed',
  'not converged',
  'failed',
  'cancelled',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
