import { oneLine } from '../base/text';
import { durationWords, t } from '../base/texts';
import { shortId } from './services';
import { actionWords } from './view/releaseView';
import type { ShipResult } from './ship/release';

function titleOf(outcome: ShipResult['outcome']): string {
  const titles = {
    deployed: t('Deployed.'),
    unchanged: t('Nothing to do: it serves already.'),
    cancelled: t('Nothing was touched.'),
    'rolled back': t('Rolled back: what was there before serves again.'),
    failed: t('Failed.'),
  };
  return titles[outcome];
}

/** How a deploy has ended, for people, a line each. */
export function resultText({ outcome, release, services, reason, explanation, ...seen }: ShipResult): string {
  const lines = [titleOf(outcome)];
  if (reason !== '') lines.push(oneLine(reason, 1000));
  lines.push(...explanation.map((line) => `  ${oneLine(line, 500)}`));
  if (outcome === 'deployed') lines.push(t('Release {0}', release), ...services.map(serviceText));
  if (outcome === 'deployed' || outcome === 'rolled back') lines.push(downtimeText(seen));
  return lines.join('\n');
}

function serviceText({ name, action, imageId }: ShipResult['services'][number]): string {
  const line = `  ${oneLine(name, 100)}: ${actionWords(action)}`;
  return imageId === '' ? line : `${line}, ${t('runs {0}', shortId(imageId))}`;
}

function downtimeText({
  downtimeMs,
  downtimeSeenBy,
}: Pick<ShipResult, 'downtimeMs' | 'downtimeSeenBy'>): string {
  if (downtimeMs === 0)
    return downtimeSeenBy === 'requests' ? t('No request was left without an answer.') : t('No downtime.');
  return downtimeSeenBy === 'requests'
    ? t('Downtime: {0} without an answer.', durationWords(downtimeMs))
    : t('Downtime: {0} at most, by the times of its containers.', durationWords(downtimeMs));
}
