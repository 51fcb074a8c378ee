import assert from 'node:assert/strict';
import * as path from 'node:path';
import { RulePages } from '../../../src/audit/rulePages';
import { toSarif } from '../../../src/audit/sarif';
import type { AuditReport } from '../../../src/audit/report';
import { auditReport, finding, stageResult } from '../../support/reports';
import { assertValidSarif } from '../../support/sarifSchema';

interface Location {
  message?: { text: string };
  physicalLocation: {
    artifactLocation: { uri: string; uriBaseId?: string };
    region: { startLine: number; startColumn?: number };
  };
}

interface Log {
  runs: {
    properties: { images: { name: string; digest: string }[] };
    tool: { driver: { rules: { id: string; helpUri?: string; name?: string; help?: { text: string } }[] } };
    columnKind: string;
    artifacts: { location: { uri: string }; hashes?: object }[];
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      baselineState?: string;
      partialFingerprints: Record<string, string>;
      suppressions?: { kind: string; justification: string }[];
      locations: Location[];
      relatedLocations?: Location[];
    }[];
    invocations: {
      startTimeUtc: string;
      endTimeUtc: string;
      toolExecutionNotifications: { descriptor: { id: string }; message: { text: string } }[];
    }[];
  }[];
}

const pages = new RulePages(path.join(__dirname, '../../..'));

function logOf(reports: AuditReport[]): Log['runs'][number] {
  const log = toSarif(reports, { version: '1.2.3', pages, exitCode: 1 });
  assertValidSarif(log);
  const [run] = (log as Log).runs;
  assert.ok(run);
  return run;
}

describe('SARIF', () => {
  const report = auditReport({
    verdict: 'fail',
    stages: [
      stageResult({
        stage: 'theater',
        status: 'fail',
        findings: [
          finding({
            file: 'src/a b#1.js',
            fingerprint: 'aa:0',
            known: false,
            inFunction: 'rate',
            related: [{ message: 'is never read', startLine: 3, startColumn: 15, endLine: 3, endColumn: 19 }],
          }),
          finding({ ruleId: 'TH02', severity: 'info', fingerprint: 'bb:0', known: true }),
        ],
        suppressed: [{ finding: finding({ ruleId: 'TH08' }), reason: 'the cache may be gone' }],
      }),
      stageResult({
        stage: 'production',
        status: 'not run',
        reason: 'no engine answers',
        image: { name: 'node:24-slim', digest: 'sha256:1' },
      }),
      stageResult({ stage: 'quality' }),
    ],
  });

  it('has a result for each finding with rule, level and place', () => {
    const run = logOf([report]);
    assert.deepEqual(
      run.results.map(({ ruleId, ruleIndex, level }) => ({ ruleId, ruleIndex, level })),
      [
        { ruleId: 'TH01', ruleIndex: 0, level: 'warning' },
        { ruleId: 'TH02', ruleIndex: 1, level: 'note' },
        { ruleId: 'TH08', ruleIndex: 2, level: 'warning' },
      ],
    );
    const place = run.results[0]?.locations[0]?.physicalLocation;
    assert.equal(place?.artifactLocation.uri, 'src/a%20b%231.js');
    assert.equal(place?.region.startLine, 3);
    assert.equal(run.columnKind, 'utf16CodeUnits');
  });

  it('names what code was run in, each image once', () => {
    const { images } = logOf([report, { ...report, file: 'src/other.js' }]).properties;
    assert.deepEqual(images, [{ name: 'node:24-slim', digest: 'sha256:1' }]);
  });

  it('explains its rules and leads to their pages', () => {
    const [rule] = logOf([report]).tool.driver.rules;
    assert.equal(rule?.name, 'hardcoded-result');
    assert.match(rule?.helpUri ?? '', /^file:.*\/docs\/rules\/TH01\.md$/);
    assert.match(rule?.help?.text ?? '', /returns a value/);
  });

  it('tells new findings from known ones, and what was set aside with the reason', () => {
    const results = logOf([report]).results;
    assert.deepEqual(
      results.map(({ baselineState, suppressions }) => [baselineState, suppressions?.[0]?.kind]),
      [
        ['new', undefined],
        ['unchanged', 'external'],
        [undefined, 'inSource'],
      ],
    );
    assert.equal(results[2]?.suppressions?.[0]?.justification, 'the cache may be gone');
    assert.deepEqual(results[0]?.partialFingerprints, { 'functionText/v1': 'aa:0' });
    assert.equal(results[0]?.relatedLocations?.[0]?.message?.text, 'is never read');
  });

  it('says which stage did not run, and when the audit was', () => {
    const [invocation] = logOf([report]).invocations;
    const texts = (invocation?.toolExecutionNotifications ?? [])
      .filter((one) => one.descriptor.id === 'stage-not-run')
      .map((one) => one.message.text);
    assert.deepEqual(texts, ['production not run: no engine answers']);
    assert.equal(invocation?.startTimeUtc, '2026-11-24T09:59:59.100Z');
    assert.equal(invocation?.endTimeUtc, '2026-11-24T10:00:00.000Z');
  });

  it('stays valid for odd names, places and texts, and for nothing at all', () => {
    logOf([]);
    const names = [
      'C:\\x.js',
      '/abs/olute.js',
      'a/\ud800/b?.js',
      '%2e%2e/x.js',
      'http://a/b.js',
      '\n.js',
      '',
    ];
    for (const file of names) {
      const odd = finding({
        file,
        startLine: 0,
        endLine: -1,
        startColumn: 0,
        endColumn: 0,
        ruleId: 'XX99',
        message: '\u0000',
        evidence: '',
      });
      const run = logOf([
        auditReport({ file, sha256: '', stages: [stageResult({ stage: 'theater', findings: [odd] })] }),
      ]);
      const uri = run.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri ?? '';
      assert.doesNotThrow(() => new URL(uri, 'file:///root/'), uri);
    }
  });
});
