import { currentScenarios, ratesOf } from './current';
import type { FactParts, ProjectFacts } from './facts/projectFacts';
import { isBlocked } from './failureRate';
import { goalOf } from './goal';
import { PROBES } from './premortem/catalogue';
import { carryOver } from './premortem/carryOver';
import type { Examination } from './premortem/examine';
import { GradualExamination } from './premortem/gradualExamination';
import { mergeDuplicates } from './premortem/mergeDuplicates';
import { modelScenarios, recheck } from './premortem/modelScenarios';
import type { Model } from '../model';
import { askSource } from './research/gather';
import type { AskOptions } from './research/gather';
import type { ResearchContext, ResearchSource, SourceId } from './research/source';
import type { IterationRecord, Loop1Run, SourceOutcome } from './run';
import type { Scenario } from './scenario';

/** Iterations without a lower rate after which a run ends. */
const MAX_IDLE = 2;

/** What research brought, as long as the process lives. */
export interface Field {
  facts: ProjectFacts;
  /** What the catalogue says of it. */
  examination: Examination;
  contentHash: string;
}

interface Research {
  root: string;
  sources: readonly ResearchSource[];
  ask: AskOptions;
  /** Told of each source as soon as it is through. */
  onOutcome: (outcome: SourceOutcome, parts: Partial<FactParts>) => Promise<void>;
  /** Told of all that probes have seen so far, when there is more of it. */
  onSeen: (scenarios: readonly Scenario[]) => Promise<void>;
}

/**
 * Asks all sources: the one that reads the workspace first, then the others together. Probes look as soon as what they need is
 * there. Sources of the network that a run has asked before it was interrupted are not asked again. Rejects with `UserError` when
 * the workspace can't be read.
 */
export async function research(run: Loop1Run, wanted: Research): Promise<Field> {
  const { root, sources, ask, onOutcome, onSeen } = wanted;
  const [first, ...others] = sources;
  if (!first) throw new Error('no source reads the workspace');
  const context: ResearchContext = {
    ...{ root, goal: run.goal, constraints: run.constraints, facts: undefined },
  };
  const asked = await askSource(first, context, ask);
  const { facts, contentHash = '' } = asked.gathered ?? {};
  if (!facts) throw new Error(`The workspace could not be read: ${asked.outcome.why}`);
  let { parts } = facts;
  await onOutcome(asked.outcome, {});
  const full = { ...context, facts, goal: goalOf(run.goal.text, parts.texts, parts.tasks ?? []) };
  const missing = new Map(
    LOCAL.filter((id) => !sources.some((source) => source.id === id)).map((id) => [id, ABSENT]),
  );
  const pending = new Set(others.map(({ id }) => id));
  const examination = new GradualExamination(PROBES, { iteration: run.iteration, signal: ask.signal });
  // Code that was told from comments once is not told again.
  const look = async (): Promise<void> => {
    if (await examination.look(facts.with(parts), pending, missing)) await onSeen(examination.seen);
  };
  const askAnother = async (source: ResearchSource): Promise<void> => {
    const before = run.research?.sources.find(({ id }) => id === source.id);
    if (source.needsNetwork && before?.status === 'reached') {
      if (source.id === 'advisories') parts = { ...parts, advisories: run.research?.advisories ?? [] };
    } else {
      const { outcome, gathered } = await askSource(source, full, ask);
      if (gathered) parts = { ...parts, ...gathered.parts };
      else missing.set(source.id, outcome.why);
      await onOutcome(outcome, gathered?.parts ?? {});
    }
    pending.delete(source.id);
    await look();
  };
  await Promise.all([look(), ...others.map(askAnother)]);
  return { facts: facts.with(parts), examination: examination.result, contentHash };
}

/** Sources that probes need. */
const LOCAL: readonly SourceId[] = ['static', 'git', 'audits', 'containers', 'advisories'];
const ABSENT = 'it is not part of this run';

/** Looks for ways to fail, and says what has become of those of the iteration before. */
export async function premortem(
  run: Loop1Run,
  { facts, examination }: Pick<Field, 'facts' | 'examination'>,
  model: Model | undefined,
  signal: AbortSignal,
): Promise<NonNullable<Loop1Run['premortem']>> {
  const before = run.premortem?.scenarios ?? [];
  const { goal, constraints, iteration } = run;
  const known = mergeDuplicates([...carryOver(before, examination, facts), ...recheck(before, facts)]);
  const said = model
    ? await modelScenarios(model, { facts, goal, constraints, known, iteration }, signal)
    : { scenarios: [], notes: [] };
  const scenarios = mergeDuplicates([...known, ...said.scenarios]);
  const notLooked = [...examination.notLooked].map(([probe, why]) => ({ probe, why }));
  return { scenarios, notLooked, notes: said.notes, completedAt: new Date().toISOString() };
}

/** What an iteration came to, and whether the run goes on. */
export function conclude(run: Loop1Run, now: Date): Partial<Loop1Run> {
  const rates = ratesOf(run, now);
  const scenarios = currentScenarios(run, now);
  const record: IterationRecord = {
    iteration: run.iteration,
    now: rates.failureRate,
    planned: rates.plannedRate,
    scenarios: scenarios.map(({ id, title, priority, state }) => ({ id, title, priority, state })),
    finishedAt: now.toISOString(),
  };
  const history = [...run.history.filter(({ iteration }) => iteration !== run.iteration), record];
  return { ...rates, history, nextStep: null, ...verdictOf(run, history, isBlocked(scenarios)) };
}

function verdictOf(
  { targetRate, maxIterations, iteration }: Loop1Run,
  history: readonly IterationRecord[],
  isBlockedByP0: boolean,
): Pick<Loop1Run, 'status' | 'reason'> {
  const { now } = history.at(-1) ?? { now: 100 };
  const reached = `The failure rate is ${now} %, the target ${targetRate} %`;
  // Success counts in the last iteration as well, so it is asked for first.
  if (now <= targetRate && !isBlockedByP0) return { status: 'completed', reason: `${reached}.` };
  if (iteration >= maxIterations)
    return { status: 'not converged', reason: `${reached}, after ${maxIterations} iterations.` };
  const idle = idleIterations(history);
  if (idle >= MAX_IDLE)
    return { status: 'not converged', reason: `${reached}, and ${idle} iterations brought nothing.` };
  return waiting(reached, isBlockedByP0);
}

function waiting(reached: string, isBlockedByP0: boolean): Pick<Loop1Run, 'status' | 'reason'> {
  const blocked = isBlockedByP0 ? ' A P0 is open.' : '';
  return { status: 'waiting for you', reason: `${reached}.${blocked} Mend or decide, then go on.` };
}

/** What a run that waits or is completed is after a person has said something of its scenarios. */
export function settled(run: Loop1Run, now: Date): Partial<Loop1Run> {
  if (run.nextStep !== null || (run.status !== 'completed' && run.status !== 'waiting for you')) return {};
  const { failureRate } = ratesOf(run, now);
  const isBlockedByP0 = isBlocked(currentScenarios(run, now));
  const reached = `The failure rate is ${failureRate} %, the target ${run.targetRate} %`;
  return failureRate <= run.targetRate && !isBlockedByP0
    ? { status: 'completed', reason: `${reached}.` }
    : waiting(reached, isBlockedByP0);
}

/** How many of the last iterations did not get below the best rate before them. */
function idleIterations(history: readonly IterationRecord[]): number {
  let best = Infinity;
  let idle = 0;
  for (const { now } of history) {
    idle = now < best ? 0 : idle + 1;
    best = Math.min(best, now);
  }
  return idle;
}
