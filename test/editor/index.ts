// Runs in the extension host: VS Code loads this file and calls run().
import fs from 'node:fs';
import { format } from 'node:util';
import OutlineReporter from '../support/reporter';
import { serveEvaluator } from '../support/evaluatorHost';

const TEST_LIMIT_MS = 60_000;

/** Runs the bundled tests of this session, or serves a page test; told which by the environment. */
export async function run(): Promise<void> {
  const {
    SEAWORTHY_EVALUATOR_FILE: evaluatorFile,
    SEAWORTHY_TEST_FILES: files,
    SEAWORTHY_TEST_GREP: grep,
  } = process.env;
  if (evaluatorFile) return serveEvaluator(evaluatorFile);
  showConsole();
  const { default: Mocha } = await import('mocha');
  // Mocha's typings want its own base class; it works with any class.
  const reporter = OutlineReporter as unknown as Mocha.ReporterConstructor;
  const mocha = new Mocha({ ui: 'bdd', timeout: TEST_LIMIT_MS, forbidOnly: true, reporter });
  if (grep) mocha.grep(new RegExp(grep));
  for (const file of JSON.parse(files ?? '[]') as string[]) mocha.addFile(file);
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}

/** The server's extension host has no terminal: what tests print goes to a file that run.ts shows as it grows. */
function showConsole(): void {
  const { SEAWORTHY_TEST_OUTPUT: file } = process.env;
  if (!file) return;
  const print = (...values: unknown[]) => fs.appendFileSync(file, `${format(...values)}\n`);
  // VS Code made these properties that ignore being assigned to.
  for (const name of ['log', 'info', 'warn', 'error']) Object.defineProperty(console, name, { value: print });
}
