import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Finding } from '../../../src/audit/finding';
import type { Grammar } from '../../../src/audit/language';
import { analyzeSource } from '../../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { RULES } from '../../../src/audit/syntax/registry';
import { defaultRuleSettings } from '../../../src/audit/ruleSettings';
import type { Rule, RuleExample } from '../../../src/audit/syntax/rule';
import { temporaryFolder } from '../../support/temporaryFolder';
import { viewOfExample } from '../../support/workspaceView';
import { grammarDirectory } from '../syntax/grammarDirectory';

const EXTENSION: Record<Grammar, string> = { javascript: 'js', typescript: 'ts', tsx: 'tsx', python: 'py' };

describe('rules by their examples', () => {
  const folder = temporaryFolder('examples');
  let parser: SourceParser;

  before(async () => {
    parser = await SourceParser.load(grammarDirectory());
  });

  async function findingsOf(
    example: RuleExample,
    rule: Rule,
  ): Promise<{ findings: Finding[]; marked: number[] }> {
    const lines = example.code.split('\n');
    const marked = lines.flatMap((line, index) => (line.startsWith('»') ? [index + 1] : []));
    const text = lines.map((line) => line.replace(/^»/, '')).join('\n');
    const file = { path: example.path ?? `src/module.${EXTENSION[example.grammar]}`, text };
    const workspace = await viewOfExample(parser, folder, file, example.others);
    const rules = rule.isOffByDefault && {
      ...defaultRuleSettings,
      rules: { [rule.id]: rule.severity },
    };
    const result = await analyzeSource(parser, {
      ...file,
      ...(workspace ? { workspace } : {}),
      ...(rules ? { rules } : {}),
    });
    assert.deepEqual(result.syntaxErrors, [], 'an example must be valid source');
    return { findings: [...result.theater, ...result.quality], marked };
  }

  it('have distinct ids and names', () => {
    assert.equal(new Set(RULES.map((rule) => rule.id)).size, RULES.length);
    assert.equal(new Set(RULES.map((rule) => rule.name)).size, RULES.length);
  });

  for (const rule of RULES) {
    describe(`${rule.id} ${rule.name}`, () => {
      it('has examples of both kinds for each of its families, and a page', () => {
        for (const family of rule.families) {
          const ofFamily = (example: RuleExample): boolean =>
            (example.grammar === 'python') === (family === 'python');
          assert.ok(rule.bad.some(ofFamily), `no bad example for ${family}`);
          assert.ok(rule.good.some(ofFamily), `no good example for ${family}`);
        }
        const page = fs.readFileSync(path.join('docs', 'rules', `${rule.id}.md`), 'utf8');
        assert.ok(page.startsWith(`# ${rule.id} ${rule.name}\n`));
      });

      for (const [index, example] of rule.bad.entries()) {
        it(`finds bad example ${index + 1} (${example.grammar}) at its marked lines, and nothing else`, async () => {
          const { findings, marked } = await findingsOf(example, rule);
          const expected = marked.map((line) => `${rule.id}:${line}`);
          assert.deepEqual(
            findings.map((finding) => `${finding.ruleId}:${finding.startLine}`),
            expected,
          );
          assert.ok(marked.length > 0, 'a bad example marks a line');
          for (const finding of findings) {
            assert.equal(finding.stage, rule.stage);
            assert.match(finding.message, /\.$/);
            assert.ok(finding.evidence.length > 0 && finding.evidence.length <= 300);
          }
        });
      }

      for (const [index, example] of rule.good.entries()) {
        it(`is silent on good example ${index + 1} (${example.grammar})`, async () => {
          const { findings } = await findingsOf(example, rule);
          assert.deepEqual(
            findings.map((finding) => `${finding.ruleId}:${finding.startLine} ${finding.message}`),
            [],
          );
        });
      }
    });
  }
});
