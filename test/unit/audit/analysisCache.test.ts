import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CachedAnalyzer } from '../../../src/audit/analysisCache';
import { defaultRuleSettings } from '../../../src/audit/ruleSettings';
import type { StaticAnalysis, StaticAnalyzer } from '../../../src/audit/stage';
import { finding } from '../../support/reports';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('the cache of analyses', () => {
  const folder = temporaryFolder('cache');
  const rules = path.join(folder, 'rules.js');
  const file = path.join(folder, 'state/analyses.json');
  fs.writeFileSync(rules, 'rules 1');
  let asked: string[] = [];
  const analyzer: StaticAnalyzer = {
    analyze: ({ text }): Promise<StaticAnalysis> => {
      asked.push(text);
      return Promise.resolve({ theater: [finding({ message: text })], quality: [], syntaxErrors: [] });
    },
    dispose: () => Promise.resolve(),
  };
  const open = (): CachedAnalyzer => new CachedAnalyzer(analyzer, file, rules);
  const source = { path: 'a.js', text: 'one' };

  beforeEach(() => {
    asked = [];
  });

  it('asks once for a text, also after a restart', async () => {
    const first = open();
    const fresh = await first.analyze(source);
    assert.deepEqual(await first.analyze(source), fresh);
    await first.dispose();
    assert.deepEqual(await open().analyze(source), fresh);
    assert.deepEqual(asked, ['one']);
  });

  it('asks again when the text, the path, the settings or the rules are others', async () => {
    const cache = open();
    await cache.analyze({ ...source, text: 'two' });
    await cache.analyze({ ...source, path: 'b.js' });
    await cache.analyze({ ...source, rules: { ...defaultRuleSettings, preset: 'nasa' } });
    assert.equal(asked.length, 3);
    fs.writeFileSync(rules, 'rules 2');
    await open().analyze(source);
    assert.equal(asked.length, 4);
  });

  it('begins anew when its file is damaged', async () => {
    for (const damage of [
      '{',
      'null',
      '{"format":2,"version":""}\n{',
      '{"format":2,"version":""}\n["x",null]',
    ]) {
      fs.writeFileSync(file, damage);
      asked = [];
      const cache = open();
      assert.equal((await cache.analyze(source)).theater.length, 1);
      assert.deepEqual(asked, ['one'], damage);
    }
  });

  it('gives each caller findings of its own', async () => {
    const cache = open();
    const first = await cache.analyze({ ...source, text: 'three' });
    first.theater.length = 0;
    assert.equal((await cache.analyze({ ...source, text: 'three' })).theater.length, 1);
  });
});
