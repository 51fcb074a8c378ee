import { randomUUID } from 'node:crypto';
import { makePlan } from '../../src/loops/loop2/plan/plan';
import type { TaskDraft } from '../../src/loops/loop2/plan/task';
import { newRun } from '../../src/loops/loop2/run';
import type { Loop2Run } from '../../src/loops/loop2/run';
import type { TaskVerdict } from '../../src/loops/loop2/verdict';

/** A run of tasks that nobody has begun. */
export function loop2Run(drafts: readonly TaskDraft[], parts: Partial<Loop2Run> = {}): Loop2Run {
  const plan = makePlan([{ drafts: [...drafts], notes: [] }]);
  return { ...newRun(plan, { source: 'a test', worker: 'you', now: new Date() }), ...parts };
}

export function taskVerdict(runId: string, taskId: string, parts: Partial<TaskVerdict> = {}): TaskVerdict {
  return {
    ...{ id: randomUUID(), runId, taskId, outcome: 'pass', helps: null, reason: '' },
    ...{ checks: [], findings: [], reports: [], contentHash: 'a', notes: [], durationMs: 1 },
    createdAt: new Date().toISOString(),
    ...parts,
  };
}
