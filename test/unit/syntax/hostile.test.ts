import assert from 'node:assert/strict';
import { UserError } from '../../../src/base/errors';
import type { StaticAnalysis } from '../../../src/audit/stage';
import { analyzeSource } from '../../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { grammarDirectory } from './grammarDirectory';

describe('analysis of hostile and odd input', function () {
  this.timeout(60_000);
  let parser: SourceParser;

  before(async () => {
    parser = await SourceParser.load(grammarDirectory());
  });

  const analyze = (path: string, text: string): Promise<StaticAnalysis> =>
    analyzeSource(parser, { path, text });
  const ids = (analysis: StaticAnalysis): string[] => analysis.theater.map((finding) => finding.ruleId);

  /** With so many lines that it is not taken for minified, and not read for that. */
  const inLines = (text: string): string => `${text}${'\n'.repeat(Math.ceil(text.length / 400))}`;

  const fake = 'export function calculateScore(data) {\n  return 85;\n}\n';

  for (const path of ['a.js', 'a.ts', 'a.tsx', 'a.py']) {
    const inputs: Record<string, string> = {
      'nested brackets': `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
      'nested parentheses': `x = ${'('.repeat(100_000)}1${')'.repeat(100_000)}`,
      'opening braces alone': '{'.repeat(200_000),
      'a chain of calls': `a${'.b()'.repeat(50_000)}`,
      'a sum of many terms': `x = 1${' + 1'.repeat(100_000)}`,
      'NUL characters': 'a = "\0"\n\0\0\0',
      'lone surrogates': 'x = "\ud800"; y = "\udfff\ud800"\n',
      'a very long identifier': `${'a'.repeat(1_000_000)} = 1`,
    };
    for (const [what, text] of Object.entries(inputs)) {
      it(`${path}: ${what}`, async () => {
        const { theater, syntaxErrors, unjudged } = await analyze(path, inLines(text));
        assert.deepEqual([theater, unjudged], [[], undefined]);
        assert.ok(Array.isArray(syntaxErrors));
      });
    }

    it(`${path}: nothing at all`, async () => {
      assert.deepEqual(await analyze(path, ''), { theater: [], quality: [], syntaxErrors: [] });
      assert.deepEqual(await analyze(path, '\uFEFF'), { theater: [], quality: [], syntaxErrors: [] });
    });
  }

  it('5 MB in one line', async () => {
    const line = `x=[${`"${'a'.repeat(46)}",`.repeat(100_000)}1]`;
    assert.match((await analyze('a.js', line)).unjudged ?? '', /^the file is generated/);
    assert.deepEqual((await analyze('a.js', inLines(line))).syntaxErrors, []);
  });

  it('functions nested a thousand deep', async () => {
    const nested = `${'function f(a) { '.repeat(1000)}${'}'.repeat(1000)}`;
    const { syntaxErrors } = await analyze('a.js', inLines(nested));
    assert.deepEqual(syntaxErrors, []);
  });

  it('finds the same in a file with CRLF line ends and a byte order mark', async () => {
    const plain = await analyze('a.ts', fake);
    const windows = await analyze('a.ts', `\uFEFF${fake.replaceAll('\n', '\r\n')}`);
    assert.deepEqual(ids(plain), ['TH01']);
    assert.deepEqual(ids(windows), ['TH01']);
    assert.deepEqual([windows.theater[0]?.startLine, windows.theater[0]?.endLine], [1, 3]);
  });

  it('counts lines and columns in UTF-16 units from 1', async () => {
    const { theater } = await analyze('a.ts', `const face = '😀';\n/* 😀 */ ${fake}`);
    const [finding] = theater;
    assert.deepEqual(
      [finding?.startLine, finding?.startColumn, finding?.endLine, finding?.endColumn],
      [2, 17, 4, 2],
    );
  });

  it('reports nothing inside what it could not read, but does beside it, and says which lines', async () => {
    const broken = 'export function calculateScore(list) {\n  const x = ;\n  return 85;\n}\n';
    const inside = await analyze('a.js', broken);
    assert.deepEqual(ids(inside), []);
    assert.ok(inside.syntaxErrors.length > 0);
    assert.ok(inside.syntaxErrors.every((range) => range.startLine >= 1 && range.endLine <= 5));
    const beside = await analyze('a.js', `${fake}\nconst a = ;\n`);
    assert.deepEqual(ids(beside), ['TH01']);
    assert.deepEqual(beside.syntaxErrors, [{ startLine: 5, endLine: 5 }]);
  });

  it('refuses other languages in words', async () => {
    await assert.rejects(analyze('a.rs', 'fn main() {}'), UserError);
  });
});
