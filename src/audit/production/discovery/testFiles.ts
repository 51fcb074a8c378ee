import { posix } from 'node:path';
import { familyOf } from './importGraph';
import type { ImportGraph } from './importGraph';
import { JAVASCRIPT_TEST_NAME, NO_TESTS_BELOW, PYTHON_TEST_NAME, TEST_FOLDER } from './testNames';

const TEST_FUNCTIONS = ['describe', 'it', 'test', 'suite', 'specify', 'context'];

/** Modules that a test gets its test functions from. */
const TEST_MODULES = new Map([
  ['node:test', 'node:test'],
  ['test', 'node:test'],
  ['mocha', 'mocha'],
  ['vitest', 'vitest'],
  ['@jest/globals', 'jest'],
  ['ava', 'ava'],
  ['tape', 'tape'],
  ['tap', 'tap'],
  ['uvu', 'uvu'],
  ['qunit', 'QUnit'],
  ['jasmine', 'jasmine'],
  ['bun:test', "Bun's test runner"],
  ['@playwright/test', 'Playwright'],
  ['@japa/runner', 'Japa'],
  ['@hapi/lab', 'lab'],
]);

/** The runner a test file names itself by what it imports. */
export function importedRunner(graph: ImportGraph, path: string): string | undefined {
  for (const { specifier, kind } of graph.javascriptScan(path).imports) {
    const runner = kind === 'type' ? undefined : TEST_MODULES.get(specifier);
    if (runner) return runner;
  }
  return undefined;
}

/** Whether a file calls `describe`, `it`, `test` or the like. */
export function usesTestFunctions(graph: ImportGraph, path: string): boolean {
  const { calls } = graph.javascriptScan(path);
  return TEST_FUNCTIONS.some((name) => calls.has(name));
}

/** A file name without folder, extension and the marks of a test: `foo` for `foo.test.ts`, `test_foo.py` and `foo.py`. */
export function subjectName(path: string): string {
  const stem = posix.basename(path).replace(/(?:\.d)?\.[cm]?[jt]sx?$|\.py$/, '');
  return stem.replace(/^tests?[-_.]|[-_.](?:tests?|spec)$/g, '').toLowerCase();
}

/** Whether `path` holds tests, by its name and folder, and in doubt by what it calls. */
export function isTestFile(graph: ImportGraph, path: string): boolean {
  const stem = posix.basename(path).replace(/\.[^.]+$/, '');
  if (stem.endsWith('.d') || NO_TESTS_BELOW.test(path)) return false;
  if (familyOf(path) === 'python') {
    const scan = graph.pythonScan(path);
    if (PYTHON_TEST_NAME.test(stem)) return scan.hasTests || scan.hasTestCase;
    return TEST_FOLDER.test(path) && stem !== 'conftest' && scan.hasTestCase;
  }
  if (/\.(?:test|spec)$/.test(stem)) return true;
  const mayBeTest =
    TEST_FOLDER.test(path) || JAVASCRIPT_TEST_NAME.test(stem) || importedRunner(graph, path) !== undefined;
  return mayBeTest && usesTestFunctions(graph, path);
}
