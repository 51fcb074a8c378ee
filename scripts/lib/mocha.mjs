import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readCounts } from './counts.mjs';
import { root } from './paths.mjs';
import { runCaptured, runInTerminal, tail } from './process.mjs';

const MINUTE = 60_000;

/** The file of a program that a package brings. */
export const bin = (name) => path.join(root, 'node_modules', ...name.split('/'));

/** The argument that makes Node.js understand TypeScript; not known before the packages are installed. */
export const typescriptSupport = () => `--import=${import.meta.resolve('tsx')}`;

/**
 * @typedef {{grep?: string, testLimitMs: number, limitMs: number, env?: NodeJS.ProcessEnv}} MochaOptions
 *   testLimitMs: for each test; limitMs: for all
 */

/**
 * Runs test files in one process, printing as it goes.
 * @param {string[]} files
 * @param {MochaOptions} options
 */
export function runMocha(files, options) {
  return runCounted(mochaArguments(files, options), options);
}

/**
 * Runs test files in one process and keeps what it prints.
 * @param {string[]} files
 * @param {MochaOptions} options
 */
export function runMochaCaptured(files, options) {
  return withCounts(mochaArguments(files, options), options, runCaptured);
}

function mochaArguments(files, { grep, testLimitMs }) {
  const args = [bin('mocha/bin/mocha.js'), typescriptSupport(), '--reporter', 'test/support/reporter.ts'];
  args.push('--forbid-only', '--timeout', String(testLimitMs));
  if (grep) args.push('--grep', grep);
  return [...args, ...files];
}

/** Runs a program that leaves its counts in the file named by SEAWORTHY_TEST_COUNTS, printing as it goes. */
export async function runCounted(args, options) {
  return (await withCounts(args, options, runInTerminal)).counts;
}

async function withCounts(args, { limitMs, env }, runProgram) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-counts-'));
  const countsFile = path.join(folder, 'counts.json');
  try {
    const { output = '', ...exit } = await runProgram(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env, SEAWORTHY_TEST_COUNTS: countsFile },
      timeoutMs: limitMs,
    });
    return { counts: checkedCounts(readCounts(countsFile), exit, { limitMs, output }), output };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function checkedCounts(counts, { code, timedOut }, { limitMs, output }) {
  const failure = (text) => new Error(`${text}\n${tail(output)}`.trimEnd());
  if (timedOut) throw failure(`did not end within ${limitMs / MINUTE} minutes`);
  if (!counts) throw failure(`ended with code ${code} before it could report`);
  if (counts.passed + counts.failed + counts.skipped.length === 0) throw failure('ran no tests');
  if (code !== 0 && counts.failed === 0) throw failure(`reported no failure but ended with code ${code}`);
  return counts;
}
