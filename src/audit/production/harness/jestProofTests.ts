import type { RunFile } from './jestTestRunner';

/* The function with which jest runs each test file, when mutants are tried. */

let watched: RunFile | undefined;

/** To be called once, before jest starts. */
export function prepare(given: RunFile): void {
  watched ??= given;
}

const runFile: RunFile = (...given) => {
  if (!watched) throw new Error('This runs under Seaworthy alone');
  return watched(...given);
};

export default runFile;
