import assert from 'node:assert/strict';
import { reportDocument, reportHtml } from '../../../src/audit/reportHtml';
import type { ReportPage } from '../../../src/audit/reportHtml';
import { parseFromPage } from '../../../src/vscode/reportProtocol';
import { auditReport, finding, stageResult } from '../../support/reports';

const EVIL = `"><script>alert(1)</script><img src=x onerror='y'>&amp;`;

function pageOf(parts: Partial<ReportPage> = {}): ReportPage {
  const report = auditReport({
    verdict: 'fail',
    stages: [
      stageResult({
        stage: 'theater',
        status: 'fail',
        findings: [finding(), finding({ ruleId: 'TH02', known: true })],
      }),
      stageResult({
        stage: 'production',
        tests: { passed: 2, failed: 0, skipped: 0 },
        runners: [{ name: 'jest', why: 'package.json depends on jest', tests: ['a.test.js'] }],
        coverage: {
          lines: { covered: 3, total: 4, uncovered: [[2, 2]] },
          branches: { covered: 1, total: 2 },
        },
      }),
      stageResult({ stage: 'quality' }),
    ],
  });
  const history = [
    { id: 'old', createdAt: '2026-11-23T10:00:00.000Z', label: 'fail', failing: 4 },
    { id: report.id, createdAt: report.createdAt, label: 'fail', failing: 1 },
  ];
  const source = { text: 'one\ntwo\nthree\nfour\nfive\n' };
  return { report, source, history, outputs: new Map(), isStale: false, ...parts };
}

describe('the page of a report', () => {
  it('shows what mutants say of each function, and beside the source what nobody noticed', () => {
    const mutants = [
      { line: 1, change: 'it returns <0>', outcome: 'assertion' as const },
      { line: 2, change: 'it returns 1', outcome: 'survived' as const },
    ];
    const proved = { name: 'f', startLine: 1, endLine: 3, proof: 'proved' as const, tests: 2, mutants };
    const whole = { budget: 'quick', status: 'run', reason: '', durationMs: 1 } as const;
    const mutation = { ...whole, functions: [proved], flaky: [] };
    const html = (of?: string): string => {
      const stage = stageResult({
        stage: 'production',
        mutation: of === undefined ? mutation : { ...mutation, of },
      });
      return reportHtml(pageOf({ report: auditReport({ stages: [stage] }) }), true);
    };
    assert.match(html(), /What its tests prove<\/h2>.*1 of 1 function proved.*f, line 1.*>proved</s);
    assert.match(html(), /line 1: an assertion fails when it returns &lt;0&gt;/);
    assert.match(html(), /title="nothing fails when it returns 1">not noticed/);
    // Lines of another file are not those of the source that is shown.
    assert.match(html('b.js'), /What its tests prove of b\.js/);
    assert.doesNotMatch(html('b.js'), /not noticed/);
    assert.doesNotMatch(reportHtml(pageOf(), true), /tests prove/);
  });

  it('shows verdict, sentences, stages, findings with code, coverage and history', () => {
    const html = reportHtml(pageOf(), true);
    for (const part of [
      /<span class="verdict fail">fail<\/span>/,
      /only looks finished\./,
      /run with jest \(package\.json depends on jest\): a\.test\.js/,
      /Warnings \(1\)/,
      /1 finding of the baseline/,
      /<span class="line hit">.*three/,
      /Tests do not reach 1 of 4 lines .* Of 2 branches they take 1/,
      /<span class="line missed" title="not reached">.*two/,
      /<polyline points="24\.0,24\.0 616\.0,78\.0">.*<text x="24\.0" y="14\.0" aria-hidden="true">4<\/text>/,
      /data-ask="openFinding" data-stage="theater" data-index="0"/,
    ])
      assert.match(html, part);
  });

  it('says what there is when there is nothing', () => {
    const report = auditReport({
      verdict: 'not run',
      reason: 'the file is empty',
      sha256: '',
      stages: [stageResult({ stage: 'theater', status: 'not run', reason: 'the file is empty' })],
    });
    const html = reportHtml(
      pageOf({ report, source: { missing: 'The file could not be read.' }, history: [] }),
      true,
    );
    assert.match(html, /Nothing was looked at, so nothing is known/);
    assert.match(html, /The file could not be read/);
    assert.match(html, /first audit of the file/);
    assert.match(reportHtml(pageOf({ isStale: true }), true), /has changed since this audit/);
  });

  it('lets no markup of the audited code through, in the editor and exported', () => {
    const report = auditReport({
      file: EVIL,
      reason: EVIL,
      notes: [EVIL],
      stages: [
        stageResult({
          stage: 'theater',
          status: 'not run',
          reason: EVIL,
          findings: [
            finding({
              ruleId: EVIL,
              message: EVIL,
              evidence: EVIL,
              file: EVIL,
              inFunction: EVIL,
              related: [{ message: EVIL, startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }],
            }),
          ],
          suppressed: [{ finding: finding(), reason: EVIL }],
          context: [
            {
              tool: EVIL,
              ruleId: EVIL,
              severity: 'info',
              message: EVIL,
              file: 'a',
              startLine: 1,
              endLine: 1,
            },
          ],
        }),
      ],
    });
    const history = ['a', 'b'].map((id) => ({ id: id + EVIL, createdAt: EVIL, label: 'pass', failing: 1 }));
    const outputs = new Map([['production', { stdout: EVIL, stderr: EVIL, truncated: true }]] as const);
    const page = pageOf({ report, source: { text: EVIL }, history, outputs });
    for (const html of [reportHtml(page, true), reportDocument(page, '')]) {
      assert.doesNotMatch(html, /<(script|img)/);
      assert.match(html, /&lt;script&gt;/);
    }
  });

  it('is bounded for long lines and long files', () => {
    const text = `${'x'.repeat(100_000)}\n`.repeat(5) + 'y\n'.repeat(20_000);
    const html = reportHtml(pageOf({ source: { text } }), false);
    assert.match(html, /15005 more lines/);
    assert.ok(html.length < 1_000_000);
  });
});

describe('messages of the page', () => {
  it('are taken as they are meant', () => {
    assert.deepEqual(parseFromPage({ type: 'openFile', line: 3, more: 1 }), { type: 'openFile', line: 3 });
    assert.deepEqual(parseFromPage({ type: 'export', format: 'sarif' }), { type: 'export', format: 'sarif' });
    assert.deepEqual(parseFromPage({ type: 'openFinding', stage: 'theater', index: 0 }), {
      type: 'openFinding',
      stage: 'theater',
      index: 0,
    });
  });

  for (const message of [
    undefined,
    null,
    'auditAgain',
    {},
    { type: 'eval', code: '1' },
    { type: 'openFile', line: -1 },
    { type: 'openFile', line: '../../etc/passwd' },
    { type: 'openFinding', stage: 'constructor', index: 0 },
    { type: 'openFinding', stage: 'theater', index: 1.5 },
    { type: 'export', format: '../x' },
    { type: 'openReport', id: 'x'.repeat(1000) },
  ]) {
    it(`that are none are refused: ${JSON.stringify(message)?.slice(0, 60)}`, () => {
      assert.equal(parseFromPage(message), undefined);
    });
  }
});
