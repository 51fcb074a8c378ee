import { count, oneLine } from '../base/text';
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
    if (others > 0) named.push(`and ${count(others, 'other')} of it`);
    return `${project === '' ? '' : `${oneLine(project, 60)}: `}${named.join(', ')}.`;
  });
}

function clause({ kind, name, exitCode, isOutOfMemory, times }: Alert): string {
  const what = oneLine(name, 60);
  const again = times > 1 ? `, ${times} times since the last message` : '';
  switch (kind) {
    case 'unhealthy':
      return `${what} is unhealthy${again === '' ? '' : ` (${again.slice(2)})`}`;
    case 'recovered':
      return `${what} is healthy again`;
    case 'crashed': {
      const code = exitCode === undefined ? '' : `exit code ${exitCode}`;
      const why = isOutOfMemory ? ['out of memory', code].filter(Boolean).join(', ') : code;
      return `${what} crashed${why + again === '' ? '' : ` (${why}${again})`}`;
    }
  }
}
