import { STAGE_NAMES } from './finding';
import type { Outcome, StageResult } from './report';

/**
 * One verdict out of the three stages: `fail` when any stage failed, `pass` only when all three ran and passed,
 * otherwise `not run`. A stage that is missing counts as not run.
 */
export function decideVerdict(stages: readonly StageResult[]): { verdict: Outcome; reason: string } {
  const failed = stages.filter((stage) => stage.status === 'fail');
  if (failed.length > 0) return { verdict: 'fail', reason: joinReasons(failed, 'failed') };
  const passed = new Set(stages.filter((stage) => stage.status === 'pass').map((stage) => stage.stage));
  if (STAGE_NAMES.every((name) => passed.has(name))) return { verdict: 'pass', reason: '' };
  const notRun = stages.filter((stage) => stage.status === 'not run');
  return { verdict: 'not run', reason: joinReasons(notRun, 'not run') || 'no stage ran' };
}

/** A file that would pass if only a test reached it is called unproven wherever a person reads the verdict. */
export function verdictLabel(report: { verdict: Outcome; stages: readonly StageResult[] }): string {
  const unproven =
    report.verdict === 'not run' &&
    report.stages.every((stage) => stage.status === 'pass' || stage.nextStep === 'add-test');
  return unproven ? 'unproven' : report.verdict;
}

function joinReasons(stages: readonly StageResult[], word: string): string {
  const byReason = new Map<string, string[]>();
  for (const stage of stages)
    byReason.set(stage.reason, [...(byReason.get(stage.reason) ?? []), stage.stage]);
  return [...byReason]
    .map(([reason, names]) =>
      names.length === STAGE_NAMES.length ? reason : `${names.join(' and ')} ${word}: ${reason}`,
    )
    .join('; ');
}
