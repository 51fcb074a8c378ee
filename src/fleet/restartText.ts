import { oneLine, plainText } from '../base/text';
import { durationWords, plural, t } from '../base/texts';
import type { RestartPlan } from './restart';
import type { RestartResult } from './runRestart';
import { stateWords } from './words';

/** What would be restarted, in order, and what not, a line each. */
export function planText(plan: RestartPlan): string {
  const steps = plan.steps.map(
    (container, index) => `${index + 1}. ${oneLine(container.name, 100)} (${stateWords(container)})`,
  );
  const left = plan.leftAlone.map(({ container, why }) =>
    t('–  {0}: left alone, {1}', oneLine(container.name, 100), why),
  );
  return [...steps, ...left].join('\n');
}

/** One line that sums a restart up. */
export function restartSummary(project: string, results: readonly RestartResult[]): string {
  const number = (outcome: RestartResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  const parts = [
    plural(number('restarted'), '{0} container restarted and ready', '{0} containers restarted and ready'),
  ];
  if (number('failed') > 0) parts.push(t('{0} failed', number('failed')));
  if (number('skipped') > 0) parts.push(t('{0} skipped', number('skipped')));
  if (number('cancelled') > 0) parts.push(t('{0} cancelled', number('cancelled')));
  return `${oneLine(project, 100)}: ${parts.join(', ')}`;
}

function outcomeWords(): Record<RestartResult['outcome'], string> {
  return {
    restarted: t('restarted'),
    failed: t('failed'),
    skipped: t('skipped'),
    cancelled: t('cancelled'),
    'left alone': t('left alone'),
  };
}

/** The whole report: a line per container; of what failed, the last lines of its log and of its health check. */
export function restartReport(project: string, results: readonly RestartResult[]): string {
  const words = outcomeWords();
  const width = Math.max(...Object.values(words).map(({ length }) => length));
  const lines = [restartSummary(project, results), ''];
  for (const result of results) {
    const took = result.milliseconds > 0 ? ` (${durationWords(result.milliseconds)})` : '';
    const why = result.why === '' ? '' : `: ${plainText(result.why)}`;
    lines.push(`${words[result.outcome].padEnd(width)}  ${oneLine(result.container.name, 100)}${took}${why}`);
  }
  for (const { container, logTail, probes } of results) {
    const name = oneLine(container.name, 100);
    if (logTail.length > 0)
      lines.push('', t('--- last lines of {0} ---', name), ...logTail.map((line) => plainText(line)));
    if (probes.length > 0) lines.push('', t('--- health checks of {0}, newest last ---', name));
    for (const { exitCode, output } of probes)
      lines.push(t('exit code {0}: {1}', exitCode, plainText(output).trim() || t('(no output)')));
  }
  return `${lines.join('\n')}\n`;
}

/** True when all that was to be restarted is ready. */
export function allRestarted(results: readonly RestartResult[]): boolean {
  return results.every(({ outcome }) => outcome === 'restarted' || outcome === 'left alone');
}
