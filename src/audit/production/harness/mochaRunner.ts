import nodeAssert from 'node:assert';
import { readFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { ONLY_VARIABLE, ROOT_VARIABLE, TEST_FILE_VARIABLE, TEST_REPORT_VARIABLE } from './environment';
import { describeThrown } from './errorPlace';
import { Canaries } from './canaries';
import type { Canary } from './canaries';
import { takeOver } from './channel';
import { MochaReport } from './mochaReporter';
import type { MochaRunner } from './mochaReporter';
import { firstFiles, loadMocha } from './mochaSetup';
import type { MochaClass, MochaInstance } from './mochaSetup';
import { describeLost, lostAssertion } from './keptAssertions';
import type { HarnessRecord, TestRecord } from './records';
import { tellSettings } from './projectSettings';
import { packageFolder } from './packageFolder';

type Compile = (this: unknown, content: string, file: string, ...more: unknown[]) => unknown;

const apply: (target: Compile, self: unknown, words: unknown[]) => unknown = Reflect.apply;
const files = process.argv.splice(2);
const report = process.env[TEST_REPORT_VARIABLE] ?? '';

const { channel } = takeOver();
const canaries = new Canaries(channel);
const results = new MochaReport(channel, canaries);

function write(record: HarnessRecord): void {
  channel.write(report, record);
}

function bodyOf({ name, fails }: Canary): (done: (error?: unknown) => void) => unknown {
  const fail = (): void => nodeAssert.equal(canaries.reason, name);
  if (fails === 'throws') return () => fail();
  if (fails === 'rejects') return () => Promise.resolve().then(fail);
  if (fails === 'calls back') return (done) => void Promise.resolve().then(fail).catch(done);
  return () => nodeAssert.equal(name, name);
}

/** The harness's tests, in a suite that comes after all others. */
function addCanaries({ Suite, Test }: MochaClass, { suite: all }: MochaInstance): void {
  all.eachTest((test) => {
    const status: TestRecord['status'] = test.isPending?.() === true ? 'skipped' : 'passed';
    canaries.saw({ type: 'test', file: '', name: test.title, status });
  });
  const suite = Suite.create(all, '');
  suite.bail(false);
  for (const canary of [canaries.start(), ...canaries.rest()]) {
    const test = new Test(canary.name, bodyOf(canary));
    test.retries(0);
    suite.addTest(test);
  }
  // A test that was told to run alone is often a leftover, and would keep the failures of others from being seen.
  Object.defineProperty(all, 'hasOnly', { value: () => false });
  results.expect(suite);
}

/** What the project's compilers make of a test file must still check what the file checks. */
function followCompiling(): void {
  const written = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
  const prototype = nodeModule.prototype as unknown as Record<'_compile', Compile>;
  const compile = prototype._compile;
  // Compile hooks put theirs before it, module by module: it can't be locked.
  prototype._compile = function (content, file, ...more) {
    const method = lostAssertion(written.get(file) ?? '', content);
    if (method !== undefined) write({ type: 'distrust', message: describeLost(method, file) });
    return apply(compile, this, [content, file, ...more]);
  };
}

function reportLoadError(error: unknown, file: string): void {
  const {
    name,
    message,
    file: place,
    line,
    missing,
  } = describeThrown(error, process.env[ROOT_VARIABLE] ?? '', file);
  write({
    type: 'file-error',
    file,
    message: `${name}: ${message}`,
    ...(place === file && line !== undefined ? { line } : {}),
    ...(missing === undefined ? {} : { missing }),
  });
}

async function run(folder: string): Promise<number> {
  followCompiling();
  const { Mocha, options, extra } = await loadMocha(folder);
  const { bail, grep, fgrep, invert, retries } = options;
  tellSettings(write, { bail, grep, fgrep, invert }, { retries });
  const reporter = function (runner: MochaRunner): void {
    results.follow(runner);
  };
  const instance = new Mocha({ ...extra, reporter });
  const only = process.env[ONLY_VARIABLE];
  if (only !== undefined) instance.grep(new RegExp(only));
  for (const file of [...firstFiles(options), ...files]) {
    process.env[TEST_FILE_VARIABLE] = file;
    instance.files = [file];
    await instance.loadFilesAsync().catch((error: unknown) => reportLoadError(error, file));
  }
  delete process.env[TEST_FILE_VARIABLE];
  addCanaries(Mocha, instance);
  const failures = await new Promise<number>((done) => instance.run(done));
  return failures - results.failedCanaries;
}

async function main(): Promise<void> {
  const mocha = packageFolder('mocha', process.cwd());
  if (mocha === undefined) {
    write({ type: 'unavailable', message: 'mocha is not installed in the workspace' });
    process.exit(1);
  }
  try {
    // Open handles must not keep the process, as with mocha's own `--exit`.
    process.exit(Math.min(255, await run(mocha)));
  } catch (error) {
    reportLoadError(error, files[0] ?? '');
    process.exit(1);
  }
}

void main();
