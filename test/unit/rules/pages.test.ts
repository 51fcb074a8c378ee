import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ruleDocumentation } from '../../../src/audit/documentation';
import { defaultRuleSettings } from '../../../src/audit/ruleSettings';
import type { RuleSettings } from '../../../src/audit/ruleSettings';
import { analyzeSource } from '../../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { RULES } from '../../../src/audit/syntax/registry';
import type { Rule } from '../../../src/audit/syntax/rule';
import { grammarDirectory } from '../syntax/grammarDirectory';

const EXTENSIONS: Record<string, string> = { ts: 'ts', tsx: 'tsx', js: 'js', python: 'py' };

/** Their pages show what would be too long, or what stands in several files. */
const IN_WORDS = new Set(['QC01', 'QC08', 'QC09', 'TH19']);

const switchedOn = ({ id, severity }: Rule): RuleSettings => ({
  ...defaultRuleSettings,
  rules: { [id]: severity },
});

interface Piece {
  extension: string;
  code: string;
}

/** What a page shows is often a piece of something. */
function placesOf(code: string, extension: string): string[] {
  const indented = code.replace(/^(?=.)/gm, '    ');
  return extension === 'py'
    ? [code, `def test_it():\n${indented}`, `class Thing:\n${indented}`]
    : [
        code,
        `test('it', async () => {\n${code}});\n`,
        `class Thing {\n${code}}\n`,
        `async function run() {\n${code}}\n`,
      ];
}

/** The code of a page below a heading. */
function codeUnder(rule: Rule, heading: string): Piece[] {
  const page = fs.readFileSync(path.join(__dirname, '../../..', ruleDocumentation(rule.id)), 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = '', code = '']) => ({
    extension: EXTENSIONS[language] ?? language,
    code,
  }));
}

describe('the pages of the rules', () => {
  let parser: SourceParser;
  before(async () => {
    parser = await SourceParser.load(grammarDirectory());
  });

  /** Whether a rule speaks of code as it stands, or in the place it is a piece of: a test, a class. */
  const found = async (rule: Rule, { extension, code }: Piece): Promise<boolean> => {
    const name = rule.id.startsWith('TT') ? `test/module.test.${extension}` : `src/module.${extension}`;
    for (const text of placesOf(code, extension)) {
      const file = { path: name, text, ...(rule.isOffByDefault && { rules: switchedOn(rule) }) };
      const { theater, quality, syntaxErrors } = await analyzeSource(parser, file);
      const isIt = [...theater, ...quality].some(({ ruleId }) => ruleId === rule.id);
      if (isIt && (text === code || syntaxErrors.length === 0)) return true;
    }
    return false;
  };

  for (const rule of RULES) {
    it(`${rule.id}: what they call flagged is, and nothing else`, async () => {
      const flagged = codeUnder(rule, 'Flagged');
      assert.ok(flagged.length > 0);
      if (!IN_WORDS.has(rule.id))
        for (const each of flagged) assert.equal(await found(rule, each), true, each.code);
      for (const each of codeUnder(rule, 'Not flagged'))
        assert.equal(await found(rule, each), false, each.code);
    });
  }
});
