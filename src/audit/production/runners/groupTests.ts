import type { ImportGraph } from '../discovery/importGraph';
import { familyOf } from '../discovery/importGraph';
import type { WorkspaceSources } from '../discovery/sources';
import type { CandidateTest } from '../discovery/testsOf';
import type { TestGroup } from '../plan';
import { chooseRunner, runnerFolder } from './chooseRunner';

/** The steps that tests are run in, and the runners among theirs that there is no plan for. */
export function groupTests(
  tests: readonly CandidateTest[],
  graph: ImportGraph,
  sources: WorkspaceSources,
): { groups: TestGroup[]; unsupported: string[] } {
  const groups = new Map<string, TestGroup>();
  const unsupported = new Set<string>();
  for (const test of tests) {
    const choice = chooseRunner(test.path, graph, sources);
    if ('unsupported' in choice) {
      unsupported.add(choice.unsupported);
      continue;
    }
    const isPython = familyOf(test.path) === 'python';
    const folder = isPython
      ? graph.python.projectFolder(test.path)
      : runnerFolder(choice.runner, test.path, sources);
    const key = [choice.runner, folder, choice.runner === 'node:test' ? test.path : ''].join('\0');
    const group = groups.get(key) ?? { runner: choice.runner, folder, tests: [] };
    group.tests.push(test);
    groups.set(key, group);
  }
  return { groups: [...groups.values()], unsupported: [...unsupported] };
}
