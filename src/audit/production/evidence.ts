import type { SandboxEnd, SandboxStepResult } from '../../sandbox/sandbox';
import type { AuditedFile } from '../stage';
import type { NotSent } from './notSent';
import type { Report } from './report/parseReport';
import type { Runner } from './runners/chooseRunner';

/** One test step as it was asked for, with what came of it. */
export interface TestRun {
  runner: Runner;
  /** Folder the tests were run in, relative to the workspace. */
  folder: string;
  /** Test files asked for, relative to the workspace. */
  files: string[];
  /** Those of them that reach the audited file by imports. */
  importing: ReadonlySet<string>;
  step: SandboxStepResult;
  report: Report;
  /** What the report was signed with. */
  key: string;
}

/** All that is known after the sandbox has ended. */
export interface Evidence {
  file: AuditedFile;
  end: SandboxEnd;
  /** The sandbox's own sentence when `end` is not `finished`. */
  detail: string;
  /** Undefined when the file was not loaded by itself: it is a test, or its tests' runner has modules of its own. */
  load: { step: SandboxStepResult; report: Report; timeoutMs: number } | undefined;
  /** Test files under which the audited file was seen to be loaded; an empty string where that is not known. */
  loadedBy: ReadonlySet<string>;
  runs: TestRun[];
  testTimeoutMs: number;
  /** Runners of tests that belong to the file and can't be run yet. */
  unsupported: string[];
  /** Whether a module that could not be found is a package the project may well expect to be installed. */
  mayBePackage(importer: string, specifier: string): boolean;
  /** What the workspace has and the sandbox did not get. */
  notSent: NotSent;
  /** Text of a file of the workspace. */
  text(path: string): string | undefined;
}
