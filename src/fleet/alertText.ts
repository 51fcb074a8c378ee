import { oneLine } from '../base/text';
import { plural, t } from '../base/texts';
import type { Alert } from './alerts';

const MAX_NAMED = 5;

/** What happened, in a sentence for each project: `shop: api crashed (exit code 1), worker is unhealthy.` */
export function alertTexts(alerts: readonly Alert[]): string[] {
  const projects = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const key = alert.project ?? '';
    projects.set(key, [...(projects.get(key) ?? []), alert]);
  }
  return [...projects].map(([project, members]) => {
    const named = members.slice(0, MAX_NAMED).map(clause);
    const others = members.length - named.length;
    if (others > 0) named.push(plural(others, 'and {0} other of it', 'and {0} others of it'));
    return `${project === '' ? '' : `${oneLine(project, 60)}: `}${named.join(', ')}.`;
  });
}

function clause({ kind, name, exitCode, isOutOfMemory, times }: Alert): string {
  const what = oneLine(name, 60);
  const again = times > 1 ? [t('{0} times since the last message', times)] : [];
  switch (kind) {
    case 'unhealthy':
      return withDetails(t('{0} is unhealthy', what), again);
    case 'recovered':
      return t('{0} is healthy again', what);
    case 'crashed': {
      const memory = isOutOfMemory ? [t('out of memory')] : [];
      const code = exitCode === undefined ? [] : [t('exit code {0}', exitCode)];
      return withDetails(t('{0} crashed', what), [...memory, ...code, ...again]);
    }
  }
}

function withDetails(text: string, details: readonly string[]): string {
  return details.length > 0 ? `${text} (${details.join(', ')})` : text;
}
