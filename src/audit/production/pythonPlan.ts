import { posix } from 'node:path';
import type { SandboxStep } from '../../sandbox/sandbox';
import { findMisfits } from './dependencies/misfit';
import { collectPythonPackages } from './dependencies/pythonPackages';
import type { PytestUse } from './dependencies/pythonPackages';
import { foldersAbove } from './discovery/sources';
import { ROOT_VARIABLE, SIGNED_VARIABLE, TARGET_VARIABLE } from './harness/environment';
import { readHarness } from './harnessFiles';
import {
  HARNESS_ROOT,
  insideSandbox,
  LOAD_REPORT,
  MUTANTS_FILE,
  PROJECT_FOLDER,
  PROJECT_ROOT,
  SITE_FOLDER,
  SITE_ROOT,
  testReport,
} from './layout';
import { LOAD_STEP, testCommand, testStep, testVariables } from './plan';
import type { Plan, PlanInput, TestGroup } from './plan';

/** Read by the harness's `sitecustomize.py`: folders to import from, behind the standard library. */
const PATH_VARIABLE = 'SEAWORTHY_PATH';

/** What Python code of the workspace needs around it: the programs of the harness, packages, and where to import from. */
interface PythonSurroundings extends Omit<Plan, 'steps'> {
  /** Variables for a program that starts from the file at `path`. */
  environment: (path: string) => Record<string, string>;
}

/** Gathers what the `involved` files import. Rejects with `UserError` when it can't be sent. */
export async function pythonSurroundings(
  input: PlanInput,
  involved: ReadonlySet<string>,
  pytest: PytestUse,
): Promise<PythonSurroundings> {
  const { file, graph, groups } = input;
  const environments = [
    '',
    ...[file.path, ...groups.flatMap(({ tests }) => tests.map(({ path }) => path))].map((path) =>
      graph.python.projectFolder(path),
    ),
  ];
  const [harness, packages] = await Promise.all([
    readHarness(input.harnessDirectory, /\.py$/),
    input.dependencies
      ? []
      : collectPythonPackages(
          input.workspace,
          environments.reverse(),
          outsideModules(input, involved),
          pytest,
          input.signal,
        ),
  ]);
  return {
    files: [...harness, ...packages],
    misfits: await findMisfits(packages, sitePackageOf, input.platform),
    environment: (path) => ({
      PYTHONPATH: HARNESS_ROOT,
      [PATH_VARIABLE]: [
        ...graph.python.importRoots(path).map(insideSandbox),
        input.dependencies?.site ?? SITE_ROOT,
      ].join(':'),
      [ROOT_VARIABLE]: PROJECT_ROOT,
      [TARGET_VARIABLE]: insideSandbox(file.path),
    }),
  };
}

/** Plans the load of a Python file and the run of its tests. Rejects with `UserError` when it can't be sent. */
export async function planPython(input: PlanInput): Promise<Plan> {
  const { file, graph, groups } = input;
  const pytest = groups.some(({ runner }) => runner !== 'unittest') ? 'for results' : 'none';
  const { files, misfits, environment } = await pythonSurroundings(input, involvedFiles(input), pytest);
  const module = graph.python.moduleOf(file.path);
  const load: SandboxStep = {
    name: LOAD_STEP,
    command: [
      'python3',
      `${HARNESS_ROOT}/seaworthy_load.py`,
      insideSandbox(file.path),
      module.name,
      LOAD_REPORT,
    ],
    cwd: posix.join(PROJECT_FOLDER, graph.python.projectFolder(file.path)),
    env: { ...environment(file.path), [SIGNED_VARIABLE]: 'load' },
    input: input.keys.load,
    timeoutMs: input.loadTimeoutMs,
  };
  const tests = groups.map((group, index) =>
    testRun(input, group, index, environment(group.tests[0]?.path ?? file.path)),
  );
  return { files, steps: input.loadsFile ? [load, ...tests] : tests, misfits };
}

function testRun(
  input: PlanInput,
  group: TestGroup,
  index: number,
  environment: Record<string, string>,
): SandboxStep {
  const files = group.tests.map(({ path }) => insideSandbox(path));
  const report = testReport(index);
  const command = input.isProof
    ? proofCommand(group, report, files)
    : group.runner === 'unittest'
      ? ['python3', `${HARNESS_ROOT}/seaworthy_unittest.py`, report, ...files]
      : [
          'python3',
          `${HARNESS_ROOT}/seaworthy_pytest.py`,
          report,
          group.runner === 'python' ? 'unittest' : 'none',
          ...files,
        ];
  return {
    name: testStep(index),
    command: testCommand(input, command),
    cwd: posix.join(PROJECT_FOLDER, group.folder),
    env: {
      ...environment,
      ...testVariables(input, group),
      [SIGNED_VARIABLE]: group.runner,
    },
    input: input.keys.tests[index] ?? '',
    timeoutMs: input.testTimeoutMs,
    ...(input.reportsAtOnce ? { report } : {}),
  };
}

function proofCommand({ runner }: TestGroup, report: string, files: readonly string[]): string[] {
  const kind = runner === 'unittest' ? 'unittest' : 'pytest';
  return [
    'python3',
    `${HARNESS_ROOT}/seaworthy_mutants.py`,
    report,
    `${HARNESS_ROOT}/${MUTANTS_FILE}`,
    kind,
    runner === 'python' ? 'unittest' : 'none',
    ...files,
  ];
}

/** The audited file, its tests, the conftest files that pytest loads for them, and all that these import. */
function involvedFiles({ file, graph, groups, sources }: PlanInput): Set<string> {
  const tests = groups.flatMap((group) => group.tests.map(({ path }) => path));
  const fixtures = tests.flatMap((path) =>
    foldersAbove(path).map((folder) => posix.join(folder, 'conftest.py')),
  );
  return graph.closure([file.path, ...tests, ...fixtures.filter((path) => sources.has(path))]);
}

/** Top-level modules that the involved files import and the workspace does not hold. */
function outsideModules({ graph }: PlanInput, involved: ReadonlySet<string>): Set<string> {
  const modules = new Set<string>();
  for (const path of involved) {
    for (const reference of graph.pythonScan(path).imports) {
      if (reference.level > 0 || graph.python.resolve(path, reference).length > 0) continue;
      modules.add(reference.module.split('.')[0] ?? '');
    }
  }
  return modules;
}

/** The top-level package or module that a file of a virtual environment belongs to. */
function sitePackageOf(path: string): string {
  return posix.relative(SITE_FOLDER, path).split(/[/.]/)[0] ?? path;
}
