import { oneLine } from '../base/text';
import { plural, t } from '../base/texts';
import type { DeployPlan } from './plan';
import { actionWords } from './view/releaseView';

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
  const title = `${shown(project)}/${shown(environment)}`;
  const lines = [
    isProduction ? t('Deploy of {0} (production)', title) : t('Deploy of {0}', title),
    t('  from {0}', shown(workspace)),
    t('  to   {0}', shown(target)),
    '',
  ];
  for (const [kind, sign] of KINDS) {
    const names = files[kind];
    if (names.length === 0) continue;
    lines.push(titleOf(kind, names.length));
    lines.push(...names.slice(0, MAX_NAMES).map((name) => `  ${sign} ${shown(name)}`));
    if (names.length > MAX_NAMES) lines.push(`  ${t('and {0} more', names.length - MAX_NAMES)}`);
  }
  if (files.added.length + files.changed.length + files.deleted.length === 0)
    lines.push(t('No file would be sent or deleted.'));
  lines.push(
    '',
    t('Services'),
    ...services.map(({ name, action, reason }) => `  ${shown(name)}: ${actionWords(action)} (${reason})`),
  );
  if (plan.warnings.length > 0) lines.push('', ...plan.warnings.map((warning) => `! ${warning}`));
  lines.push('', ...(plan.interruption.length > 0 ? plan.interruption : [t('No interruption is expected.')]));
  if (plan.secrets.length > 0)
    lines.push(
      '',
      t('Stopped: secrets would be sent.'),
      ...plan.secrets.map(
        ({ file, line, what }) => `  ${shown(file)}${line ? `:${line}` : ''}: ${shown(what)}`,
      ),
      t('Take them out, exclude the files, or name what is wanted in "allowSecrets".'),
    );
  return `${lines.join('\n')}\n`;
}

function titleOf(kind: (typeof KINDS)[number][0], number: number): string {
  switch (kind) {
    case 'added':
      return plural(number, '{0} file added', '{0} files added');
    case 'changed':
      return plural(number, '{0} file changed', '{0} files changed');
    case 'deleted':
      return plural(number, '{0} file deleted', '{0} files deleted');
    case 'protected':
      return plural(
        number,
        '{0} file protected (the target keeps its own)',
        '{0} files protected (the target keeps its own)',
      );
    case 'excluded':
      return plural(number, '{0} file excluded', '{0} files excluded');
  }
}

/** With line breaks made visible: a name is one line. */
function shown(name: string): string {
  return oneLine(name.replaceAll('\n', '\\n'), 300);
}
