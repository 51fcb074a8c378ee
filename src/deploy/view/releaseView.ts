import { duration, oneLine } from '../../base/text';
import { SHIP_STEPS } from '../ship/release';
import type { Release, ShipOutcome, ShipProgress, ShipResult, ShipStep } from '../ship/release';
import { shown } from './planView';

/** How an end looks: all is as wanted, it is not, or nothing was done. */
export type Mood = 'good' | 'bad' | 'neutral';

/** A release in a list. All texts are safe to show, one line each. */
export interface ReleaseView {
  id: string;
  mood: Mood;
  outcome: string;
  /** What it was: "deploy", "rollback to ...". */
  kind: string;
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

const OUTCOMES: Record<ShipOutcome, { mood: Mood; short: string; sentence: string }> = {
  deployed: { mood: 'good', short: 'deployed', sentence: 'The new release serves.' },
  unchanged: {
    mood: 'neutral',
    short: 'unchanged',
    sentence: 'There was nothing to do: what was wanted serves already.',
  },
  cancelled: { mood: 'neutral', short: 'cancelled', sentence: 'Cancelled: nothing was touched.' },
  'rolled back': {
    mood: 'bad',
    short: 'rolled back',
    sentence: 'It did not work. What was there before serves again, which was verified.',
  },
  failed: {
    mood: 'bad',
    short: 'failed',
    sentence: 'It failed, and what was there before could not be verified to serve. Look at the containers.',
  },
};

const STEPS: Record<ShipStep, string> = {
  lock: 'Lock the environment',
  plan: 'Compare',
  confirm: 'Ask',
  pre: 'Commands before',
  snapshot: 'Keep what is there',
  sync: 'Send the files',
  build: 'Build',
  up: 'Start',
  health: 'Wait for health',
  watch: 'Watch',
  post: 'Commands after',
  finish: 'Finish',
  undo: 'Put back what was there',
};
const MAX_EXPLANATION = 200;

export function releaseView(release: Release): ReleaseView {
  const { files, outcome, commit, kind, from } = release;
  const { mood, short } = OUTCOMES[outcome];
  const kinds = {
    deploy: 'deploy',
    rollback: `rollback to ${from}`,
    promote: `taken from ${from}`,
    found: 'what was there before',
  };
  return {
    id: oneLine(release.id, 100),
    mood: kind === 'found' ? 'neutral' : mood,
    outcome: kind === 'found' ? 'found' : short,
    kind: oneLine(kinds[kind], 200),
    commit: commit === null ? '' : oneLine(commit, 12),
    files: `+${files.added.length} ~${files.changed.length} -${files.deleted.length}`,
    by: oneLine(release.by, 100),
    startedAt: oneLine(release.startedAt, 40),
    duration: kind === 'found' ? '' : duration(release.durationMs),
    downtime: kind === 'found' ? '' : downtimeText(release),
    reason: oneLine(release.reason, 500),
    canRollBack: release.isKept && !release.isCurrent,
    isCurrent: release.isCurrent,
  };
}

/** `isRecovery`: that what was there before serves again was all that was wanted. */
export function endView(result: ShipResult, isRecovery = false): EndView {
  const isHindered = result.outcome === 'cancelled' && result.reason !== '';
  const { mood, sentence } = OUTCOMES[result.outcome];
  return {
    ...(isRecovery && result.outcome === 'rolled back'
      ? { mood: 'good', outcome: 'What was there before serves again, which was verified.' }
      : isHindered
        ? { mood: 'bad', outcome: 'Nothing was touched.' }
        : { mood, outcome: sentence }),
    release: oneLine(result.release, 100),
    downtime: result.outcome === 'cancelled' || result.release === '' ? '' : downtimeText(result),
    reason: oneLine(result.reason, 1000),
    explanation: result.explanation.slice(-MAX_EXPLANATION).map((line) => oneLine(line, 1000)),
    services: result.services.map(({ name, action, imageId }) => ({
      name: shown(name),
      action,
      image: oneLine(imageId.replace(/^sha256:/, ''), 300).slice(0, 12),
    })),
  };
}

/** `1.2 s, seen by requests`. */
function downtimeText({
  downtimeMs,
  downtimeSeenBy,
}: Pick<Release, 'downtimeMs' | 'downtimeSeenBy'>): string {
  if (downtimeSeenBy === 'nothing') return 'not measured';
  const how = downtimeSeenBy === 'requests' ? 'seen by requests' : "by the engine's times";
  return `${downtimeMs === 0 ? 'none' : duration(downtimeMs)}, ${how}`;
}

/** In one line, for a row of a tree. */
export function releaseLine({ commit, downtime, outcome, kind, isCurrent }: ReleaseView): string {
  return [
    outcome,
    isCurrent ? 'serves now' : '',
    kind === 'deploy' ? '' : kind,
    commit,
    downtime === '' || downtime === 'not measured' ? '' : `downtime ${downtime}`,
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
    return { label: STEPS[step], state, message: oneLine(told.get(step) ?? '', 300) };
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
