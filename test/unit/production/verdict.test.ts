import assert from 'node:assert/strict';
import type { Evidence } from '../../../src/audit/production/evidence';
import type { HarnessRecord } from '../../../src/audit/production/harness/records';
import { decideProduction } from '../../../src/audit/production/verdict';
import { FILE, TEST, inside, report, step, test, complete, run, evidence } from '../../support/evidence';
import type { SandboxStepResult } from '../../../src/sandbox/sandbox';

function verdict(change: Partial<Evidence>): string {
  const { status, reason } = decideProduction(evidence(change));
  return reason === '' ? status : `${status}: ${reason}`;
}

function loaded(
  record: Omit<Extract<HarnessRecord, { type: 'load' }>, 'type'>,
  change: Partial<SandboxStepResult> = {},
) {
  return { load: { step: step(change), report: report([{ type: 'load', ...record }]), timeoutMs: 10_000 } };
}

describe('verdict of the production stage', () => {
  it('is a pass only with every sign of one', () => {
    assert.equal(verdict({}), 'pass');
    assert.deepEqual(decideProduction(evidence()).tests, { passed: 1, failed: 0, skipped: 0 });
    assert.equal(verdict({ load: undefined }), 'pass');
  });

  it('is no pass without proof that a test loaded the file', () => {
    assert.equal(verdict({ loadedBy: new Set() }), 'not run: no test reaches this file');
    assert.equal(verdict({ loadedBy: new Set(), runs: [] }), 'not run: no test reaches this file');
  });

  it('is no pass without a passed test', () => {
    assert.equal(verdict({ runs: [run(complete(test('skipped')))] }), 'not run: its only test is skipped');
    assert.equal(
      verdict({ runs: [run(complete(test('skipped'), test('skipped')))] }),
      'not run: all 2 tests are skipped',
    );
  });

  it('fails with failed tests, even when the run did not end well', () => {
    const failed = test('failed', { name: 'two', line: 2 });
    assert.equal(
      verdict({ runs: [run(complete(failed, test('passed')), { step: step({ exitCode: 1 }) })] }),
      'fail: 1 of 2 tests failed',
    );
    assert.equal(
      verdict({ runs: [run([failed], { step: step({ exitCode: 137, timedOut: true }) })] }),
      'fail: its only test failed',
    );
    const [finding] = decideProduction(evidence({ runs: [run([failed])] })).findings;
    assert.deepEqual(
      [finding?.ruleId, finding?.file, finding?.startLine, finding?.evidence],
      ['PR02', TEST, 2, 'two'],
    );
  });

  it('reports a failure once where a test fails only for a test inside it', () => {
    const result = decideProduction(
      evidence({ runs: [run(complete(test('failed'), test('failed', { derived: true })))] }),
    );
    assert.equal(result.findings.length, 1);
    assert.deepEqual(result.tests, { passed: 0, failed: 1, skipped: 0 });
  });

  it('fails with a test file that can not be run, unless a package is missing', () => {
    const broken = (missing?: string): HarnessRecord => ({
      type: 'file-error',
      file: inside(TEST),
      message: 'SyntaxError: no',
      ...(missing === undefined ? {} : { missing }),
    });
    assert.equal(verdict({ runs: [run([broken()])] }), 'fail: 1 test file could not be run');
    assert.equal(verdict({ runs: [run([broken('./gone')])] }), 'fail: 1 test file could not be run');
    assert.equal(
      verdict({ runs: [run([broken('chai')])] }),
      `not run: ${TEST} needs chai, which is not installed in the workspace`,
    );
  });

  it('counts nothing of a test file that never touched the audited file', () => {
    const other = run(complete(test('failed', { file: 'b.test.js' })), {
      files: ['b.test.js'],
      importing: new Set(),
    });
    const result = decideProduction(evidence({ runs: [run(complete(test('passed'))), other] }));
    assert.equal(result.status, 'pass');
    assert.match(result.notes.join(), /b\.test\.js was run, but never loaded/);
  });

  it('doubts a report that is missing, cut short, damaged or at odds with itself or with the exit code', () => {
    const reasons = (records: HarnessRecord[], change: Partial<SandboxStepResult> = {}) =>
      verdict({ runs: [run(records, { step: step(change) })] });
    assert.match(
      reasons([]),
      /^not run: a\.test\.js reported no test: it holds none, or the code may end the process/,
    );
    assert.match(
      reasons([test('passed')]),
      /^not run: inconclusive: the runner ended without a complete report: the code may end/,
    );
    assert.match(
      reasons([], { exitCode: 7, stderr: 'one\nlast words\n' }),
      /\(exit code 7\).*\(it printed: Last words\)/,
    );
    assert.match(
      reasons([test('passed'), { type: 'end', passed: 2, failed: 0, skipped: 0 }]),
      /its sums do not fit its entries/,
    );
    assert.match(
      reasons([...complete(test('passed')), ...complete(test('passed'))]),
      /can't be trusted: it goes on after its end/,
    );
    assert.match(
      reasons([test('passed'), { type: 'end', passed: 1, failed: 0, skipped: 0 }]),
      /ended before all of its tests were through/,
    );
    assert.match(reasons(complete(test('passed')), { exitCode: 3 }), /exit code 3 although no test failed/);
    assert.match(reasons(complete(), {}), /reported no test/);
  });

  it('doubts a run in which one of the files asked for is silent', () => {
    const two = run(complete(test('passed')), {
      runner: 'mocha',
      files: [TEST, 'b.test.js'],
      importing: new Set([TEST, 'b.test.js']),
    });
    assert.match(verdict({ runs: [two] }), /^not run: b\.test\.js reported no test/);
  });

  it('names limits, with what to do', () => {
    const timedOut = run([test('passed')], { step: step({ exitCode: 137, timedOut: true }) });
    assert.equal(verdict({ runs: [timedOut] }), 'not run: the tests did not finish within 28 s');
    const ended: Partial<Evidence> = {
      end: 'out-of-memory',
      detail: 'Stopped at the memory limit of 512 MB.',
      runs: [run([])],
      loadedBy: new Set<string>(),
    };
    assert.equal(verdict(ended), 'not run: stopped at the memory limit of 512 MB');
    assert.equal(decideProduction(evidence(ended)).nextStep, 'raise-limit');
    const never = { load: { step: step({ exitCode: undefined }), report: report([]), timeoutMs: 10_000 } };
    assert.equal(
      verdict({ ...ended, ...never, end: 'timeout' }),
      'not run: the file did not finish loading within 10 s',
    );
    assert.equal(
      verdict({ load: { ...never.load, step: step({ timedOut: true }) } }),
      'not run: the file did not finish loading within 10 s',
    );
  });

  it('says which runner is missing or not supported yet', () => {
    const missing: HarnessRecord[] = [{ type: 'unavailable', message: 'pytest is not installed' }];
    assert.match(
      verdict({ runs: [run(missing, { runner: 'pytest' })] }),
      /^not run: pytest is not installed: it is neither in/,
    );
    assert.match(
      verdict({ runs: [], unsupported: ['vitest', 'jest'] }),
      /^not run: these tests use vitest and jest, which Seaworthy does not run yet; the runner "script" can/,
    );
  });
});

