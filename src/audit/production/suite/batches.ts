import { familyOf } from '../discovery/importGraph';
import type { TestGroup } from '../plan';
import { patternOf } from './chosenTests';
import type { ChosenTest } from './chosenTests';

/** Test files of one start of a runner; what it says comes when it has ended. */
const FILES_PER_STEP = 8;
/** Test files of one sandbox, which has one time limit for all of them. */
const FILES_PER_SANDBOX = 16;
/** The longest choice of tests that is told to a runner; past it all of the file are run, and the others not shown. */
const MAX_PATTERN = 20_000;

/** Tests of one language and folder, for one sandbox. */
export type Batch = TestGroup[];

/** Divides test files, each with its own group, into sandboxes that are not too long in coming back. */
export function batchesOf(
  groups: readonly TestGroup[],
  chosen: ReadonlyMap<string, readonly ChosenTest[]>,
): Batch[] {
  const steps = new Map<string, TestGroup[]>();
  for (const group of groups) {
    const [test] = group.tests;
    if (!test) continue;
    const only = patternFor(chosen.get(test.path));
    const family = `${familyOf(test.path) ?? ''}\0${group.folder}`;
    const known = steps.get(family) ?? [];
    steps.set(family, known);
    const open = known.findLast(({ runner }) => runner === group.runner);
    const hasRoom = open && open.only === undefined && open.tests.length < FILES_PER_STEP;
    // With node:test each file is a process of its own.
    if (hasRoom && only === undefined && group.runner !== 'node:test') open.tests.push(test);
    else known.push({ ...group, tests: [test], ...(only === undefined ? {} : { only }) });
  }
  return [...steps.values()].flatMap(inSandboxes);
}

function patternFor(chosen: readonly ChosenTest[] | undefined): string | undefined {
  const pattern = chosen && patternOf(chosen);
  return pattern !== undefined && pattern.length <= MAX_PATTERN ? pattern : undefined;
}

function inSandboxes(steps: readonly TestGroup[]): Batch[] {
  const batches: Batch[] = [];
  let count = Infinity;
  for (const step of steps) {
    if (count + step.tests.length > FILES_PER_SANDBOX) {
      batches.push([]);
      count = 0;
    }
    batches.at(-1)?.push(step);
    count += step.tests.length;
  }
  return batches;
}
