import assert from 'node:assert/strict';
import { outcomeOf } from '../../../src/audit/production/suite/fileOutcome';
import type { FileOutcome } from '../../../src/audit/production/suite/fileOutcome';
import { complete, evidence, inside, run, step, test, TEST } from '../../support/evidence';

type Run = ReturnType<typeof run>;

function seen(made: Run, name?: string, around: Parameters<typeof evidence>[0] = {}): FileOutcome {
  const chosen = name === undefined ? undefined : [{ name, isSuite: false, isTemplate: false }];
  return outcomeOf(TEST, made, chosen, evidence(around));
}

const statuses = ({ tests }: FileOutcome): string[] => tests.map(({ name, status }) => `${name}: ${status}`);

describe('what a run says of a test file', () => {
  it('tells each test as it came out, and no problem', () => {
    const outcome = seen(run(complete(test('passed', { name: 'a' }), test('skipped', { name: 'b' }))));
    assert.deepEqual([statuses(outcome), outcome.problem], [['a: passed', 'b: skipped'], undefined]);
  });

  it('never passes a test of a report that was cut short', () => {
    const records = complete(test('passed', { name: 'a' }), test('failed', { name: 'b' })).slice(0, 2);
    const outcome = seen(run(records));
    assert.deepEqual(statuses(outcome), ['a: errored', 'b: failed']);
    assert.match(outcome.problem?.message ?? '', /without a complete report/);
  });

  it('never passes a test where a check made to fail did not', () => {
    const records = complete(test('passed', { name: 'a' })).map((record) =>
      record.type === 'canary' ? { ...record, status: 'passed' as const } : record,
    );
    assert.deepEqual(statuses(seen(run(records))), ['a: errored']);
  });

  it('never passes a file that reported nothing', () => {
    for (const records of [[], complete()]) {
      const outcome = seen(run(records));
      assert.deepEqual(outcome.tests, []);
      assert.match(outcome.problem?.message ?? '', /reported no test/);
    }
  });

  it('tells of a choice the chosen alone, and that there is no such test', () => {
    const made = run(complete(test('passed', { name: 'a' }), test('failed', { name: 'b' })), {
      step: step({ exitCode: 1 }),
    });
    assert.deepEqual(statuses(seen(made, 'a')), ['a: passed']);
    assert.match(seen(made, 'c').problem?.message ?? '', /no test of this name/);
  });

  it('asks for a package that is not installed', () => {
    const error = { type: 'file-error' as const, file: inside(TEST), message: 'x', missing: 'lodash' };
    assert.deepEqual(seen(run([error])).problem, {
      message: 'the file needs lodash, which is not installed in the workspace',
      nextStep: 'install-dependencies',
    });
  });

  it('takes no failure for one that comes of a file which was not sent', () => {
    const made = run(complete(test('failed', { name: 'a', message: 'ENOENT' })), {
      step: step({ exitCode: 1 }),
    });
    const notSent = { module: () => undefined, path: () => '.env, which is not sent' };
    assert.deepEqual(statuses(seen(made, undefined, { notSent })), ['a: errored']);
  });
});
