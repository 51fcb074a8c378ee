import type { TaskState } from './taskRecord';

/** How a task stands, in words. */
export function stateText({ state, outdated }: { state: TaskState; outdated: string | null }): string {
  return outdated === null || outdated === '' ? state : `${state}, to be audited again`;
}
