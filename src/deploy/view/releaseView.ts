import { oneLine } from '../../base/text';
import { durationWords, t } from '../../base/texts';
import { SHIP_STEPS } from '../ship/release';
import type { Release, ShipOutcome, ShipProgress, ShipResult, ShipStep } from '../ship/release';
import type { ServicePlan } from '../services';
import { shown } from './planView';

/** How an end looks: all is as wanted, it is not, or nothing was done. */
export type Mood = 'good' | 'bad' | 'neutral';

/** A release in a list. All texts are safe to show, one line each. */
export interface ReleaseView {
  id: string;
  mood: Mood;
  outcome: string;
  /** What it was: "rollback to ..."; empty for a deploy. */
  kind: string;
  /** It is what was there before. */
  isFound: boolean;
  commit: string;
  /** As `+1 ~2 -0`. */
  files: string;
  by: string;
  /** ISO UTC. */
  startedAt: string;
  duration: string;
  downtime: string;
  reason: string;
  canRollBack: boolean;
  /** It is what serves. */
  isCurrent: boolean;
}

/** How a deploy ended. */
export interface EndView {
  mood: Mood;
  /** A sentence. */
  outcome: string;
  release: string;
  downtime: string;
  reason: string;
  explanation: readonly string[];
  services: readonly { name: string; action: string; image: string }[];
}

export interface StepView {
  label: string;
  /** `skipped`: there was nothing to do. */
  state: 'waiting' | 'now' | 'done' | 'skipped' | 'failed';
  message: string;
}

const MOODS: Record<ShipOutcome, Mood> = {
  deployed: 'good',
  unchanged: 'neutral',
  cancelled: 'neutral',
  'rolled back': 'bad',
  failed: 'bad',
};

/** An outcome in a word or two. */
export function outcomeWords(outcome: ShipOutcome): string {
  const words: Record<ShipOutcome, string> = {
    deployed: t('deployed'),
    unchanged: t('unchanged'),
    cancelled: t('cancelled'),
    'rolled back': t('rolled back'),
    failed: t('failed'),
  };
  return words[outcome];
}

function outcomeSentence(outcome: ShipOutcome): string {
  switch (outcome) {
    case 'deployed':
      return t('The new release serves.');
    case 'unchanged':
      return t('There was nothing to do: what was wanted serves already.');
    case 'cancelled':
      return t('Cancelled: nothing was touched.');
    case 'rolled back':
      return t('It did not work. What was there before serves again, which was verified.');
    case 'failed':
      return t(
        'It failed, and what was there before could not be verified to serve. Look at the containers.',
      );
  }
}

function stepWords(step: ShipStep): string {
  const words: Record<ShipStep, string> = {
    lock: t('Lock the environment'),
    plan: t('Compare'),
    confirm: t('Ask'),
    pre: t('Commands before'),
    snapshot: t('Keep what is there'),
    sync: t('Send the files'),
    build: t('Build'),
    up: t('Start'),
    health: t('Wait for health'),
    watch: t('Watch'),
    post: t('Commands after'),
    finish: t('Finish'),
    undo: t('Put back what was there'),
  };
  return words[step];
}

/** What is done to a service, in a word or two. */
export function actionWords(action: ServicePlan['action']): string {
  const words: Record<ServicePlan['action'], string> = {
    rebuild: t('rebuild'),
    recreate: t('recreate'),
    restart: t('restart'),
    untouched: t('untouched'),
  };
  return words[action];
}

const MAX_EXPLANATION = 200;

export function releaseView(release: Release): ReleaseView {
  const { files, outcome, commit, kind, from } = release;
  const isFound = kind === 'found';
  const kinds = {
    deploy: '',
    rollback: t('rollback to {0}', from),
    promote: t('taken from {0}', from),
    found: t('what was there before'),
  };
  return {
    id: oneLine(release.id, 100),
    mood: isFound ? 'neutral' : MOODS[outcome],
    outcome: isFound ? t('found') : outcomeWords(outcome),
    kind: oneLine(kinds[kind], 200),
    isFound,
    commit: commit === null ? '' : oneLine(commit, 12),
    files: `+${files.added.length} ~${files.changed.length} -${files.deleted.length}`,
    by: oneLine(release.by, 100),
    startedAt: oneLine(release.startedAt, 40),
    duration: isFound ? '' : durationWords(release.durationMs),
    downtime: isFound ? '' : downtimeText(release),
    reason: oneLine(release.reason, 500),
    canRollBack: release.isKept && !release.isCurrent,
    isCurrent: release.isCurrent,
  };
}

