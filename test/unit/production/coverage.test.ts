import assert from 'node:assert/strict';
import { measureCoverage } from '../../../src/audit/production/coverage/measure';
import { analyzeSource } from '../../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { grammarDirectory } from '../syntax/grammarDirectory';

const JAVASCRIPT = `'use strict';
function fee(days, guest) {
  let total = 0;
  if (days > 3) {
    total += 10;
  }
  const name = guest || 'member';
  return days === 0 ? name : total;
}
`;
const PYTHON = `"""Fees."""
def fee(days):
    if days > 3:
        return 10
    for day in range(days):
        print(day)
    return 0
`;

describe('coverage of the audited file', function () {
  this.timeout(60_000);
  let parser: SourceParser;

  before(async () => {
    parser = await SourceParser.load(grammarDirectory());
  });

  async function measure(path: string, text: string, ...records: unknown[]) {
    const { coverable } = await analyzeSource(parser, { path, text, measures: true });
    assert.ok(coverable);
    const report = records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record)));
    return measureCoverage(Buffer.from(report.map((line) => `${line}\n`).join('')), text, coverable);
  }

  const at = (text: string): number => JAVASCRIPT.indexOf(text);
  const whole: [number, number, number] = [0, JAVASCRIPT.length, 1];
  const run = (...ranges: [number, number, number][]) => ({
    type: 'coverage',
    script: '',
    ranges: [whole, ...ranges],
  });
  const body = (count: number): [number, number, number] => [at('function'), JAVASCRIPT.length - 1, count];
  const then = (count: number): [number, number, number] => [
    at('{\n    total +='),
    at('  const name'),
    count,
  ];

  it('counts statements by line, and both ways on from each decision', async () => {
    // Called once, as fee(1, true): neither the block nor what stands after || and ? ran.
    const seen = await measure(
      'fee.js',
      JAVASCRIPT,
      run(
        body(1),
        then(0),
        [at("|| 'member'"), at("|| 'member'") + 11, 0],
        [at('? name'), at(' : total'), 0],
      ),
    );
    assert.deepEqual(seen, {
      lines: { covered: 4, total: 5, uncovered: [[5, 5]] },
      // The way past the block, the left of ||, the right of the colon.
      branches: { covered: 3, total: 6 },
    });
  });

  it('adds up what several processes report', async () => {
    const first = run(body(1), then(0), [at("|| 'member'"), at("|| 'member'") + 11, 0]);
    const second = run(body(1), then(1), [at('? name'), at(' : total'), 0]);
    const seen = await measure('fee.js', JAVASCRIPT, first, second);
    assert.deepEqual(seen?.lines, { covered: 5, total: 5, uncovered: [] });
    assert.deepEqual(seen?.branches, { covered: 6, total: 6 });
  });

  it('joins stretches that were not reached over lines without a statement', async () => {
    const seen = await measure('fee.js', JAVASCRIPT, run(body(0)));
    assert.deepEqual(seen?.lines, { covered: 0, total: 5, uncovered: [[3, 8]] });
  });

  it('counts the steps of Python from line to line, one way out of a loop that never turned', async () => {
    const lines = { type: 'lines', lines: [2, 3, 5, 7], arcs: [[-2, 3], [3, 5], [5, 7], [7, -2]] }; // prettier-ignore
    assert.deepEqual(await measure('fee.py', PYTHON, lines), {
      lines: { covered: 4, total: 6, uncovered: [[4, 4], [6, 6]] }, // prettier-ignore
      branches: { covered: 2, total: 4 },
    });
  });

  it('never leaves the file, whatever is reported', async () => {
    const lines = { type: 'lines', lines: [-1, 1, 400_000], arcs: [[900, 901]] }; // prettier-ignore
    const seen = await measure('fee.py', PYTHON, lines);
    assert.deepEqual(seen?.lines, { covered: 0, total: 6, uncovered: [[2, 7]] });
    assert.deepEqual(seen?.branches, { covered: 0, total: 4 });
    const far = await measure('fee.js', JAVASCRIPT, run([-500, 9_000_000, 3], [400, 2, -7]));
    assert.equal(far?.lines.total, 5);
  });

  it('is unknown when the report has another shape, is cut off, or is of another text', async () => {
    for (const bad of [
      '{',
      '[]',
      '{"type":"x"}',
      '{"type":"coverage","script":"","ranges":[["a",1,1]]}',
      '{"type":"lines","lines":{}}',
    ])
      assert.equal(await measure('fee.js', JAVASCRIPT, bad), undefined, bad);
    const other = { type: 'script', id: 'a', code: 'other();' };
    assert.equal(
      await measure('fee.js', JAVASCRIPT, other, { type: 'coverage', script: 'a', ranges: [[0, 8, 1]] }),
      undefined,
    );
    const { coverable } = await analyzeSource(parser, { path: 'fee.js', text: JAVASCRIPT, measures: true });
    assert.ok(coverable);
    assert.equal(measureCoverage(Buffer.from(JSON.stringify(run())), JAVASCRIPT, coverable), undefined);
    assert.equal(measureCoverage(undefined, JAVASCRIPT, coverable), undefined);
  });
});
