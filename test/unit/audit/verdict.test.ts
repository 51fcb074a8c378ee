import assert from 'node:assert/strict';
import { decideVerdict, verdictLabel } from '../../../src/audit/verdict';
import { stageResult } from '../../support/reports';

const passed = (['theater', 'production', 'quality'] as const).map((stage) => stageResult({ stage }));
const [theater, production, quality] = passed as [
  (typeof passed)[number],
  (typeof passed)[number],
  (typeof passed)[number],
];

describe('the verdict', () => {
  it('is pass only when all three stages passed', () => {
    assert.deepEqual(decideVerdict(passed), { verdict: 'pass', reason: '' });
    assert.equal(decideVerdict([theater, production]).verdict, 'not run');
    assert.equal(decideVerdict([theater, theater, theater]).verdict, 'not run');
    assert.equal(decideVerdict([]).verdict, 'not run');
  });

  it('is fail when a stage failed, even if another did not run', () => {
    const stages = [
      { ...theater, status: 'fail' as const, reason: '1 finding' },
      { ...production, status: 'not run' as const, reason: 'no engine' },
      quality,
    ];
    assert.deepEqual(decideVerdict(stages), { verdict: 'fail', reason: 'theater failed: 1 finding' });
  });

  it('is not run with the reason when a stage did not run', () => {
    const stages = [theater, { ...production, status: 'not run' as const, reason: 'no engine' }, quality];
    assert.deepEqual(decideVerdict(stages), { verdict: 'not run', reason: 'production not run: no engine' });
  });

  it('says a reason shared by all stages once', () => {
    const stages = passed.map((stage) => ({
      ...stage,
      status: 'not run' as const,
      reason: 'the file is empty',
    }));
    assert.equal(decideVerdict(stages).reason, 'the file is empty');
  });

  it('is labelled unproven when all that is missing is a test', () => {
    const untested = {
      ...production,
      status: 'not run' as const,
      reason: 'no test',
      nextStep: 'add-test' as const,
    };
    const report = { verdict: 'not run' as const, stages: [theater, untested, quality] };
    assert.equal(verdictLabel(report), 'unproven');
    const noEngine = { ...untested, nextStep: 'start-engine' as const };
    assert.equal(verdictLabel({ ...report, stages: [theater, noEngine, quality] }), 'not run');
  });
});
