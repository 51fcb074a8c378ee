import assert from 'node:assert/strict';
import { oneLine, plainText, printableJson, withoutLinks } from '../../src/base/text';
import { reportText } from '../../src/audit/reportText';
import { RulePages } from '../../src/audit/rulePages';
import { toSarif } from '../../src/audit/sarif';
import type { AuditReport } from '../../src/audit/report';

/** By code points, so that this file holds none of them itself. */
const of = (...codes: number[]): string => String.fromCodePoint(...codes);
const ESCAPE = of(0x1b);
const BELL = of(7);

describe('text from audited code', () => {
  const cases: [string, string, string][] = [
    ['colours', `${ESCAPE}[31mred${ESCAPE}[0m`, 'red'],
    ['moves of the cursor', `a${ESCAPE}[2Kb${ESCAPE}[1;1Hc`, 'abc'],
    ['a title', `${ESCAPE}]0;title${BELL}x`, 'x'],
    ['a link', `${ESCAPE}]8;;http://evil${ESCAPE}\\here${ESCAPE}]8;;${ESCAPE}\\`, 'here'],
    ['a title without an end, which hides no line after it', `${ESCAPE}]0;open\nFAILED`, '\nFAILED'],
    ['a lone escape', `a${ESCAPE}`, 'a'],
    ['8-bit sequences', `a${of(0x9b)}2Jb`, 'a2Jb'],
    ['overwriting', 'FAILED\rpassed', 'FAILED\npassed'],
    ['other ends of lines', `a${of(0x85)}b${of(0x2028)}c${of(0x2029)}d\r\ne`, 'a\nb\nc\nd\ne'],
    ['bells, backspaces and NUL', `a${BELL}b${of(8)}c${of(0)}d${of(0x7f)}`, 'abcd'],
    ['reordering', `${of(0x202e)}abc${of(0x202c)}${of(0x2066)}d${of(0x2069, 0x200f, 0x61c)}`, 'abcd'],
    ['what shows nothing', `a${of(0x200b)}b${of(0xfeff)}c${of(0xe0041)}d${of(0xad)}`, 'abcd'],
    ['half a pair', `a${String.fromCharCode(0xd83d)}b`, 'ab'],
  ];
  for (const [what, text, expected] of cases)
    it(`is shown without ${what}`, () => assert.equal(plainText(text), expected));

  it('keeps what people write', () => {
    const text = `tab\t, ümläut, ${of(0x1f469, 0x200d, 0x1f4bb)}, שלום, 漢字\nnext`;
    assert.equal(plainText(text), text);
  });

  it('is one line where one is asked for, cut without a half left over', () => {
    assert.equal(oneLine('  first\rsecond', 100), 'first');
    assert.equal(oneLine('x'.repeat(50), 10).length, 10);
  });

  it('makes no links in messages', () => {
    assert.equal(withoutLinks('see [this](command:evil) now'), 'see [this] (command:evil) now');
  });

  it('is the same to a reader of JSON, and harmless to a terminal', () => {
    const value = { name: `${ESCAPE}[31m${of(0x9b, 0x202e, 0xe0041)}`, list: ['ü', BELL] };
    const json = printableJson(value);
    assert.deepEqual(JSON.parse(json), value);
    assert.doesNotMatch(json.replaceAll('\n', ''), /[\p{Cc}\u202e\u{e0041}]/u);
  });

  it('comes into no report raw', () => {
    const evil = `${ESCAPE}]0;x${BELL}${of(0x202e)}evil\rgood${of(0x9b)}`;
    const finding = {
      ruleId: 'TH01',
      stage: 'theater' as const,
      severity: 'warning' as const,
      message: evil,
      file: `src/${evil}${String.fromCharCode(0xdc00)}.js`,
      startLine: 1,
      endLine: 1,
      evidence: evil,
      confidence: 'high' as const,
    };
    const stage = { status: 'not run' as const, reason: evil, durationMs: 1, tests: null };
    const report: AuditReport = {
      id: '1',
      file: `src/${evil}.js`,
      verdict: 'fail',
      reason: evil,
      stages: [{ ...stage, stage: 'theater', findings: [finding] }],
      notes: [evil],
      sha256: '',
      createdAt: '',
      durationMs: 1,
    };
    const raw = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/;
    assert.doesNotMatch(reportText(report), raw);
    const texts: string[] = [];
    JSON.stringify(
      toSarif([report], { version: '1', pages: new RulePages('/nonexistent') }),
      (_key, value: unknown) => {
        if (typeof value === 'string') texts.push(value);
        return value;
      },
    );
    assert.ok(texts.some((text) => text.includes('evil')));
    for (const text of texts) assert.doesNotMatch(text, raw);
  });
});
