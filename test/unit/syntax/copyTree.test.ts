import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Grammar } from '../../../src/audit/language';
import { languageOf } from '../../../src/audit/language';
import { isSameTree } from '../../../src/audit/syntax/copyTree';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { grammarDirectory } from './grammarDirectory';

const GRAMMARS: readonly Grammar[] = ['javascript', 'typescript', 'tsx', 'python'];
const root = path.join(__dirname, '../../..');
const CORPUS = ['test/fixtures', 'media', 'test/unit/syntax', 'src/audit', 'src/vscode'];
const ODD: readonly [Grammar, string][] = [
  ['javascript', ''],
  ['javascript', '\n'],
  ['typescript', '((((((('],
  ['tsx', 'const a = <A b={1}>é {c} & "😀" </A>;'],
  ['python', 'def f(:\n  return "😀\n\tclass\n'],
  ['typescript', 'import("x").A<B>;\u0000 class { abstract = 1 }'],
  ['javascript', '['.repeat(3000)],
];

/** Whole files, and each cut off in its midst, so that there are errors of many kinds. */
function* sources(): Generator<[grammar: Grammar, text: string, name: string]> {
  for (const [grammar, text] of ODD) yield [grammar, text, text.slice(0, 40)];
  for (const folder of CORPUS)
    for (const entry of fs.readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })) {
      const grammar = entry.isFile() ? languageOf(entry.name)?.grammar : undefined;
      if (!grammar) continue;
      const text = fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
      yield [grammar, text, entry.name];
      yield [grammar, text.slice(Math.floor(text.length * 0.31), Math.floor(text.length * 0.77)), entry.name];
    }
}

describe('the copy of a parsed tree', function () {
  this.timeout(60_000);
  let direct: SourceParser;
  let plain: SourceParser;

  before(async () => {
    direct = await SourceParser.load(grammarDirectory());
    plain = await SourceParser.load(grammarDirectory(), true);
  });

  it('is made the fast way with the version of the parser that is installed, in all grammars', async () => {
    for (const grammar of GRAMMARS) {
      assert.equal(await direct.isDirect(grammar), true, grammar);
      assert.equal(await plain.isDirect(grammar), false, grammar);
    }
  });

  it('is the same as by the cursor of the package', async () => {
    let [compared, nodes, errors] = [0, 0, 0];
    for (const [grammar, text, name] of sources()) {
      const [fast, sure] = [await direct.parse(text, grammar), await plain.parse(text, grammar)];
      assert.ok(isSameTree(fast, sure), `${grammar}: ${name}`);
      compared += 1;
      nodes += sure.nodes.length;
      errors += sure.errors.length;
    }
    assert.ok(compared > 400 && nodes > 200_000 && errors > 200, `${compared} ${nodes} ${errors}`);
  });
});
