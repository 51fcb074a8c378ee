import { posix } from 'node:path';

/*
 * Where things lie inside a sandbox. Files of a request are relative to the working folder; what a program is told has to
 * be absolute.
 */
export const WORKING_FOLDER = '/work';

/** The snapshot of the workspace, relative to the sandbox's working folder. */
export const PROJECT_FOLDER = 'src';
/** Our own programs that load the file and run its tests. */
export const HARNESS_FOLDER = 'seaworthy';
/** Packages of a virtual environment. */
export const SITE_FOLDER = 'site';

export const PROJECT_ROOT = `${WORKING_FOLDER}/${PROJECT_FOLDER}`;
export const HARNESS_ROOT = `${WORKING_FOLDER}/${HARNESS_FOLDER}`;
export const SITE_ROOT = `${WORKING_FOLDER}/${SITE_FOLDER}`;

/** What the programs that try mutants are to do, in the harness's folder. */
export const MUTANTS_FILE = 'mutants.json';

export const LOAD_REPORT = '/tmp/seaworthy-load.ndjson';
/** Exists once the file has been loaded; tests are not worth starting without it. */
export const LOAD_MARK = `${LOAD_REPORT}.ok`;
export const LOADED_REPORT = '/tmp/seaworthy-loaded.ndjson';

/** What ran of the audited file in all test steps. */
export const COVERAGE_REPORT = '/tmp/seaworthy-coverage.ndjson';

/** The report of one test step. */
export function testReport(index: number): string {
  return `/tmp/seaworthy-tests-${index}.ndjson`;
}

/** The path inside the sandbox of a file or folder of the workspace. */
export function insideSandbox(path: string): string {
  return path === '' ? PROJECT_ROOT : `${PROJECT_ROOT}/${path}`;
}

/** The workspace path of a path inside the sandbox; undefined when it does not lie in the project. */
export function insideWorkspace(path: string): string | undefined {
  const normal = posix.normalize(path);
  return normal.startsWith(`${PROJECT_ROOT}/`) ? normal.slice(PROJECT_ROOT.length + 1) : undefined;
}
