import type { Branch, Coverable, Place } from '../../coverable';
import type { Coverage } from '../../report';
import { parseCoverage } from './parseCoverage';
import type { RunCounts } from './parseCoverage';
import { mappingOf } from './sourceMap';

/** How often a place ran; undefined when it is not part of what was executed, as with types. */
type CountOf = (place: Place) => number | undefined;

/** What was reached of the places of a file. */
export interface Reached {
  /** Without those that were not part of what was executed. */
  statements: { place: Place; count: number }[];
  /** Null where steps are not known. */
  branches: ReachedBranch[] | null;
}

/**
 * How often the statements and branches of a file ran. What there is to reach comes from the text, what was reached from
 * the sandbox: nothing the code reports can lie outside of the file. Undefined when nothing that was reported fits the text.
 */
export function reachedIn(
  counts: RunCounts,
  text: string,
  { statements, branches }: Coverable,
): Reached | undefined {
  const byLine = (place: Place): number => (counts.lines.has(place.line) ? 1 : 0);
  const countOf = counts.hasLines ? byLine : executedCounts(counts, text);
  if (!countOf) return undefined;
  const counted = statements.flatMap((place) => {
    const count = countOf(place);
    return count === undefined ? [] : [{ place, count }];
  });
  if (!counts.hasLines) return { statements: counted, branches: pathsOf(branches, countOf) };
  return { statements: counted, branches: counts.hasArcs ? stepsOf(branches, counts) : null };
}

/** Which lines and branches of a file its tests reached; see `reachedIn`. Undefined when nothing usable was reported. */
export function measureCoverage(
  report: Buffer | undefined,
  text: string,
  places: Coverable,
): Coverage | undefined {
  const counts = parseCoverage(report);
  const reached = counts && reachedIn(counts, text, places);
  if (!reached) return undefined;
  return { lines: linesOf(reached.statements), branches: reached.branches && totalOf(reached.branches) };
}

function linesOf(statements: Reached['statements']): Coverage['lines'] {
  const reached = new Map<number, boolean>();
  for (const { place, count } of statements)
    reached.set(place.line, (reached.get(place.line) ?? false) || count > 0);
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

/** A decision with how often each way on from it was taken; ways that were not part of what ran are left out. */
interface ReachedBranch extends Place {
  paths: { place: Place | null; count: number }[];
}

function totalOf(branches: readonly ReachedBranch[]): Coverage['branches'] {
  const paths = branches.flatMap((branch) => branch.paths);
  return { covered: paths.filter(({ count }) => count > 0).length, total: paths.length };
}

/** Of code whose stretches are counted. */
function pathsOf(branches: readonly Branch[], countOf: CountOf): ReachedBranch[] {
  return branches.map((branch) => {
    const written = branch.paths.map((path) => (path === null ? undefined : countOf(path)));
    const sum = written.reduce<number>((all, count) => all + (count ?? 0), 0);
    const paths = branch.paths.flatMap((place, index) => {
      const count = place === null ? (countOf(branch) ?? 0) - sum : written[index];
      return count === undefined ? [] : [{ place, count: Math.max(0, count) }];
    });
    return { ...placeOf(branch), paths };
  });
}

/** Of code whose steps from line to line are known. */
function stepsOf(branches: readonly Branch[], { arcs }: RunCounts): ReachedBranch[] {
  const steps = [...arcs].map((arc) => arc.split(',').map(Number) as [number, number]);
  return branches.map((branch) => {
    const { line, conditionLine, paths } = branch;
    const body = paths[0]?.line ?? 0;
    const targets = steps
      .filter(([from, to]) => from >= line && from <= conditionLine && !(to >= line && to <= conditionLine))
      .map(([, to]) => to);
    const taken = [targets.includes(body), targets.some((to) => to !== body)];
    return {
      ...placeOf(branch),
      paths: taken.map((isTaken, index) => ({ place: paths[index] ?? null, count: isTaken ? 1 : 0 })),
    };
  });
}

function placeOf({ line, start, end }: Place): Place {
  return { line, start, end };
}

/** Counts of all processes together; undefined when none of what was executed can be found in the text. */
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
