import type { Task } from './task';

/** So many tasks have to wait for one that it is worth saying. */
const BOTTLENECK = 3;

/** A plan in the order of need. All by ids. */
export interface Phases {
  /** Each task is in exactly one; what it depends on is in earlier ones, or with it in a cycle. */
  phases: readonly (readonly string[])[];
  /** Tasks that wait for each other, so that none of them can begin; one that waits for itself too. */
  cycles: readonly (readonly string[])[];
  /** What tasks depend on and the plan does not have. */
  unknown: readonly { task: string; dependency: string }[];
  /** Tasks that at least three others depend on, the most needed first. */
  bottlenecks: readonly { task: string; dependants: number }[];
}

type Node = Pick<Task, 'id' | 'dependencies'>;

/**
 * Divides tasks into phases: the phase of a task is one more than the highest of what it depends on. Tasks of a cycle are in one
 * phase together. Tasks have ids of their own each.
 */
export function divide(tasks: readonly Node[]): Phases {
  const known = new Map(tasks.map((task) => [task.id, task]));
  const needs = new Map(
    tasks.map(({ id, dependencies }) => [id, [...new Set(dependencies)].filter((each) => known.has(each))]),
  );
  const groups = groupsOf(needs);
  const level = new Map<string, number>();
  // A group comes after all that it needs.
  for (const group of groups) {
    const inside = new Set(group);
    const outside = group.flatMap((id) => (needs.get(id) ?? []).filter((each) => !inside.has(each)));
    const own = 1 + outside.reduce((highest, each) => Math.max(highest, level.get(each) ?? 0), 0);
    for (const id of group) level.set(id, own);
  }
  const phases: string[][] = [];
  for (const { id } of tasks) (phases[(level.get(id) ?? 1) - 1] ??= []).push(id);
  const order = new Map(tasks.map(({ id }, index) => [id, index]));
  const inOrder = (ids: readonly string[]): string[] =>
    [...ids].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  const cycles = groups.filter(
    ([first = '', ...more]) => more.length > 0 || needs.get(first)?.includes(first) === true,
  );
  return {
    phases,
    cycles: cycles.map(inOrder),
    unknown: tasks.flatMap(({ id, dependencies }) =>
      [...new Set(dependencies)].flatMap((each) => (known.has(each) ? [] : [{ task: id, dependency: each }])),
    ),
    bottlenecks: bottlenecksOf(needs),
  };
}

function bottlenecksOf(needs: ReadonlyMap<string, readonly string[]>): Phases['bottlenecks'] {
  const dependants = new Map<string, number>();
  for (const [id, needed] of needs)
    for (const each of needed) if (each !== id) dependants.set(each, (dependants.get(each) ?? 0) + 1);
  return [...dependants]
    .filter(([, number]) => number >= BOTTLENECK)
    .sort((a, b) => b[1] - a[1])
    .map(([task, number]) => ({ task, dependants: number }));
}

/**
 * Strongly connected components (R. Tarjan, "Depth-first search and linear graph algorithms", 1972), each after those it needs.
 * Without recursion, since a plan may be one long chain.
 */
function groupsOf(needs: ReadonlyMap<string, readonly string[]>): string[][] {
  const groups: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const visit = (id: string): { id: string; rest: Iterator<string> } => {
    index.set(id, index.size);
    low.set(id, index.size - 1);
    open.push(id);
    isOpen.add(id);
    return { id, rest: (needs.get(id) ?? [])[Symbol.iterator]() };
  };
  const lower = (id: string, to: number | undefined): void => {
    low.set(id, Math.min(low.get(id) ?? Infinity, to ?? Infinity));
  };
  for (const root of needs.keys()) {
    if (index.has(root)) continue;
    const path = [visit(root)];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.rest.next();
      if (!next.done) {
        if (!index.has(next.value)) path.push(visit(next.value));
        else if (isOpen.has(next.value)) lower(top.id, index.get(next.value));
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above) lower(above.id, low.get(top.id));
      if (low.get(top.id) !== index.get(top.id)) continue;
      const group = open.splice(open.lastIndexOf(top.id));
      for (const id of group) isOpen.delete(id);
      groups.push(group);
    }
  }
  return groups;
}
