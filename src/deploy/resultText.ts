import { duration, oneLine } from '../base/text';
import { shortId } from './services';
import type { ShipResult } from './ship/release';

const TITLES = {
  deployed: 'Deployed.',
  unchanged: 'Nothing to do: it serves already.',
  cancelled: 'Nothing was touched.',
  'rolled back': 'Rolled back: what was there before serves again.',
  failed: 'Failed.',
};

/** How a deploy has ended, for people, a line each. */
export function resultText({ outcome, release, services, reason, explanation, ...seen }: ShipResult): string {
  const lines = [TITLES[outcome]];
  if (reason !== '') lines.push(oneLine(reason, 1000));
  lines.push(...explanation.map((line) => `  ${oneLine(line, 500)}`));
  if (outcome === 'deployed') lines.push(`Release ${release}`, ...services.map(serviceText));
  if (outcome === 'deployed' || outcome === 'rolled back') lines.push(downtimeText(seen));
  return lines.join('\n');
}

function serviceText({ name, action, imageId }: ShipResult['services'][number]): string {
  return `  ${oneLine(name, 100)}: ${action}${imageId && `, runs ${shortId(imageId)}`}`;
}

function downtimeText({
  downtimeMs,
  downtimeSeenBy,
}: Pick<ShipResult, 'downtimeMs' | 'downtimeSeenBy'>): string {
  if (downtimeMs === 0)
    return downtimeSeenBy === 'requests' ? 'No request was left without an answer.' : 'No downtime.';
  const how = downtimeSeenBy === 'requests' ? 'without an answer' : 'at most, by the times of its containers';
  return `Downtime: ${duration(downtimeMs)} ${how}.`;
}
