import type { Branch, Coverable, Place } from '../../coverable';
import type { Coverage } from '../../report';
import { parseCoverage } from './parseCoverage';
import type { RunCounts } from './parseCoverage';
import { mappingOf } from './sourceMap';

/** How often a place ran; undefined when it is not part of what was executed, as with types. */
type CountOf = (place: Place) => number | undefined;

/**
 * Which lines and branches of a file its tests reached. What there is to reach comes from the text, what was reached from
 * the sandbox: nothing the code reports can lie outside of the file. Undefined when nothing usable was reported.
 */
export function measureCoverage(
  report: Buffer | undefined,
  text: string,
  { statements, branches }: Coverable,
): Coverage | undefined {
  const counts = parseCoverage(report);
  if (!counts) return undefined;
  if (counts.hasLines) {
    const ran = (place: Place): number => (counts.lines.has(place.line) ? 1 : 0);
    return {
      lines: linesOf(statements, ran),
      branches: counts.hasArcs ? stepsOf(branches, counts) : null,
    };
  }
  const countOf = executedCounts(counts, text);
  return countOf && { lines: linesOf(statements, countOf), branches: pathsOf(branches, countOf) };
}

function linesOf(statements: readonly Place[], countOf: CountOf): Coverage['lines'] {
  const reached = new Map<number, boolean>();
  for (const place of statements) {
    const count = countOf(place);
    if (count !== undefined) reached.set(place.line, (reached.get(place.line) ?? false) || count > 0);
  }
  const lines = [...reached].sort(([a], [b]) => a - b);
  const uncovered: [number, number][] = [];
  let previousMissed = false;
  for (const [line, isReached] of lines) {
    const last = uncovered.at(-1);
    // Lines without a statement between two that were missed are missed too.
    if (!isReached && previousMissed && last) last[1] = line;
    else if (!isReached) uncovered.push([line, line]);
    previousMissed = !isReached;
  }
  return { covered: lines.filter(([, isReached]) => isReached).length, total: lines.length, uncovered };
}

function pathsOf(branches: readonly Branch[], countOf: CountOf): Coverage['branches'] {
  let [covered, total] = [0, 0];
  for (const branch of branches) {
    const written = branch.paths.map((path) => (path === null ? undefined : countOf(path)));
    const sum = written.reduce<number>((all, count) => all + (count ?? 0), 0);
    for (const [index, path] of branch.paths.entries()) {
      const count = path === null ? (countOf(branch) ?? 0) - sum : written[index];
      if (count === undefined) continue;
      total++;
      if (count > 0) covered++;
    }
  }
  return { covered, total };
}

function stepsOf(branches: readonly Branch[], { arcs }: RunCounts): Coverage['branches'] {
  const steps = [...arcs].map((arc) => arc.split(',').map(Number) as [number, number]);
  let [covered, total] = [0, 0];
  for (const { line, conditionLine, paths } of branches) {
    const body = paths[0]?.line ?? 0;
    const targets = steps
      .filter(([from, to]) => from >= line && from <= conditionLine && !(to >= line && to <= conditionLine))
      .map(([, to]) => to);
    total += 2;
    if (targets.includes(body)) covered++;
    if (targets.some((to) => to !== body)) covered++;
  }
  return { covered, total };
}

/** Counts of all processes together. */
function executedCounts(counts: RunCounts, text: string): CountOf | undefined {
  const single = counts.runs.flatMap(({ script, ranges }): CountOf[] => {
    const mapping = mappingOf(script === '' ? text : (counts.scripts.get(script) ?? ''), text);
    if (!mapping) return [];
    const at = countAt(ranges);
    return [
      ({ start, end }) => {
        const offset = mapping.executedOffset(start, end);
        return offset === undefined ? undefined : at(offset);
      },
    ];
  });
  if (single.length === 0) return undefined;
  return (place) =>
    single.reduce<number | undefined>((sum, countOf) => {
      const count = countOf(place);
      return count === undefined ? sum : (sum ?? 0) + Math.max(0, count);
    }, undefined);
}

/** The count of the innermost range around an offset. */
function countAt(ranges: RunCounts['runs'][number]['ranges']): (offset: number) => number {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const starts: { at: number; count: number }[] = [];
  const open: [end: number, count: number][] = [];
  const close = (until: number): void => {
    for (let top = open.at(-1); top && top[0] <= until; top = open.at(-1)) {
      open.pop();
      starts.push({ at: top[0], count: open.at(-1)?.[1] ?? 0 });
    }
  };
  for (const [start, end, count] of sorted) {
    close(start);
    open.push([end, count]);
    starts.push({ at: start, count });
  }
  close(Infinity);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle]?.at ?? Infinity) <= offset) low = middle + 1;
      else high = middle;
    }
    return starts[low - 1]?.count ?? 0;
  };
}