/** `isRecovery`: that what was there before serves again was all that was wanted. */
export function endView(result: ShipResult, isRecovery = false): EndView {
  const isHindered = result.outcome === 'cancelled' && result.reason !== '';
  return {
    ...(isRecovery && result.outcome === 'rolled back'
      ? { mood: 'good', outcome: t('What was there before serves again, which was verified.') }
      : isHindered
        ? { mood: 'bad', outcome: t('Nothing was touched.') }
        : { mood: MOODS[result.outcome], outcome: outcomeSentence(result.outcome) }),
    release: oneLine(result.release, 100),
    downtime: result.outcome === 'cancelled' || result.release === '' ? '' : downtimeText(result),
    reason: oneLine(result.reason, 1000),
    explanation: result.explanation.slice(-MAX_EXPLANATION).map((line) => oneLine(line, 1000)),
    services: result.services.map(({ name, action, imageId }) => ({
      name: shown(name),
      action: actionWords(action),
      image: oneLine(imageId.replace(/^sha256:/, ''), 300).slice(0, 12),
    })),
  };
}

/** `1.2 s, seen by requests`. */
function downtimeText({
  downtimeMs,
  downtimeSeenBy,
}: Pick<Release, 'downtimeMs' | 'downtimeSeenBy'>): string {
  if (downtimeSeenBy === 'nothing') return notMeasured();
  const long = downtimeMs === 0 ? t('none') : durationWords(downtimeMs);
  return downtimeSeenBy === 'requests'
    ? t('{0}, seen by requests', long)
    : t("{0}, by the engine's times", long);
}

const notMeasured = (): string => t('not measured');

/** In one line, for a row of a tree. */
export function releaseLine({ commit, downtime, outcome, kind, isCurrent }: ReleaseView): string {
  return [
    outcome,
    isCurrent ? t('serves now') : '',
    kind,
    commit,
    downtime === '' || downtime === notMeasured() ? '' : t('downtime {0}', downtime),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The steps of a run. `told` is what was told of each, in the order of telling; the last is the one that goes on. */
export function stepViews(told: ReadonlyMap<ShipStep, string>, end: ShipOutcome | undefined): StepView[] {
  const last = [...told.keys()].at(-1);
  // What an earlier run left is put back before anything else.
  const isUndone = last === 'undo';
  const current = [...told.keys()].filter((step) => step !== 'undo').at(-1);
  const furthest = Math.max(...[...told.keys()].filter((step) => step !== 'undo').map(indexOf));
  const isGood = end === 'deployed' || end === 'unchanged';
  const stateOf = (step: ShipStep): StepView['state'] => {
    if (step === 'undo') return end === undefined ? 'now' : end === 'failed' ? 'failed' : 'done';
    if (step === current && (isUndone || (end !== undefined && !isGood))) return 'failed';
    if (step === last && end === undefined) return 'now';
    if (told.has(step)) return 'done';
    return isGood || indexOf(step) < furthest ? 'skipped' : 'waiting';
  };
  const isShown = (step: ShipStep): boolean =>
    current === undefined ? told.has(step) : step !== 'confirm' && (step !== 'undo' || isUndone);
  return SHIP_STEPS.filter(isShown).map((step) => {
    const state = stateOf(step);
    return { label: stepWords(step), state, message: oneLine(told.get(step) ?? '', 300) };
  });
}

function indexOf(step: ShipStep): number {
  return SHIP_STEPS.indexOf(step);
}

/** What is told is kept by its step; a step that comes again is the one that goes on. */
export function keepProgress(told: Map<ShipStep, string>, { step, message }: ShipProgress): void {
  told.delete(step);
  told.set(step, message);
}
