import { count, oneLine } from '../base/text';
import type { DeployPlan } from './plan';

/** Names of one kind that are shown; the rest is counted. */
const MAX_NAMES = 20;

const KINDS = [
  ['added', '+'],
  ['changed', '~'],
  ['deleted', '-'],
  ['protected', '='],
  ['excluded', ' '],
] as const;

/** The plan for people, a line each. */
export function planText(plan: DeployPlan): string {
  const { project, environment, isProduction, workspace, target, files, services } = plan;
  const title = `${shown(project)}/${shown(environment)}${isProduction ? ' (production)' : ''}`;
  const lines = [`Deploy of ${title}`, `  from ${shown(workspace)}`, `  to   ${shown(target)}`, ''];
  for (const [kind, sign] of KINDS) {
    const names = files[kind];
    if (names.length === 0) continue;
    lines.push(
      `${count(names.length, 'file')} ${kind}${kind === 'protected' ? ' (the target keeps its own)' : ''}`,
    );
    lines.push(...names.slice(0, MAX_NAMES).map((name) => `  ${sign} ${shown(name)}`));
    if (names.length > MAX_NAMES) lines.push(`  and ${names.length - MAX_NAMES} more`);
  }
  if (files.added.length + files.changed.length + files.deleted.length === 0)
    lines.push('No file would be sent or deleted.');
  lines.push(
    '',
    'Services',
    ...services.map(({ name, action, reason }) => `  ${shown(name)}: ${action} (${reason})`),
  );
  if (plan.warnings.length > 0) lines.push('', ...plan.warnings.map((warning) => `! ${warning}`));
  lines.push('', ...(plan.interruption.length > 0 ? plan.interruption : ['No interruption is expected.']));
  if (plan.secrets.length > 0)
    lines.push(
      '',
      'Stopped: secrets would be sent.',
      ...plan.secrets.map(
        ({ file, line, what }) => `  ${shown(file)}${line ? `:${line}` : ''}: ${shown(what)}`,
      ),
      'Take them out, exclude the files, or name what is wanted in "allowSecrets".',
    );
  return `${lines.join('\n')}\n`;
}

/** With line breaks made visible: a name is one line. */
function shown(name: string): string {
  return oneLine(name.replaceAll('\n', '\\n'), 300);
}
