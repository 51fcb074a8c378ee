/*
 * What the harness writes to its report files, one JSON object a line. Paths are absolute inside the sandbox, lines 1-based.
 * The host reads all of this as hostile data: the audited code shares a process with whatever writes it.
 */

/** The audited file was loaded in a process of a test run; `by` is the test file when that is known. */
export interface LoadedRecord {
  type: 'loaded';
  file: string;
  by: string;
}

/** Text of a counted file as it was executed; `id` is what coverage records call it by. */
export interface ScriptRecord {
  type: 'script';
  id: string;
  code: string;
}

/** How often stretches of a counted file ran in one process, or under one test file. */
export interface ScriptCoverageRecord {
  type: 'coverage';
  file: string;
  by: string;
  /** Of a `ScriptRecord`; empty when the text of the file itself was executed. */
  script: string;
  /** Offsets in the executed text and a count; of two that overlap the inner one holds. */
  ranges: [start: number, end: number, count: number][];
}

/**
 * Lines of a counted Python file that ran in one process, or under the test file `by`, and steps from line to line;
 * negative ones enter or leave.
 */
export interface LineCoverageRecord {
  type: 'lines';
  file: string;
  by?: string;
  lines: number[];
  arcs: [from: number, to: number][];
}

/** How loading the audited file by itself went. */
export interface LoadRecord {
  type: 'load';
  /** `exited`: the code ended the process itself. `stuck`: it waits for something that never comes. */
  status: 'loaded' | 'failed' | 'exited' | 'stuck' | 'unsupported';
  name?: string;
  message?: string;
  file?: string;
  line?: number;
  /** Name of a module that could not be found, as it was written. */
  missing?: string;
  exitCode?: number;
}

export interface TestRecord {
  type: 'test';
  file: string;
  /** The names of the suites around it and its own, joined with ` > `. */
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  line?: number;
  /** Why it failed or was skipped. */
  message?: string;
  /** What an assertion that failed has compared, as text. */
  expected?: string;
  actual?: string;
  /** How long it took, rounded. */
  durationMs?: number;
  /** Of one that counts as skipped: it is still to be written, or failed as it was expected to. */
  kind?: 'todo' | 'expected failure';
  /** How often it was run until it passed, when that was more than once. */
  tries?: number;
  /** True when it failed only because a test inside it did. */
  derived?: boolean;
}

/** A test file has come to its end with all of its tests reported. */
export interface FileRecord {
  type: 'file';
  file: string;
}

/** A test file could not be run at all. */
export interface FileErrorRecord {
  type: 'file-error';
  file: string;
  message: string;
  line?: number;
  missing?: string;
}

/** The runner itself is not there or did not start. */
export interface UnavailableRecord {
  type: 'unavailable';
  message: string;
}

/** What the project's configuration says that changes what a run means, and what was made of it. */
export interface ConfigurationRecord {
  type: 'configuration';
  message: string;
}

/** The results say nothing, for the reason in `message`. */
export interface DistrustRecord {
  type: 'distrust';
  message: string;
}

/** A test that the harness added after the project's own, of which it is known how it must end. */
export interface CanaryRecord {
  type: 'canary';
  /** The test file it was added to, where each has its own. */
  file?: string;
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  message?: string;
}

export interface EndRecord {
  type: 'end';
  passed: number;
  failed: number;
  skipped: number;
}

export type HarnessRecord =
  | LoadedRecord
  | LoadRecord
  | TestRecord
  | FileRecord
  | FileErrorRecord
  | UnavailableRecord
  | DistrustRecord
  | ConfigurationRecord
  | CanaryRecord
  | EndRecord;
