import type { ProjectFacts } from '../facts/projectFacts';
import type { Scenario } from '../scenario';
import type { Examination } from './examine';

/**
 * What the scenarios of the last iteration have become. One is gone only when its probe looked and found nothing: where the
 * probe could not look, or what it had seen can't be read any more, the scenario stays with a note.
 */
export function carryOver(
  before: readonly Scenario[],
  { scenarios, notLooked }: Examination,
  facts: ProjectFacts,
): Scenario[] {
  const since = new Map(before.map((scenario) => [scenario.id, scenario.since]));
  const found = scenarios.map((scenario) => ({
    ...scenario,
    since: since.get(scenario.id) ?? scenario.since,
  }));
  const ids = new Set(found.map(({ id }) => id));
  const missing = before.filter(
    ({ id, source, state }) => source.startsWith('probe ') && state !== 'gone' && !ids.has(id),
  );
  return [
    ...found,
    ...missing.map((scenario): Scenario => {
      const why = notLooked.get(scenario.source.slice('probe '.length)) ?? unreadable(scenario, facts);
      if (why === undefined)
        return { ...scenario, state: 'gone', note: 'its probe looked and found nothing' };
      return { ...scenario, note: `not looked at this time (${why})` };
    }),
  ];
}

function unreadable({ evidence }: Scenario, { parts }: ProjectFacts): string | undefined {
  const withheld = new Map(parts.withheld.map(({ path, why }) => [path, why]));
  for (const { file } of evidence) {
    const why = withheld.get(file);
    // A file may be withheld because of the very thing that its evidence says.
    if (why !== undefined && /read|large/.test(why)) return `${file} ${why}`;
  }
  return undefined;
}
