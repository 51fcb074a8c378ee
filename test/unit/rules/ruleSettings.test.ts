import assert from 'node:assert/strict';
import { parseRuleOption, parseRuleSettings } from '../../../src/audit/parseRuleSettings';
import type { Level, RuleNature, RuleSettings } from '../../../src/audit/ruleSettings';
import { defaultRuleSettings, severityOf } from '../../../src/audit/ruleSettings';
import { matchesGlob } from '../../../src/base/glob';

const KNOWN = ['TH01', 'TT09', 'QC01'];
const warning: RuleNature = { id: 'TH01', severity: 'warning', confidence: 'medium' };
const length: RuleNature = { id: 'QC01', severity: 'info', confidence: 'high' };

const settings = (changes: Partial<RuleSettings>): RuleSettings => ({ ...defaultRuleSettings, ...changes });

describe('the level of a rule', () => {
  it('is an error for long functions in the preset nasa, and information elsewhere', () => {
    const levels = (['nasa', 'strict', 'standard', 'lenient'] as const).map((preset) =>
      severityOf(length, 'info', 'a.ts', settings({ preset })),
    );
    assert.deepEqual(levels, ['error', 'info', 'info', 'info']);
  });

  it('is lowered by lenient where a rule is not sure of itself', () => {
    assert.equal(severityOf(warning, 'warning', 'a.ts', settings({ preset: 'lenient' })), 'info');
    const sure = { ...warning, confidence: 'high' as const };
    assert.equal(severityOf(sure, 'warning', 'a.ts', settings({ preset: 'lenient' })), 'warning');
  });

  it('is what is set for the rule, before what is set for its family, before the preset', () => {
    const rules: Record<string, Level> = { 'TH*': 'hint', TH01: 'error' };
    assert.equal(severityOf(warning, 'warning', 'a.ts', settings({ rules })), 'error');
    assert.equal(severityOf({ ...warning, id: 'TH02' }, 'warning', 'a.ts', settings({ rules })), 'hint');
    assert.equal(severityOf(warning, 'warning', 'a.ts', settings({ rules: { TH01: 'off' } })), undefined);
  });

  it('is taken from the last override whose pattern fits', () => {
    const overrides = [
      { files: 'scripts/**', rules: { TH01: 'off' as const } },
      { files: '*.keep.ts', rules: { TH01: 'error' as const } },
    ];
    assert.equal(severityOf(warning, 'warning', 'scripts/a/b.ts', settings({ overrides })), undefined);
    assert.equal(severityOf(warning, 'warning', 'scripts/a.keep.ts', settings({ overrides })), 'error');
    assert.equal(severityOf(warning, 'warning', 'src/a.ts', settings({ overrides })), 'warning');
  });

  it('leaves a weaker observation as far below it as the rule left it', () => {
    assert.equal(severityOf(warning, 'info', 'a.ts', settings({ rules: { TH01: 'error' } })), 'warning');
    assert.equal(severityOf(warning, 'info', 'a.ts', settings({ rules: { TH01: 'hint' } })), 'hint');
  });
});

describe('patterns of files', () => {
  for (const [pattern, file, fits] of [
    ['scripts/**', 'scripts/a/b.ts', true],
    ['scripts/*.ts', 'scripts/a/b.ts', false],
    ['*.gen.ts', 'src/deep/a.gen.ts', true],
    ['**/legacy/**', 'legacy/a.py', true],
    ['src/a?.ts', 'src/ab.ts', true],
    ['src/(a)+.ts', 'src/aa.ts', false],
  ] as const) {
    it(`${pattern} ${fits ? 'fits' : 'does not fit'} ${file}`, () =>
      assert.equal(matchesGlob(pattern, file), fits));
  }
});

describe('reading rule settings', () => {
  it('takes what is right and names what is wrong', () => {
    const { settings: read, problems } = parseRuleSettings(
      {
        preset: 'nassa',
        rules: { TH01: 'off', TH99: 'off', TT09: 'loud', 'QC*': 'hint' },
        overrides: [{ files: 'a/**', rules: { TT09: 'error' } }, { rules: {} }],
        assertFunctions: ['check*', 7],
        domainWords: 'mock',
        colour: 'red',
      },
      KNOWN,
    );
    assert.deepEqual(read, {
      preset: 'standard',
      rules: { TH01: 'off', 'QC*': 'hint' },
      overrides: [{ files: 'a/**', rules: { TT09: 'error' } }],
      assertFunctions: ['check*'],
      domainWords: [],
    });
    const expected = [
      /colour/,
      /nassa.*nasa, strict/,
      /TH99/,
      /rules\.TT09.*loud.*off, hint/,
      /overrides\[1\].*files/,
      /assertFunctions\[1\]/,
      /domainWords/,
    ];
    assert.equal(problems.length, expected.length, problems.join('\n'));
    for (const [index, pattern] of expected.entries()) assert.match(problems[index] ?? '', pattern);
  });

  it('survives what is no settings at all', () => {
    for (const value of [null, 1, 'x', [], undefined])
      assert.deepEqual(parseRuleSettings(value, KNOWN).settings, defaultRuleSettings);
  });

  it('reads the option of a command line', () => {
    assert.deepEqual(parseRuleOption('TH01=off', KNOWN), { id: 'TH01', level: 'off' });
    assert.match(parseRuleOption('TH01', KNOWN) as string, /TH01.*no level/);
    assert.match(parseRuleOption('XX01=off', KNOWN) as string, /no rule "XX01"/);
  });
});
