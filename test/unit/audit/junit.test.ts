import assert from 'node:assert/strict';
import { toJunit } from '../../../src/audit/junit';
import type { AuditReport } from '../../../src/audit/report';

const report: AuditReport = {
  id: 'r1',
  file: 'src/a"<b>.ts',
  verdict: 'fail',
  reason: 'theater failed',
  stages: [
    {
      stage: 'theater',
      status: 'fail',
      reason: '1 finding & more',
      findings: [
        {
          ruleId: 'TH01',
          stage: 'theater',
          severity: 'warning',
          message: 'Odd \u0007 <text>.',
          file: 'src/a.ts',
          startLine: 3,
          endLine: 3,
          evidence: '',
          confidence: 'high',
        },
      ],
      durationMs: 12,
      tests: null,
    },
    { stage: 'production', status: 'not run', reason: 'no engine', findings: [], durationMs: 0, tests: null },
    { stage: 'quality', status: 'pass', reason: '', findings: [], durationMs: 12, tests: null },
  ],
  notes: [],
  sha256: '',
  createdAt: '2026-11-24T12:00:00.000Z',
  durationMs: 1500,
};

describe('JUnit output', () => {
  it('has a suite per file and a case per stage, counted, with everything escaped', () => {
    const xml = toJunit([report]);
    assert.match(
      xml,
      /<testsuite name="src\/a&quot;&lt;b&gt;\.ts" tests="3" failures="1" skipped="1" time="1\.500"/,
    );
    assert.match(
      xml,
      /<failure message="1 finding &amp; more">warning TH01 src\/a\.ts:3 Odd \uFFFD &lt;text&gt;\.<\/failure>/,
    );
    assert.match(xml, /<skipped message="no engine"\/>/);
    assert.equal(xml.match(/<testcase /g)?.length, 3);
  });
});
