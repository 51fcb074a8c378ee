import type { Escalation, Loop2Run } from './run';
import { progressOf } from './run';
import { repeatedCause } from './taskRecord';
import type { TaskRecord } from './taskRecord';
import type { TaskVerdict } from './verdict';

/** Below it the plan is doubtful, not the tasks. From 0 to 1. */
const LEAST_PASS_RATE = 0.8;
/** Before so many verdicts a rate says nothing. */
const LEAST_VERDICTS = 5;

/** Why it would be wise to go back to Loop 1, beyond what the run says already. `task` is in the run as the verdict has left it. */
export function escalationsAfter(
  run: Loop2Run,
  task: TaskRecord,
  verdict: TaskVerdict,
  now: Date,
): Escalation[] {
  if (verdict.outcome !== 'fail') return [];
  const made = (kind: Escalation['kind'], taskId: string, reason: string): Escalation => ({
    ...{ kind, taskId, reason, at: now.toISOString(), isRaised: false },
  });
  const found: Escalation[] = [];
  const cause = repeatedCause(task);
  if (cause !== undefined)
    found.push(
      made('repeated cause', task.id, `The task ${task.id} has failed twice on the same: ${cause}.`),
    );
  const critical = verdict.findings.find(({ isCritical }) => isCritical);
  if (critical)
    found.push(
      made('critical finding', task.id, `${critical.rule} in ${critical.file}: ${critical.message}`),
    );
  const { passRate } = progressOf(run, now);
  const decided = run.tasks.reduce((sum, { attempts }) => sum + attempts.length, 0);
  if (passRate !== null && decided >= LEAST_VERDICTS && passRate < LEAST_PASS_RATE)
    found.push(
      made(
        'pass rate',
        '',
        `Only ${Math.round(passRate * 100)} % of ${decided} audits of tasks have passed.`,
      ),
    );
  const known = new Set(run.escalations.map(({ kind, taskId }) => `${kind} ${taskId}`));
  return found.filter(({ kind, taskId }) => !known.has(`${kind} ${taskId}`));
}
