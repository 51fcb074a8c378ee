import assert from 'node:assert/strict';
import type { Finding, Fix } from '../../../src/audit/finding';
import type { Grammar } from '../../../src/audit/language';
import { analyzeSource } from '../../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { RULES } from '../../../src/audit/syntax/registry';
import type { RuleExample } from '../../../src/audit/syntax/rule';
import { grammarDirectory } from '../syntax/grammarDirectory';

const EXTENSION: Record<Grammar, string> = { javascript: 'js', typescript: 'ts', tsx: 'tsx', python: 'py' };
const FIXABLE = [
  'TH08',
  'TH09',
  'TH11',
  'TH13',
  'TH14',
  'TT03',
  'TT04',
  'TT05',
  'TT09',
  'TT10',
  'TT11',
  'QC12',
];

function apply(text: string, { edits }: Fix): string {
  const lines = text.split('\n');
  const offset = (line: number, column: number): number =>
    lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  return [...edits]
    .sort((a, b) => b.startLine - a.startLine || b.startColumn - a.startColumn)
    .reduce(
      (result, edit) =>
        result.slice(0, offset(edit.startLine, edit.startColumn)) +
        edit.text +
        result.slice(offset(edit.endLine, edit.endColumn)),
      text,
    );
}

describe('quick fixes', () => {
  let parser: SourceParser;

  before(async () => {
    parser = await SourceParser.load(grammarDirectory());
  });

  async function findings(example: RuleExample, text: string): Promise<Finding[]> {
    const path = example.path ?? `src/module.${EXTENSION[example.grammar]}`;
    const { theater, quality, syntaxErrors } = await analyzeSource(parser, { path, text });
    assert.deepEqual(syntaxErrors, [], text);
    return [...theater, ...quality];
  }

  for (const rule of RULES.filter(({ id }) => FIXABLE.includes(id))) {
    it(`of ${rule.id} leave valid source without the finding`, async () => {
      let applied = 0;
      for (const example of rule.bad) {
        const text = example.code.replace(/^»/gm, '');
        const before = (await findings(example, text)).filter(({ ruleId }) => ruleId === rule.id);
        for (const finding of before) {
          if (!finding.fix) continue;
          applied += 1;
          const mended = apply(text, finding.fix);
          const after = (await findings(example, mended)).filter(({ ruleId }) => ruleId === rule.id);
          assert.ok(after.length < before.length, `${finding.fix.title}:\n${mended}`);
        }
      }
      assert.ok(applied > 0, 'no example shows the fix');
    });
  }

  it('are offered by no other rule', async () => {
    for (const rule of RULES)
      for (const example of rule.bad)
        for (const { ruleId, fix } of await findings(example, example.code.replace(/^»/gm, '')))
          assert.ok(!fix || FIXABLE.includes(ruleId), ruleId);
  });
});
