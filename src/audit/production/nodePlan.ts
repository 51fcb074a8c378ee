import { posix } from 'node:path';
import type { SandboxStep } from '../../sandbox/sandbox';
import { packagesOfImage } from './dependencies/imagePackages';
import { collectNodePackages } from './dependencies/nodePackages';
import { packageUses } from './dependencies/nodeNeeds';
import {
  COVERAGE_VARIABLE,
  KEEP_SOURCES_VARIABLE,
  LINKS_FILE,
  LOADED_VARIABLE,
  TEST_FILE_VARIABLE,
  TEST_REPORT_VARIABLE,
  ROOT_VARIABLE,
  TARGET_VARIABLE,
} from './harness/environment';
import { readHarness } from './harnessFiles';
import {
  COVERAGE_REPORT,
  HARNESS_FOLDER,
  HARNESS_ROOT,
  insideSandbox,
  LOAD_REPORT,
  LOADED_REPORT,
  PROJECT_FOLDER,
  PROJECT_ROOT,
  testReport,
} from './layout';
import { manifestFolder } from './runners/chooseRunner';
import { LOAD_STEP, testCommand, testStep } from './plan';
import type { Plan, PlanInput, TestGroup } from './plan';

/** Plans the load of a JavaScript or TypeScript file and the run of its tests. Rejects with `UserError` when it can't be sent. */
export async function planNode(input: PlanInput): Promise<Plan> {
  const [harness, packages] = await Promise.all([
    readHarness(input.harnessDirectory, /\.[cm]js$/),
    input.dependencies
      ? packagesOfImage(input.dependencies)
      : collectNodePackages(input.workspace, packageUses(input), input.signal),
  ]);
  const links = {
    path: `${HARNESS_FOLDER}/${LINKS_FILE}`,
    content: Buffer.from(JSON.stringify(packages.links)),
  };
  const environment = {
    NODE_OPTIONS: `--import=${HARNESS_ROOT}/register.mjs`,
    [ROOT_VARIABLE]: PROJECT_ROOT,
    [TARGET_VARIABLE]: insideSandbox(input.file.path),
  };
  const load: SandboxStep = {
    name: LOAD_STEP,
    command: [
      'node',
      `${HARNESS_ROOT}/load.mjs`,
      LOAD_REPORT,
      ...(input.loadsFile ? [insideSandbox(input.file.path)] : []),
    ],
    cwd: posix.join(PROJECT_FOLDER, manifestFolder(input.sources, input.file.path)),
    env: { ...environment, [KEEP_SOURCES_VARIABLE]: '1' },
    timeoutMs: input.loadTimeoutMs,
  };
  const tests = input.groups.map((group, index) => testRun(input, group, index, environment));
  // The load step makes the links between packages as well.
  const isLoadNeeded = input.loadsFile || packages.links.length > 0;
  return {
    files: [...harness, links, ...packages.files],
    steps: isLoadNeeded ? [load, ...tests] : tests,
    ...(packages.foreign === undefined ? {} : { foreignSystem: packages.foreign }),
  };
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
    '--test-force-exit',
    `--test-reporter=${HARNESS_ROOT}/nodeReporter.mjs`,
    `--test-reporter-destination=${report}`,
  ];
  return {
    name: testStep(index),
    command: testCommand(input, [
      'node',
      ...(group.runner === 'node:test' ? nodeTest : [`${HARNESS_ROOT}/${group.runner}Runner.mjs`]),
      ...files,
    ]),
    cwd: posix.join(PROJECT_FOLDER, group.folder),
    env: {
      ...environment,
      [LOADED_VARIABLE]: LOADED_REPORT,
      [COVERAGE_VARIABLE]: COVERAGE_REPORT,
      [TEST_REPORT_VARIABLE]: report,
      ...(files.length === 1 && files[0] !== undefined ? { [TEST_FILE_VARIABLE]: files[0] } : {}),
    },
    timeoutMs: input.testTimeoutMs,
  };
}
