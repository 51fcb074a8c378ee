import { count, duration, oneLine, plainText } from '../base/text';
import { stateText } from './containers';
import type { RestartPlan } from './restart';
import type { RestartResult } from './runRestart';

/** What would be restarted, in order, and what not, a line each. */
export function planText(plan: RestartPlan): string {
  const steps = plan.steps.map(
    (container, index) => `${index + 1}. ${oneLine(container.name, 100)} (${stateText(container)})`,
  );
  const left = plan.leftAlone.map(
    ({ container, why }) => `–  ${oneLine(container.name, 100)}: left alone, ${why}`,
  );
  return [...steps, ...left].join('\n');
}

/** One line that sums a restart up. */
export function restartSummary(project: string, results: readonly RestartResult[]): string {
  const number = (outcome: RestartResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  const others = (['failed', 'skipped', 'cancelled'] as const)
    .filter((outcome) => number(outcome) > 0)
    .map((outcome) => `, ${number(outcome)} ${outcome}`);
  return `${oneLine(project, 100)}: ${count(number('restarted'), 'container')} restarted and ready${others.join('')}`;
}

/** The whole report: a line per container; of what failed, the last lines of its log and of its health check. */
export function restartReport(project: string, results: readonly RestartResult[]): string {
  const lines = [restartSummary(project, results), ''];
  for (const result of results) {
    const took = result.milliseconds > 0 ? ` (${duration(result.milliseconds)})` : '';
    const why = result.why === '' ? '' : `: ${plainText(result.why)}`;
    lines.push(`${result.outcome.padEnd(10)}  ${oneLine(result.container.name, 100)}${took}${why}`);
  }
  for (const { container, logTail, probes } of results) {
    const name = oneLine(container.name, 100);
    if (logTail.length > 0)
      lines.push('', `--- last lines of ${name} ---`, ...logTail.map((line) => plainText(line)));
    if (probes.length > 0) lines.push('', `--- health checks of ${name}, newest last ---`);
    for (const { exitCode, output } of probes)
      lines.push(`exit code ${exitCode}: ${plainText(output).trim() || '(no output)'}`);
  }
  return `${lines.join('\n')}\n`;
}

/** True when all that was to be restarted is ready. */
export function allRestarted(results: readonly RestartResult[]): boolean {
  return results.every(({ outcome }) => outcome === 'restarted' || outcome === 'left alone');
}