describe('verdict on loading a file', () => {
  it('fails at the line of the error', () => {
    const change = loaded({
      status: 'failed',
      name: 'TypeError',
      message: 'boom',
      file: inside(FILE),
      line: 2,
    });
    assert.equal(verdict(change), 'fail: the file does not load: TypeError: boom');
    const [finding] = decideProduction(evidence(change)).findings;
    assert.deepEqual(
      [finding?.ruleId, finding?.file, finding?.startLine, finding?.evidence],
      ['PR01', FILE, 2, 'two'],
    );
  });

  it('points at the audited file when the place is nowhere in the workspace', () => {
    const change = loaded({
      status: 'failed',
      name: 'E',
      message: 'm',
      file: inside('nowhere.js'),
      line: 99,
    });
    const [finding] = decideProduction(evidence(change)).findings;
    assert.deepEqual([finding?.file, finding?.startLine], [FILE, 1]);
  });

  it('does not hold against a file what only the sandbox lacks', () => {
    const notSent = {
      module: (_: string, specifier: string) => (specifier === './made' ? 'made.js, kept back' : undefined),
      path: (message: string) => (message.includes('rows.csv') ? 'rows.csv, kept back' : undefined),
    };
    const lacking = test('failed', { name: 'reads', message: "ENOENT: no such file, open 'rows.csv'" });
    const load = loaded({ status: 'failed', name: 'Error', message: 'm', missing: './made' });
    assert.equal(verdict({ ...load, notSent }), 'not run: it needs made.js, kept back');
    assert.equal(
      verdict({ notSent, runs: [run(complete(lacking, test('passed')), { step: step({ exitCode: 1 }) })] }),
      'not run: the test "reads" needs rows.csv, kept back',
    );
    const error: HarnessRecord = { type: 'file-error', file: inside(TEST), message: 'm', missing: './made' };
    assert.equal(verdict({ notSent, runs: [run([error])] }), `not run: ${TEST} needs made.js, kept back`);
    const broken = test('failed', { name: 'adds', message: '1 !== 2' });
    assert.match(verdict({ notSent, runs: [run(complete(lacking, broken))] }), /^fail: 2 of 2 tests failed/);
  });

  it('says why tests were skipped', () => {
    const skipped = test('skipped', { message: 'needs a database' });
    assert.equal(
      verdict({ runs: [run(complete(skipped))] }),
      'not run: its only test is skipped (needs a database)',
    );
  });

  it('believes no results that a runner itself calls worthless', () => {
    const [passedTest, ...rest] = complete(test('passed'));
    assert.ok(passedTest);
    assert.equal(
      verdict({
        runs: [run([passedTest, { type: 'distrust', message: 'assertions were replaced' }, ...rest])],
      }),
      "not run: inconclusive: the report of the tests can't be trusted: assertions were replaced",
    );
  });

  it('is not run for want of a package, a browser or decorators', () => {
    assert.equal(
      verdict(loaded({ status: 'failed', name: 'Error', message: 'm', missing: 'react' })),
      'not run: it needs react, which is not installed in the workspace',
    );
    assert.match(verdict(loaded({ status: 'failed', name: 'Error', message: 'm', missing: './b' })), /^fail/);
    assert.match(
      verdict(loaded({ status: 'failed', name: 'ReferenceError', message: 'window is not defined' })),
      /^not run: it needs a browser/,
    );
    assert.match(
      verdict(loaded({ status: 'failed', name: 'SyntaxError', message: 'm', file: inside(FILE), line: 3 })),
      /^not run: it uses decorators/,
    );
    const oneLine = (text: string) => ({
      ...loaded({ status: 'failed', name: 'SyntaxError', message: 'm', file: inside(FILE), line: 1 }),
      text: () => text,
    });
    assert.match(verdict(oneLine('class A { @log run() {} }')), /^not run: it uses decorators/);
    assert.match(verdict(oneLine("const a = 'b@c' d;")), /^fail/);
  });

  it('goes on to the tests of a program that ends itself, and says so', () => {
    const result = decideProduction(evidence(loaded({ status: 'exited', exitCode: 2 })));
    assert.equal(result.status, 'pass');
    assert.match(result.notes.join(), /exit code 2/);
  });

  it('is not run when the report is missing or the file never settles', () => {
    const silent = { load: { step: step({ exitCode: 9 }), report: report([]), timeoutMs: 10_000 } };
    assert.match(
      verdict(silent),
      /^not run: loading the file ended the process without a report \(exit code 9\)/,
    );
    assert.match(verdict(loaded({ status: 'stuck' })), /^not run: the file never finishes loading/);
    assert.match(
      verdict(loaded({ status: 'unsupported', message: 'Node v20 has no module hooks' })),
      /^not run: Node v20/,
    );
  });
});
