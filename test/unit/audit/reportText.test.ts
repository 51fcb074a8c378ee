import assert from 'node:assert/strict';
import { reportText } from '../../../src/audit/reportText';
import { auditReport, finding, stageResult } from '../../support/reports';

describe('the report as text', () => {
  it('shows the verdict, every stage and each finding with its place', () => {
    const report = auditReport({
      verdict: 'fail',
      reason: 'theater failed: 1 finding (TH01 at line 3)',
      stages: [
        stageResult({
          stage: 'theater',
          status: 'fail',
          reason: '1 finding (TH01 at line 3)',
          findings: [finding()],
        }),
        stageResult({ stage: 'production', tests: { passed: 3, failed: 0, skipped: 1 }, durationMs: 1234 }),
        stageResult({ stage: 'quality' }),
      ],
    });
    assert.equal(
      reportText(report),
      [
        'FAIL  src/cart.js  (900 ms)',
        "  Don't rely on src/cart.js yet: one place in it only looks finished.",
        '  All 3 of its tests pass.',
        '  Start at line 3: `rate` returns 0.85 whatever `data` is.',
        '',
        '  theater     fail     1 finding (TH01 at line 3) (5 ms)',
        '    warning  TH01  src/cart.js:3  `rate` returns 0.85 whatever `data` is',
        '      > return 0.85;',
        '  production  pass     tests: 3 passed, 0 failed, 1 skipped (1.2 s)',
        '  quality     pass     nothing found (5 ms)',
      ].join('\n'),
    );
  });

  it('says what speaks for a pass, and a reason shared by all stages once', () => {
    assert.match(reportText(auditReport()), /theater +pass +nothing found/);
    const reason = 'the file is empty';
    const stages = (['theater', 'quality'] as const).map((stage) =>
      stageResult({ stage, status: 'not run', reason, durationMs: 0 }),
    );
    const text = reportText(auditReport({ verdict: 'not run', reason, stages }));
    assert.equal(text.split(reason).length, 2);
  });

  it('counts tests that are no evidence apart', () => {
    const tests = { passed: 2, failed: 0, skipped: 1, todo: 1, expectedFailures: 2, flaky: 1 };
    const report = auditReport({ stages: [stageResult({ stage: 'production', tests })] });
    assert.match(
      reportText(report),
      /tests: 2 passed, 0 failed, 1 skipped, 1 todo, 2 expected failures, 1 flaky/,
    );
    assert.match(reportText(report), /All 2 of its tests pass, and 1 more passes only when run again\./);
  });

  it('names what ran the tests, and why that', () => {
    const runners = [
      { name: 'vitest', why: 'its tests import it', tests: ['a.test.js', 'b.test.js'] },
      { name: 'mocha', why: 'configured by .mocharc.yml', tests: ['c.test.js'] },
    ];
    const report = auditReport({ stages: [stageResult({ stage: 'production', runners })] });
    assert.match(reportText(report), /run with vitest \(its tests import it\): 2 test files$/m);
    assert.match(reportText(report), /run with mocha \(configured by \.mocharc\.yml\): c\.test\.js$/m);
  });

  it('names the image that the code was run in', () => {
    const image = { name: 'node:24-slim', digest: 'sha256:1', dependencies: 'sha256:2' };
    const report = auditReport({ stages: [stageResult({ stage: 'production', image })] });
    assert.match(reportText(report), /in the image node:24-slim \(sha256:1\), dependencies sha256:2$/m);
  });

  it('lets no terminal sequence of the audited code through', () => {
    const hostile = '\u001b]0;owned\u0007\u001b[31mred\u001b[0m\u202egnp.exe\r\nsecond line';
    const report = auditReport({
      file: 'src/\u001b[2Jx.js',
      stages: [
        stageResult({ stage: 'theater', findings: [finding({ message: hostile, evidence: hostile })] }),
      ],
    });
    const text = reportText(report);
    assert.doesNotMatch(text, /[\u001b\u0007\u202e\r]/);
    assert.match(text, /redgnp\.exe/);
    assert.doesNotMatch(text, /owned|second line/);
  });
});
