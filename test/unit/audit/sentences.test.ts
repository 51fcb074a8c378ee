import assert from 'node:assert/strict';
import { verdictSentences } from '../../../src/audit/sentences';
import type { AuditReport, StageResult } from '../../../src/audit/report';
import { auditReport, finding, stageResult } from '../../support/reports';

const theater = stageResult({ stage: 'theater' });
const quality = stageResult({ stage: 'quality' });
const tested = (parts: Partial<StageResult> = {}): StageResult =>
  stageResult({ stage: 'production', tests: { passed: 4, failed: 0, skipped: 0 }, ...parts });

describe('the verdict in three sentences', () => {
  const cases: [string, Partial<AuditReport>, [RegExp, RegExp, RegExp]][] = [
    [
      'a pass',
      {
        stages: [
          theater,
          tested({ coverage: { lines: { covered: 9, total: 10, uncovered: [[3, 3]] }, branches: null } }),
          quality,
        ],
      },
      [
        /holds as far as was looked/,
        /^All 4 of its tests pass, and they reach 90 % of its lines\.$/,
        /Prove with Mutants/,
      ],
    ],
    [
      'theater',
      {
        verdict: 'fail',
        reason: 'theater failed: 1 finding (TH01 at line 3)',
        stages: [stageResult({ stage: 'theater', status: 'fail', findings: [finding()] }), tested(), quality],
      },
      [
        /^Don't rely on src\/cart\.js yet: one place in it only looks finished\.$/,
        /All 4/,
        /^Start at line 3: `rate`/,
      ],
    ],
    [
      'a failing test',
      {
        verdict: 'fail',
        stages: [
          theater,
          tested({
            status: 'fail',
            tests: { passed: 1, failed: 1, skipped: 0 },
            findings: [
              finding({ stage: 'production', ruleId: 'PR02', file: 'test/a.js', severity: 'error' }),
            ],
          }),
          quality,
        ],
      },
      [/does not work as its tests expect/, /^1 of its 2 tests fails\.$/, /^Start at test\/a\.js, line 3/],
    ],
    [
      'hollow tests',
      {
        verdict: 'fail',
        stages: [
          theater,
          tested({ status: 'fail', findings: [finding({ stage: 'production', ruleId: 'MT01' })] }),
          quality,
        ],
      },
      [
        /Don't rely on the tests/,
        /All 4 of its tests pass, yet the body of one function could go/,
        /^Start at/,
      ],
    ],
    [
      'no engine',
      {
        verdict: 'not run',
        reason: 'production not run: no container engine answers',
        stages: [
          theater,
          stageResult({
            stage: 'production',
            status: 'not run',
            reason: 'no container engine answers',
            nextStep: 'start-engine',
          }),
          quality,
        ],
      },
      [
        /^I can't vouch for src\/cart\.js yet: no container engine answers\.$/,
        /prove nothing so far/,
        /^Start a container engine/,
      ],
    ],
    [
      'no test',
      {
        verdict: 'not run',
        reason: 'production not run: no test reaches this file',
        stages: [
          theater,
          stageResult({
            stage: 'production',
            status: 'not run',
            reason: 'no test reaches this file',
            nextStep: 'add-test',
          }),
          quality,
        ],
      },
      [/reads well, but nothing shows that it works/, /no test reaches/, /^Write a test/],
    ],
    [
      'known findings alone',
      {
        stages: [stageResult({ stage: 'theater', findings: [finding({ known: true })] }), tested(), quality],
      },
      [/holds/, /All 4/, /^1 known finding of the baseline can be mended/],
    ],
  ];
  for (const [what, parts, patterns] of cases) {
    it(`tells of ${what}`, () => {
      const sentences = verdictSentences(auditReport(parts));
      assert.equal(sentences.length, 3);
      sentences.forEach((sentence, index) => assert.match(sentence, patterns[index] ?? /never/));
    });
  }

  it('shows nothing raw that the code wrote', () => {
    const evil = finding({ message: '\u001b[31mred\n# heading' });
    const report = auditReport({
      verdict: 'fail',
      stages: [stageResult({ stage: 'theater', status: 'fail', findings: [evil] })],
    });
    for (const sentence of verdictSentences(report)) assert.doesNotMatch(sentence, /[\u001b\n]/);
  });
});
