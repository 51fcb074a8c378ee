import { t } from '../base/texts';

/** What can be asked, as Markdown. */
export function helpText(): string {
  const rows = [
    ['/status [PROJECT]', t('containers with state, health, uptime and ports')],
    ['/logs [PROJECT] [LINES]', t('the last lines of its logs, 50 unless you say how many')],
    ['/restart [PROJECT] [SERVICE...]', t('the order of a restart; `yes` carries it out')],
    ['/deploy [PROJECT[/ENVIRONMENT]]', t('the plan of a deploy; `yes` carries it out')],
    ['/rollback [PROJECT[/ENVIRONMENT]] [RELEASE]', t('the plan of going back; `yes` carries it out')],
    ['/audit [FILE]', t('the verdict over a file, the open one unless you name it')],
    ['/premortem', t('the cards of the last Loop 1: how the project may fail')],
    ['/help', t('this')],
  ];
  return [
    t('I answer these, and ask no language model:'),
    '',
    `| ${t('ask')} | ${t('what you get')} |`,
    '| --- | --- |',
    ...rows.map(([usage = '', does = '']) => `| \`${usage}\` | ${does} |`),
    '',
    t(
      'Where there is one project only, it need not be named. What changes something waits for your `yes`, for five minutes.',
    ),
    '',
  ].join('\n');
}
