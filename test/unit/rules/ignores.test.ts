import assert from 'node:assert/strict';
import type { StaticAnalysis } from '../../../src/audit/stage';
import { RULE_IDS } from '../../../src/audit/ruleIds';
import { defaultRuleSettings } from '../../../src/audit/ruleSettings';
import { analyzeSource } from '../../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { RULES } from '../../../src/audit/syntax/registry';
import { grammarDirectory } from '../syntax/grammarDirectory';

describe('setting findings aside', () => {
  let parser: SourceParser;

  before(async () => {
    parser = await SourceParser.load(grammarDirectory());
  });

  const analyze = (path: string, text: string): Promise<StaticAnalysis> =>
    analyzeSource(parser, { path, text });
  const ids = ({ theater, quality }: StaticAnalysis): string[] =>
    [...theater, ...quality].map(({ ruleId, startLine }) => `${ruleId}:${startLine}`);

  const caught = (comment: string): string =>
    `export async function store(order) {\n  try {\n    await db.save(order);\n  ${comment}\n  } catch {}\n}\n`;

  it('works on the line below with a reason, and keeps the finding with it', async () => {
    const analysis = await analyze('src/a.ts', caught('// seaworthy-ignore TH08: the log is written twice'));
    assert.deepEqual(ids(analysis), []);
    assert.deepEqual(
      analysis.suppressed?.map(({ finding, reason }) => [finding.ruleId, reason]),
      [['TH08', 'the log is written twice']],
    );
  });

  it('works on the same line in Python, and for a whole file', async () => {
    const body =
      'def publish(event):\n    try:\n        queue.send(event)\n    except Exception:LINE\n        pass\n';
    const same = await analyze(
      'a.py',
      body.replace('LINE', '  # seaworthy-ignore TH08: sent again at night'),
    );
    assert.deepEqual(ids(same), []);
    const whole = await analyze(
      'a.py',
      `# seaworthy-ignore-file TH08: sent again at night\n${body.replace('LINE', '')}`,
    );
    assert.deepEqual(ids(whole), []);
    assert.equal(whole.suppressed?.length, 1);
  });

  it('needs a reason: without one the finding stays, and the comment is a finding too', async () => {
    for (const comment of ['// seaworthy-ignore TH08', '// seaworthy-ignore TH08:', '// seaworthy-ignore']) {
      const found = ids(await analyze('src/a.ts', caught(comment)));
      assert.ok(found.includes('IG01:4'), comment);
      assert.ok(
        found.some((id) => id.startsWith('TH08')),
        comment,
      );
    }
  });

  it('reports an ignore that ignores nothing', async () => {
    const analysis = await analyze(
      'src/a.ts',
      caught('// seaworthy-ignore TH08, TH01: the log is written twice'),
    );
    assert.deepEqual(ids(analysis), ['IG02:4']);
    assert.match(analysis.quality[0]?.message ?? '', /TH01/);
  });

  it('does not reach further than the next line of code', async () => {
    const text = `// seaworthy-ignore TH08: only here\nexport const a = 1;\n${caught('')}`;
    const found = ids(await analyze('src/a.ts', text));
    assert.ok(found.some((id) => id.startsWith('TH08')));
    assert.ok(found.includes('IG02:1'));
  });

  it('a setting changes a level, a function that asserts and a word of the field', async () => {
    const level = await analyzeSource(parser, {
      path: 'src/a.ts',
      text: caught(''),
      rules: { ...defaultRuleSettings, rules: { TH08: 'off' } },
    });
    assert.deepEqual(ids(level), []);
    const test = {
      path: 'a.test.ts',
      text: "it('adds', () => { const result = add(1, 2); proves(result); });",
    };
    assert.equal(ids(await analyze(test.path, `${test.text}\nit('x', () => {});`)).length, 2);
    const known = { ...defaultRuleSettings, assertFunctions: ['prove*'] };
    assert.deepEqual(ids(await analyzeSource(parser, { ...test, rules: known })), []);
    const simulator = {
      path: 'src/b.ts',
      text: 'export function load() {\n  // simulated data for the model\n  return [1, 2];\n}\n',
    };
    assert.deepEqual(ids(await analyze(simulator.path, simulator.text)), ['TH04:2']);
    const words = { ...defaultRuleSettings, domainWords: ['simulat'] };
    assert.deepEqual(ids(await analyzeSource(parser, { ...simulator, rules: words })), []);
  });

  it('knows the id of every rule', () => {
    assert.deepEqual([...RULE_IDS].sort(), [...RULES.map(({ id }) => id), 'MT01', 'MT02'].sort());
  });
});
