import { posix } from 'node:path';
import type { SandboxStep } from '../../sandbox/sandbox';
import { packagesOfImage } from './dependencies/imagePackages';
import { findMisfits } from './dependencies/misfit';
import { collectNodePackages } from './dependencies/nodePackages';
import { packageUses } from './dependencies/nodeNeeds';
import type { PackageUse } from './dependencies/nodePackages';
import { foldersAbove } from './discovery/sources';
import {
  KEEP_SOURCES_VARIABLE,
  TEST_FILE_VARIABLE,
  TEST_REPORT_VARIABLE,
  ROOT_VARIABLE,
  SIGNED_VARIABLE,
  TARGET_VARIABLE,
} from './harness/environment';
import { readHarness } from './harnessFiles';
import {
  HARNESS_ROOT,
  insideSandbox,
  LOAD_REPORT,
  PROJECT_FOLDER,
  PROJECT_ROOT,
  testReport,
  WORKING_FOLDER,
} from './layout';
import { manifestFolder } from './runners/chooseRunner';
import { LOAD_STEP, testCommand, testStep, testVariables } from './plan';
import type { Plan, PlanInput, TestGroup } from './plan';

/** Plans the load of a JavaScript or TypeScript file and the run of its tests. Rejects with `UserError` when it can't be sent. */
export async function planNode(input: PlanInput): Promise<Plan> {
  const uses = packageUses(input);
  const [harness, packages] = await Promise.all([
    readHarness(input.harnessDirectory, /\.[cm]js$/),
    input.dependencies
      ? packagesOfImage(input.dependencies)
      : collectNodePackages(input.workspace, uses, input.signal),
  ]);
  const natives = await findMisfits(packages.files, nodePackageOf, input.platform);
  const environment = {
    NODE_OPTIONS: `--import=${HARNESS_ROOT}/register.mjs`,
    [ROOT_VARIABLE]: PROJECT_ROOT,
    [TARGET_VARIABLE]: insideSandbox(input.file.path),
  };
  const load: SandboxStep = {
    name: LOAD_STEP,
    command: ['node', `${HARNESS_ROOT}/load.mjs`, LOAD_REPORT, insideSandbox(input.file.path)],
    cwd: posix.join(PROJECT_FOLDER, manifestFolder(input.sources, input.file.path)),
    env: { ...environment, [KEEP_SOURCES_VARIABLE]: '1', [SIGNED_VARIABLE]: 'load' },
    input: input.keys.load,
    timeoutMs: input.loadTimeoutMs,
  };
  const tests = input.groups.map((group, index) => testRun(input, group, index, environment));
  const siblings = input.dependencies ? [] : siblingLinks(input, uses, packages.links);
  const links = [...packages.links, ...siblings].map(([link, target]) => ({
    path: posix.relative(WORKING_FOLDER, link),
    content: Buffer.alloc(0),
    link: target,
  }));
  return {
    files: [...harness, ...packages.files, ...links],
    steps: input.loadsFile ? [load, ...tests] : tests,
    misfits: [...packages.misfits, ...natives],
  };
}

/** Packages of the workspace that import one another by name, as an installation would link them. */
function siblingLinks(
  { graph, sources }: PlanInput,
  uses: readonly PackageUse[],
  made: readonly [link: string, target: string][],
): [link: string, target: string][] {
  const known = new Set(made.map(([link]) => link));
  const added = new Map<string, string>();
  for (const { name, folder } of uses) {
    const target = graph.javascript.folderOfPackage(name);
    if (target === undefined) continue;
    const places = [...foldersAbove(posix.join(folder, 'x'))].map((place) =>
      insideSandbox(posix.join(place, 'node_modules', name)),
    );
    if (places.some((place) => known.has(place))) continue;
    const owner = manifestFolder(sources, posix.join(folder, 'x'));
    added.set(insideSandbox(posix.join(owner, 'node_modules', name)), insideSandbox(target));
  }
  return [...added];
}

function testRun(
  input: PlanInput,
  group: TestGroup,
  index: number,
  environment: Record<string, string>,
): SandboxStep {
  const files = group.tests.map(({ path }) => insideSandbox(path));
  const report = testReport(index);
  // One file a process and no `--test`: its parent process costs as much again as the file, and can be lied to over a pipe.
  const nodeTest = [
    `--test-reporter=${HARNESS_ROOT}/nodeReporter.mjs`,
    // The reporter writes for itself, where nobody can come between.
    '--test-reporter-destination=/dev/null',
  ];
  return {
    name: testStep(index),
    command: input.isProof
      ? proofCommand(group, files)
      : testCommand(input, [
          'node',
          ...(group.runner === 'node:test'
            ? [...nodeTest, ...chosenTests(group)]
            : [`${HARNESS_ROOT}/${group.runner}Runner.mjs`]),
          ...files,
        ]),
    cwd: posix.join(PROJECT_FOLDER, group.folder),
    env: {
      ...environment,
      ...testVariables(input, group),
      [TEST_REPORT_VARIABLE]: report,
      [SIGNED_VARIABLE]: input.isProof ? 'proof' : group.runner,
      ...(files.length === 1 && files[0] !== undefined ? { [TEST_FILE_VARIABLE]: files[0] } : {}),
    },
    input: input.keys.tests[index] ?? '',
    timeoutMs: input.testTimeoutMs,
    ...(input.reportsAtOnce ? { report } : {}),
  };
}

function chosenTests({ only }: TestGroup): string[] {
  return only === undefined ? [] : [`--test-name-pattern=${only}`];
}

function proofCommand({ runner }: TestGroup, files: readonly string[]): string[] {
  return ['node', `${HARNESS_ROOT}/proofDriver.mjs`, runner, ...files];
}

/** The package that a file below a `node_modules` belongs to. */
export function nodePackageOf(path: string): string {
  const [, name = path] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return name;
}
