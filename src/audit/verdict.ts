import { t } from '../base/texts';
import { STAGE_NAMES } from './finding';
import type { Severity, StageName } from './finding';
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

// For people in the editor. What is kept, and what agents and the command line read, is English.

/** `label` is a verdict, what `verdictLabel` makes of one, or the status of a stage. */
export function verdictWords(label: string): string {
  const words: Record<string, string> = {
    pass: t('pass'),
    fail: t('fail'),
    'not run': t('not run'),
    unproven: t('unproven'),
  };
  return words[label] ?? label;
}

export function stageWords(stage: StageName): string {
  const words: Record<StageName, string> = {
    theater: t('theater'),
    production: t('production'),
    quality: t('quality'),
  };
  return words[stage];
}

export function severityWords(severity: Severity): string {
  const words: Record<Severity, string> = {
    error: t('error'),
    warning: t('warning'),
    info: t('information'),
    hint: t('hint'),
  };
  return words[severity];
}
