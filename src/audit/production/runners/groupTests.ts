import type { UsedRunner } from '../../report';
import type { RunnerChoice } from '../../testSettings';
import type { ImportGraph } from '../discovery/importGraph';
import { familyOf } from '../discovery/importGraph';
import type { WorkspaceSources } from '../discovery/sources';
import type { CandidateTest } from '../discovery/testsOf';
import type { TestGroup } from '../plan';
import { findRunner, runnerFolder } from './chooseRunner';

/** The steps that tests are run in, and the runners among theirs that there is no plan for. */
export function groupTests(
  tests: readonly CandidateTest[],
  graph: ImportGraph,
  sources: WorkspaceSources,
  chosen: Exclude<RunnerChoice, 'script'>,
): { groups: TestGroup[]; unsupported: string[] } {
  const groups = new Map<string, TestGroup>();
  const unsupported = new Set<string>();
  for (const test of tests) {
    const choice = findRunner(test.path, graph, sources, chosen);
    if ('unsupported' in choice) {
      unsupported.add(choice.unsupported);
      continue;
    }
    const isPython = familyOf(test.path) === 'python';
    const folder = isPython
      ? graph.python.projectFolder(test.path)
      : runnerFolder(choice.runner, test.path, sources);
    const key = [choice.runner, folder, choice.runner === 'node:test' ? test.path : ''].join('\0');
    const group = groups.get(key) ?? { runner: choice.runner, folder, why: choice.why, tests: [] };
    group.tests.push(test);
    groups.set(key, group);
  }
  return { groups: [...groups.values()], unsupported: [...unsupported] };
}

/** The runners of `groups` as a report shows them. */
export function usedRunners(groups: readonly TestGroup[]): UsedRunner[] {
  const used = new Map<string, UsedRunner>();
  for (const { runner, why, tests } of groups) {
    const name = runner === 'python' ? 'pytest, or unittest without it' : runner;
    const key = `${name}\0${why}`;
    const known = used.get(key) ?? { name, why, tests: [] };
    known.tests.push(...tests.map(({ path }) => path));
    used.set(key, known);
  }
  return [...used.values()];
}
