import { setImmediate as breathe } from 'node:timers/promises';
import { isCancelled, messageOf, throwIfCancelled } from '../../../base/errors';
import { oneLine } from '../../../base/text';
import type { ProjectFacts } from '../facts/projectFacts';
import { priorityOf } from '../failureRate';
import type { SourceId } from '../research/source';
import type { Evidence, Scenario } from '../scenario';
import type { Observation, Probe } from './probe';

const MAX_OBSERVATIONS = 500;
const MAX_PLACES = 60;
const MAX_EVIDENCE = 20;
const SHOWN_LENGTH = 200;
const AT_A_STRETCH_MS = 15;

/** What the catalogue says of a project. */
export interface Examination {
  scenarios: Scenario[];
  /** Probes that could not look, by id, and why. */
  notLooked: ReadonlyMap<string, string>;
}

interface ExamineOptions {
  /** Sources that were not reached, and why. */
  missing: ReadonlyMap<SourceId, string>;
  iteration: number;
  signal?: AbortSignal | undefined;
}

/** Lets every probe look. One that fails is said to have failed, and the others go on. */
export async function examine(
  probes: readonly Probe[],
  facts: ProjectFacts,
  { missing, iteration, signal }: ExamineOptions,
): Promise<Examination> {
  const scenarios: Scenario[] = [];
  const notLooked = new Map<string, string>();
  for (const probe of probes) {
    await breathe();
    throwIfCancelled(signal);
    const why = hindrance(probe, facts, missing);
    if (why !== undefined) {
      notLooked.set(probe.id, why);
      continue;
    }
    try {
      scenarios.push(...(await scenariosOf(probe, facts, iteration, signal)));
    } catch (error) {
      if (isCancelled(error)) throw error;
      notLooked.set(probe.id, `it failed: ${oneLine(messageOf(error), SHOWN_LENGTH)}`);
    }
  }
  return { scenarios, notLooked };
}

function hindrance(
  { needs = [], isAbsence }: Probe,
  facts: ProjectFacts,
  missing: ReadonlyMap<SourceId, string>,
): string | undefined {
  if (isAbsence && facts.parts.isPartial) return 'the workspace was read in part only';
  const lacking = needs.find((source) => missing.has(source));
  return lacking && `${lacking}: ${missing.get(lacking) ?? 'not reached'}`;
}

async function scenariosOf(
  probe: Probe,
  facts: ProjectFacts,
  iteration: number,
  signal: AbortSignal | undefined,
): Promise<Scenario[]> {
  const places = new Map<string, Observation[]>();
  let count = 0;
  let begun = performance.now();
  for (const observation of probe.look(facts)) {
    if (performance.now() - begun > AT_A_STRETCH_MS) {
      await breathe();
      throwIfCancelled(signal);
      begun = performance.now();
    }
    if (!observation) continue;
    const place = placeOf(probe, observation);
    const there = places.get(place) ?? [];
    // What does not fit is left out by whole places, so that the ids of the others stay.
    if (there.length === 0 && places.size >= MAX_PLACES) continue;
    places.set(place, [...there, observation]);
    if (++count >= MAX_OBSERVATIONS) break;
  }
  return [...places].map(([place, found]) => scenarioOf(probe, place, found, facts, iteration));
}

function placeOf({ per }: Probe, { file, part }: Observation): string {
  if (per === 'project') return '';
  return per === 'file' || part === undefined ? file : `${file}#${part}`;
}

function scenarioOf(
  probe: Probe,
  place: string,
  found: readonly Observation[],
  facts: ProjectFacts,
  iteration: number,
): Scenario {
  const { category, title, trigger, chain, hurts, prevention, earlyWarning, verify } = probe;
  const likelihood = digits(probe.likelihood(found, facts));
  const impact = digits(typeof probe.impact === 'function' ? probe.impact(found, facts) : probe.impact);
  const source = `probe ${probe.id}`;
  const subject = subjectOf(probe, found);
  return {
    ...{ category, title: subject === '' ? title : `${title} (${subject})` },
    ...{ trigger, chain, hurts, prevention, earlyWarning, verify },
    id: place === '' ? probe.id : `${probe.id}:${place}`,
    ...{ likelihood, impact, priority: priorityOf(likelihood, impact), state: 'open' },
    ...{ source, sources: [source], since: iteration },
    evidence: found.slice(0, MAX_EVIDENCE).map(toEvidence),
    evidenceCount: found.length,
  };
}

/** Tells scenarios of one probe apart. */
function subjectOf({ per }: Probe, [first]: readonly Observation[]): string {
  if (per === 'project' || !first) return '';
  return oneLine(per === 'place' && first.part !== undefined ? first.part : first.file, SHOWN_LENGTH);
}

function toEvidence({ file, line, shows }: Observation): Evidence {
  return { file, line, shows: oneLine(shows, SHOWN_LENGTH) };
}

function digits(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
}
