import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { failsStage } from '../../../src/audit/finding';
import { analyzeSource } from '../../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { grammarDirectory } from '../syntax/grammarDirectory';

const root = path.join(__dirname, '../../..');

function* sources(folder: string): Generator<string> {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(full);
    else if (entry.name.endsWith('.ts')) yield full;
  }
}

describe('our own source by our own rules', () => {
  it('has no finding above information', async () => {
    const parser = await SourceParser.load(grammarDirectory());
    const found: string[] = [];
    let files = 0;
    for (const file of sources(path.join(root, 'src'))) {
      files += 1;
      const relative = path.relative(root, file).split(path.sep).join('/');
      const { theater, quality } = await analyzeSource(parser, {
        path: relative,
        text: fs.readFileSync(file, 'utf8'),
      });
      for (const { ruleId, startLine, message } of [...theater, ...quality].filter(failsStage))
        found.push(`${relative}:${startLine} ${ruleId} ${message}`);
    }
    assert.ok(files > 100);
    assert.deepEqual(found, []);
  }).timeout(60_000);
});
