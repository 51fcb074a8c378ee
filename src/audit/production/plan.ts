import type { DependencyImage, SandboxFile, SandboxStep } from '../../sandbox/sandbox';
import type { AuditedFile } from '../stage';
import type { ImagePlatform } from './dependencies/imagePlatform';
import type { Misfit } from './dependencies/misfit';
import type { ImportGraph } from './discovery/importGraph';
import type { WorkspaceSources } from './discovery/sources';
import type { CandidateTest } from './discovery/testsOf';
import { COVERAGE_VARIABLE, LOADED_VARIABLE, ONLY_VARIABLE, TARGET_VARIABLE } from './harness/environment';
import { COVERAGE_REPORT, LOAD_MARK, LOADED_REPORT, PROJECT_ROOT } from './layout';
import type { Runner } from './runners/chooseRunner';

/** Test files that one step runs: one runner, one folder to run it in. */
export interface TestGroup {
  runner: Runner;
  /** What speaks for the runner. */
  why: string;
  /** Relative to the workspace. */
  folder: string;
  tests: CandidateTest[];
  /** Only tests whose names, joined by spaces, this regular expression matches; all when left out. */
  only?: string;
}

export interface PlanInput {
  /** Absolute path of the workspace on this machine. */
  workspace: string;
  file: AuditedFile;
  sources: WorkspaceSources;
  graph: ImportGraph;
  groups: TestGroup[];
  /** False for a file that only its runner can load as its project means it. */
  loadsFile: boolean;
  /** The image the sandbox is made from holds the dependencies; undefined sends the workspace's own. */
  dependencies: DependencyImage | undefined;
  /** What the sandbox's image runs on; undefined when that can't be found out. */
  platform: () => Promise<ImagePlatform | undefined>;
  /** What signs the reports of each step. */
  keys: StepKeys;
  /** What is noted of what runs in the test steps; of the file when left out. */
  counts?: 'the file' | 'the project' | 'nothing';
  /** The report of a test step is handed out when the step has ended; it takes some of the time that all steps have. */
  reportsAtOnce?: boolean;
  /** Tries mutants in the test steps instead of running the tests as they are. */
  isProof?: boolean;
  harnessDirectory: string;
  loadTimeoutMs: number;
  testTimeoutMs: number;
  signal: AbortSignal | undefined;
}

/** A key of `createKey` for each step: no step may speak for another. */
interface StepKeys {
  load: string;
  /** By the index of the group. */
  tests: string[];
}

/** What goes into the sandbox beside the snapshot, and what is run there. */
export interface Plan {
  files: SandboxFile[];
  steps: SandboxStep[];
  /** Packages of the workspace whose machine code can't run in the image. */
  misfits: Misfit[];
}

/** The variables that tell the programs of a test step what is chosen and what they note. */
export function testVariables(
  { isProof, counts = 'the file' }: PlanInput,
  { only }: TestGroup,
): Record<string, string> {
  const noted = {
    'the file': { [LOADED_VARIABLE]: LOADED_REPORT, [COVERAGE_VARIABLE]: COVERAGE_REPORT },
    'the project': { [TARGET_VARIABLE]: `${PROJECT_ROOT}/`, [COVERAGE_VARIABLE]: COVERAGE_REPORT },
    nothing: { [TARGET_VARIABLE]: '' },
  };
  return { ...(isProof ? {} : noted[counts]), ...(only === undefined ? {} : { [ONLY_VARIABLE]: only }) };
}

export const LOAD_STEP = 'the file';

/** The name of the step of one group of tests. */
export function testStep(index: number): string {
  return index === 0 ? 'its tests' : `its tests, group ${index + 1}`;
}

/** The command of a test step: when the file is loaded by itself first and that fails, the tests are not started. */
export function testCommand(input: PlanInput, command: string[]): string[] {
  return input.loadsFile ? ['sh', '-c', `[ -e ${LOAD_MARK} ] && exec "$@"`, 'sh', ...command] : command;
}

/** The longest that loading one file may take. */
const MAX_LOAD_MS = 10_000;
/** Left of the sandbox's time when the tests are stopped, so that what they reported so far can still be read. */
const WIND_UP_MS = 2000;

/** How long the steps may take in a sandbox that has `timeoutMs` for all. */
export function stepTimes(timeoutMs: number): Pick<PlanInput, 'loadTimeoutMs' | 'testTimeoutMs'> {
  return {
    loadTimeoutMs: Math.min(MAX_LOAD_MS, Math.round(timeoutMs / 2)),
    testTimeoutMs: Math.max(Math.round(timeoutMs / 2), timeoutMs - WIND_UP_MS),
  };
}
