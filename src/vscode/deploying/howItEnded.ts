import { t } from '../../base/texts';
import type { LockOwner, Release } from '../../deploy/ship/release';
import { outcomeWords } from '../../deploy/view/releaseView';

/** What a page kept of a run that it showed when its window went away. */
interface KeptRun {
  phase: string;
  title: string;
  startedAt: string;
}

/** Clocks of one machine, and a step or two between. In milliseconds. */
const TOLERANCE = 120_000;

/** How a run that a page had kept came out, a sentence; empty when there was none, or it had ended already. */
export function howItEnded(
  kept: unknown,
  { releases, interrupted }: { releases: readonly Release[] | undefined; interrupted: LockOwner | undefined },
): string {
  const run = readRun(kept);
  if (!run || run.phase === 'ended' || run.phase === 'stopped') return '';
  if (run.phase === 'planning' || run.phase === 'asking')
    return t('The window was closed before "{0}" was agreed to: nothing was touched.', run.title);
  if (interrupted)
    return t(
      'The window was closed in the middle of "{0}". It did not end: what was there before has to be put back.',
      run.title,
    );
  const began = Date.parse(run.startedAt);
  const release = releases?.find(({ startedAt }) => Date.parse(startedAt) >= began - TOLERANCE);
  if (!release)
    return t(
      'The window was closed in the middle of "{0}". Nothing is kept of it: look at the containers.',
      run.title,
    );
  const ended = t(
    'The window was closed in the middle of "{0}". It ended as {1}.',
    run.title,
    outcomeWords(release.outcome),
  );
  return release.reason === '' ? ended : `${ended} ${release.reason}`;
}

function readRun(kept: unknown): KeptRun | undefined {
  const { phase, title, startedAt } = (kept ?? {}) as Partial<Record<keyof KeptRun, unknown>>;
  return typeof phase === 'string' && typeof title === 'string' && typeof startedAt === 'string'
    ? { phase, title: title.slice(0, 200), startedAt }
    : undefined;
}
