import type { SandboxResult, SandboxStepResult } from '../../sandbox/sandbox';
import type { Snapshot } from '../../sandbox/snapshot';
import { familyOf } from './discovery/importGraph';
import { replacesByMock } from './discovery/mocks';
import type { Evidence } from './evidence';
import { LOAD_REPORT, LOADED_REPORT, testReport } from './layout';
import { notSentFrom } from './notSent';
import { mayBeNodePackage, mayBePythonPackage } from './packages';
import { LOAD_STEP, testStep } from './plan';
import type { PlanInput } from './plan';
import { parseReport } from './report/parseReport';

/** Puts together what was asked of a sandbox and what came of it. */
export function gatherEvidence(
  input: PlanInput,
  ended: SandboxResult,
  unsupported: string[],
  withheld: Snapshot['withheld'],
): Evidence {
  const { file, sources, graph } = input;
  const step = (name: string): SandboxStepResult =>
    ended.steps.find((result) => result.name === name) ?? {
      name,
      exitCode: undefined,
      timedOut: false,
      stdout: '',
      stderr: '',
    };
  const tests = input.groups.flatMap((group) => group.tests);
  const mocking = new Set(
    tests.filter(({ path }) => replacesByMock(path, file.path, graph, sources)).map(({ path }) => path),
  );
  const { loadedBy } = parseReport(ended.reports.get(LOADED_REPORT));
  return {
    file,
    end: ended.end,
    detail: ended.detail,
    load: input.loadsFile
      ? {
          step: step(LOAD_STEP),
          report: parseReport(ended.reports.get(LOAD_REPORT), input.keys.load),
          timeoutMs: input.loadTimeoutMs,
        }
      : undefined,
    loadedBy: new Set([...loadedBy].filter((path) => !mocking.has(path))),
    runs: input.groups.map((group, index) => ({
      runner: group.runner,
      folder: group.folder,
      files: group.tests.map(({ path }) => path),
      importing: new Set(
        group.tests.filter(({ path, imports }) => imports && !mocking.has(path)).map(({ path }) => path),
      ),
      step: step(testStep(index)),
      report: parseReport(ended.reports.get(testReport(index)), input.keys.tests[index]),
      key: input.keys.tests[index] ?? '',
    })),
    testTimeoutMs: input.testTimeoutMs,
    unsupported,
    mayBePackage: mayBePackageOf(input),
    notSent: notSentFrom(input.workspace, withheld, sources, graph),
    text: (path) => (path === file.path ? file.text : sources.text(path)),
  };
}

/** Whether a module that could not be found is a package that only needs to be installed. */
export function mayBePackageOf({ file, graph, sources }: PlanInput): Evidence['mayBePackage'] {
  return familyOf(file.path) === 'python'
    ? (importer, specifier) => mayBePythonPackage(graph, importer, specifier)
    : (importer, specifier) => mayBeNodePackage(sources, importer, specifier);
}
