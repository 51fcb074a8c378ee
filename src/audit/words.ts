import { t } from '../base/texts';
import type { Severity, StageName } from './finding';

// Words of audits for people in the editor. What is kept, and what agents and the command line read, is English.

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
