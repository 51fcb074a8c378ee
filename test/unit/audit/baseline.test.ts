import assert from 'node:assert/strict';
import { UserError } from '../../../src/base/errors';
import {
  compareWithBaseline,
  formatBaseline,
  parseBaseline,
  updatedBaseline,
  withEntry,
} from '../../../src/audit/baseline';
import type { Baseline } from '../../../src/audit/baseline';
import { judge, withKnownMutants } from '../../../src/audit/judge';
import type { StaticAnalysis } from '../../../src/audit/stage';
import { analyzeSource } from '../../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { auditReport, finding, stageResult } from '../../support/reports';
import { grammarDirectory } from '../syntax/grammarDirectory';

const FAKE = 'export function calculateScore(data) {\n  return 85;\n}\n';
const OTHER = 'export function calculateTrend(data) {\n  return "UP";\n}\n';
const EMPTY: Baseline = { entries: [] };

describe('the baseline', () => {
  let parser: SourceParser;

  before(async () => {
    parser = await SourceParser.load(grammarDirectory());
  });

  const analyze = (text: string, path = 'src/a.js'): Promise<StaticAnalysis> =>
    analyzeSource(parser, { path, text });

  async function baselineOf(text: string): Promise<Baseline> {
    const { theater, quality } = await analyze(text);
    return [...theater, ...quality].reduce(withEntry, EMPTY);
  }

  async function judged(text: string, baseline: Baseline) {
    const { theater, notes } = judge(await analyze(text), 'src/a.js', baseline);
    return { status: theater.status, known: theater.findings.map((one) => one.known), notes };
  }

  it('knows a finding again after lines, spacing and comments moved', async () => {
    const baseline = await baselineOf(FAKE);
    const moved = `import a from 'a';\n\n${FAKE.replace('return 85', '// for now? no: measured\n    return   85')}`;
    const result = await judged(moved, baseline);
    assert.deepEqual([result.status, result.known], ['pass', [true]]);
    assert.match(result.notes.join(), /1 finding of the baseline is still here/);
  });

  it('takes a function that was changed, and another of the same kind, for new', async () => {
    const baseline = await baselineOf(FAKE);
    assert.equal((await judged(FAKE.replace('85', '86'), baseline)).status, 'fail');
    assert.deepEqual(await judged(FAKE + OTHER, baseline).then(({ status, known }) => [status, known]), [
      'fail',
      [true, false],
    ]);
  });

  it('takes what mutants found, keeps it while they are not asked, and spares no failing test', () => {
    const hollow = finding({
      ruleId: 'MT01',
      stage: 'production',
      severity: 'warning',
      file: 'src/a.js',
      evidence: 'x',
    });
    const done = { reason: '', functions: [], flaky: [], durationMs: 1 };
    const mutation = { ...done, budget: 'quick' as const, status: 'run' as const };
    const proved = stageResult({
      stage: 'production',
      status: 'fail',
      reason: 'hollow',
      findings: [hollow],
      mutation,
    });
    const report = auditReport({ file: 'src/a.js', stages: [proved] });
    const baseline = updatedBaseline(EMPTY, [report], () => true);
    assert.deepEqual(
      baseline.entries.map(({ rule }) => rule),
      ['MT01'],
    );
    const known = withKnownMutants(proved, 'src/a.js', baseline);
    assert.deepEqual([known.status, known.findings.map((one) => one.known)], ['pass', [true]]);
    assert.equal(withKnownMutants(proved, 'src/b.js', baseline).status, 'fail');
    const broken = finding({ ruleId: 'PR02', stage: 'production', severity: 'error', file: 'src/a.js' });
    const failing = { ...proved, findings: [broken, hollow] };
    assert.equal(withKnownMutants(failing, 'src/a.js', baseline).status, 'fail');
    const unproved = auditReport({
      file: 'src/a.js',
      stages: [stageResult({ stage: 'theater', status: 'pass' })],
    });
    assert.equal(updatedBaseline(baseline, [unproved], () => true).entries.length, 1);
    assert.deepEqual(compareWithBaseline([], 'src/a.js', baseline).stale, []);
  });

  it('tells two copies of one function apart', async () => {
    const twice = `{\n${FAKE.replace('export ', '')}}\n{\n${FAKE.replace('export ', '')}}\n`;
    const { theater } = await analyze(twice);
    const prints = theater.map(({ fingerprint }) => fingerprint);
    assert.equal(new Set(prints).size, prints.length);
  });

  it('says which entries fit nothing any more', async () => {
    const { status, notes } = await judged('export const a = 1;\n', await baselineOf(FAKE));
    assert.equal(status, 'pass');
    assert.match(notes.join(), /1 entry of the baseline \(TH01\) fits nothing/);
  });

  it('is pruned when it is updated, and leaves alone what was not judged', async () => {
    const keep = { rule: 'TH01', file: 'src/other.js', fingerprint: 'x', about: '' };
    const gone = { rule: 'TH01', file: 'src/gone.js', fingerprint: 'y', about: '' };
    const stale = { rule: 'TH02', file: 'src/a.js', fingerprint: 'z', about: '' };
    const { theater } = await analyze(FAKE);
    const report = auditReport({
      file: 'src/a.js',
      stages: [
        stageResult({ stage: 'theater', status: 'fail', findings: theater }),
        stageResult({
          stage: 'production',
          status: 'fail',
          findings: [finding({ stage: 'production', ruleId: 'PR02' })],
        }),
        stageResult({
          stage: 'quality',
          findings: [finding({ stage: 'quality', ruleId: 'QC02', severity: 'info' })],
        }),
      ],
    });
    const updated = updatedBaseline(
      { entries: [keep, gone, stale] },
      [report],
      (file) => file !== 'src/gone.js',
    );
    assert.deepEqual(
      updated.entries.map(({ rule, file }) => `${rule} ${file}`),
      ['TH01 src/other.js', 'TH01 src/a.js'],
    );
    const unread = auditReport({
      file: 'src/a.js',
      stages: [stageResult({ stage: 'theater', status: 'not run' })],
    });
    assert.deepEqual(updatedBaseline({ entries: [stale] }, [unread], () => true).entries, [stale]);
  });

  it('is written in one order, and read again as it was', async () => {
    const baseline = await baselineOf(FAKE + OTHER);
    const text = formatBaseline(baseline);
    assert.equal(text, formatBaseline({ entries: [...baseline.entries].reverse() }));
    assert.equal(formatBaseline(parseBaseline(text)), text);
    assert.equal(formatBaseline(parseBaseline(formatBaseline(EMPTY))), formatBaseline(EMPTY));
    assert.match(text, /calculateScore/);
  });

  it('never covers for another file', async () => {
    const { findings } = compareWithBaseline(
      (await analyze(FAKE)).theater,
      'src/b.js',
      await baselineOf(FAKE),
    );
    assert.deepEqual(
      findings.map(({ known }) => known),
      [false],
    );
  });

  for (const text of ['', '[]', '{"entries": {}}', '{"entries": [null]}', '{"entries": [{"rule": 1}]}']) {
    it(`refuses ${JSON.stringify(text)} in words`, () => {
      assert.throws(() => parseBaseline(text), UserError);
    });
  }
});
