/** Names of the environment variables that tell the harness what is audited and where its reports go. */
export const ROOT_VARIABLE = 'SEAWORTHY_ROOT';
/** A file; with a slash at its end, all files of a folder. */
export const TARGET_VARIABLE = 'SEAWORTHY_TARGET';
export const LOADED_VARIABLE = 'SEAWORTHY_LOADED';
/** The test file of this process and of those it starts, where there is only one. */
export const TEST_FILE_VARIABLE = 'SEAWORTHY_TEST_FILE';
/** Set for the load step alone: keep the text of every module, so that a syntax error can be located. */
export const KEEP_SOURCES_VARIABLE = 'SEAWORTHY_KEEP_SOURCES';

/** File that counts of what ran of the audited file are written to. */
export const COVERAGE_VARIABLE = 'SEAWORTHY_COVERAGE';

/** File that the results of a test run are written to. */
export const TEST_REPORT_VARIABLE = 'SEAWORTHY_TEST_REPORT';

/** Only tests whose names, joined by spaces, this regular expression matches are run. */
export const ONLY_VARIABLE = 'SEAWORTHY_ONLY';

/** The runner of a step whose results are signed with a key that comes over standard input. */
export const SIGNED_VARIABLE = 'SEAWORTHY_SIGNED';

/** What a process that tries mutants takes up, as JSON; set for such a process alone. */
export const PROOF_JOB_VARIABLE = 'SEAWORTHY_PROOF_JOB';

/** Where the module hooks keep what they loaded, by path, for the load step. */
export const MODULE_SOURCES = Symbol.for('seaworthy.moduleSources');

/** `VitestWords` as JSON, for the workers of vitest alone. */
export const VITEST_VARIABLE = 'SEAWORTHY_VITEST';
