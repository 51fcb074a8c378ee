import type { Scenario } from '../scenario';

/**
 * One scenario of those that come to the same, with all sources: those of one id, of one title, and what was written by a model
 * or a person about the very lines a probe has seen in the same category. What a probe says of weight and place stands.
 */
export function mergeDuplicates(scenarios: readonly Scenario[]): Scenario[] {
  const kept: Scenario[] = [];
  // Probes first: what they say was looked at.
  const ordered = [...scenarios.filter(isProbed), ...scenarios.filter((scenario) => !isProbed(scenario))];
  for (const scenario of ordered) {
    const at = kept.findIndex((other) => isSame(other, scenario));
    const same = kept[at];
    if (same) kept[at] = { ...same, sources: [...new Set([...same.sources, ...scenario.sources])] };
    else kept.push(scenario);
  }
  return kept;
}

function isSame(one: Scenario, other: Scenario): boolean {
  if (one.id === other.id) return true;
  if (isProbed(one) && isProbed(other)) return false;
  if (one.state === 'gone' || other.state === 'gone') return false;
  if (plain(one.title) === plain(other.title)) return true;
  return (
    one.category === other.category &&
    one.evidence.some(({ file, line }) =>
      other.evidence.some((place) => place.file === file && place.line === line),
    )
  );
}

function isProbed({ source }: Scenario): boolean {
  return source.startsWith('probe ');
}

function plain(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
