import { currentScenarios } from './current';
import { sharesOf } from './failureRate';
import type { Remedy } from './remediation/remedy';
import type { Artifact, IterationRecord, Loop1Run, SourceOutcome } from './run';
import { PRIORITIES } from './scenario';
import type { Priority, Scenario } from './scenario';

/** What can be done, without the text of whole files. */
type RemedyView =
  | { kind: 'edit'; title: string; files: readonly string[] }
  | { kind: 'command'; title: string; command: string; folder: string }
  | { kind: 'task'; title: string; description: string; acceptance: string; files: readonly string[] };

/** A scenario as it is shown. */
export interface CardView extends Scenario {
  /** Points of the failure rate; 0 for one that is not open. */
  share: number;
  remedy: RemedyView | undefined;
}

/** What has changed between two iterations, by title. */
export interface IterationDiff {
  /** The iteration it is compared with. */
  since: number;
  gone: readonly string[];
  fresh: readonly string[];
}

/** All that a page needs of a run, at one moment. Text in it is data from the workspace, the network or a model. */
export interface Loop1View {
  id: string;
  status: Loop1Run['status'];
  reason: string;
  iteration: number;
  maxIterations: number;
  nextStep: Loop1Run['nextStep'];
  /** Percent. */
  rate: { now: number; planned: number; target: number };
  goal: Loop1Run['goal'];
  networkAllowed: boolean;
  /** Open and to be confirmed, by priority, worst first. */
  columns: readonly { priority: Priority; share: number; cards: readonly CardView[] }[];
  /** Accepted and dismissed, which weigh nothing. */
  settled: readonly CardView[];
  /** Gone since the last iteration. */
  gone: readonly CardView[];
  curve: readonly Pick<IterationRecord, 'iteration' | 'now' | 'planned'>[];
  diff: IterationDiff | undefined;
  sources: readonly Omit<SourceOutcome, 'artifacts'>[];
  /** Most relevant first. */
  artifacts: readonly Artifact[];
  notLooked: readonly { probe: string; why: string }[];
  notes: readonly string[];
  constraints: readonly string[];
  injections: Loop1Run['injections'];
  /** What a person can do now. */
  can: { start: boolean; pause: boolean; resume: boolean; cancel: boolean };
}

/** The whole run as it stands: to be sent when a page is ready, and again after each change. */
export function viewOf(run: Loop1Run, now: Date): Loop1View {
  const { id, status, reason, iteration, maxIterations, nextStep, goal, networkAllowed } = run;
  const cards = cardsOf(run, now);
  const ofState = (...states: Scenario['state'][]): CardView[] =>
    cards.filter(({ state }) => states.includes(state));
  const shown = ofState('open', 'needs confirmation');
  const sources = run.research?.sources ?? [];
  const isAtWork = status === 'running';
  const isResumable = nextStep !== null && !isAtWork && status !== 'cancelled';
  return {
    ...{ id, status, reason, iteration, maxIterations, nextStep, goal, networkAllowed },
    rate: { now: run.failureRate, planned: run.plannedRate, target: run.targetRate },
    columns: PRIORITIES.map((priority) => {
      const own = shown.filter((card) => card.priority === priority);
      const share = own.reduce((sum, card) => sum + card.share, 0);
      return { priority, share: Math.round(share * 100) / 100, cards: own };
    }),
    settled: ofState('accepted', 'dismissed'),
    gone: ofState('gone'),
    curve: run.history.map((record) => ({
      ...{ iteration: record.iteration, now: record.now, planned: record.planned },
    })),
    diff: diffOf(run.history),
    sources: sources.map(({ artifacts: _artifacts, ...source }) => source),
    artifacts: sources.flatMap(({ artifacts }) => artifacts).sort((a, b) => b.relevance - a.relevance),
    notLooked: run.premortem?.notLooked ?? [],
    notes: run.premortem?.notes ?? [],
    constraints: run.constraints,
    injections: run.injections,
    can: { start: !isAtWork, pause: isAtWork, resume: isResumable, cancel: isAtWork || isResumable },
  };
}

/** The last two iterations compared; undefined before the second. */
export function diffOf(history: readonly IterationRecord[]): IterationDiff | undefined {
  const [before, after] = history.slice(-2);
  if (!before || !after) return undefined;
  const standing = (record: IterationRecord) => record.scenarios.filter(({ state }) => state !== 'gone');
  const missingIn = (some: IterationRecord, others: IterationRecord): string[] => {
    const ids = new Set(standing(others).map(({ id }) => id));
    return standing(some)
      .filter(({ id }) => !ids.has(id))
      .map(({ title }) => title);
  };
  return { since: before.iteration, gone: missingIn(before, after), fresh: missingIn(after, before) };
}

/** All scenarios of a run, worst first, with their shares and what can be done. */
function cardsOf(run: Loop1Run, now: Date): CardView[] {
  const scenarios = currentScenarios(run, now);
  const shares = sharesOf(scenarios);
  const remedies = new Map(
    run.remediation?.remedies.map((remedy) => [remedy.scenarioId, remedyView(remedy)]),
  );
  return scenarios
    .map((scenario) => ({
      ...{ ...scenario, share: shares.get(scenario) ?? 0, remedy: remedies.get(scenario.id) },
    }))
    .sort((a, b) => b.likelihood * b.impact - a.likelihood * a.impact || (a.id < b.id ? -1 : 1));
}

function remedyView(remedy: Remedy): RemedyView {
  const { title } = remedy;
  switch (remedy.kind) {
    case 'edit':
      return { kind: 'edit', title, files: remedy.edits.map(({ file }) => file) };
    case 'command':
      return {
        ...{ kind: 'command', title, folder: remedy.folder },
        command: [remedy.program, ...remedy.words].join(' '),
      };
    case 'task': {
      const { description, acceptance, files } = remedy;
      return { kind: 'task', title, description, acceptance, files };
    }
  }
}
