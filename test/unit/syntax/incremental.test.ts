import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import type { Grammar } from '../../../src/audit/language';
import { SourceParser } from '../../../src/audit/syntax/parser';
import type { SyntaxTree } from '../../../src/audit/syntax/tree';
import { grammarDirectory } from './grammarDirectory';

/** Numbers that are the same in every run. */
function* numbers(): Generator<number, never> {
  for (let seed = 17; ; seed = (seed * 1103515245 + 12345) % 2147483648) yield seed / 2147483648;
}

const shapeOf = ({ nodes, errors }: SyntaxTree) => ({
  nodes: nodes.map(({ kind, type, field, start, end, last }) => [kind, type, field, start, end, last].join()),
  errors,
});

describe('parsing a file again after an edit', () => {
  const cases: [string, Grammar, string][] = [
    [
      'src/audit/syntax/collect.ts',
      'typescript',
      "\nfunction added(a: number) { return a ? '😀' : `x${a}`; }\n",
    ],
    [
      'src/audit/production/harness/seaworthy_pytest.py',
      'python',
      '\n\ndef added(a):\n    return [a for _ in "😀"]\n\n\n',
    ],
  ];
  for (const [file, grammar, added] of cases) {
    it(`gives the tree that reading all of it gives (${grammar})`, async () => {
      const [kept, fresh] = await Promise.all([
        SourceParser.load(grammarDirectory()),
        SourceParser.load(grammarDirectory()),
      ]);
      const random = numbers();
      let text = fs.readFileSync(file, 'utf8');
      await kept.parse(text, grammar, file);
      for (let edit = 0; edit < 12; edit++) {
        // At the ends of top-level statements, and back: the text stays source of its language.
        const ends = [...text.matchAll(/\n(?=(?:def|class|function|export|const) )/g)].map(
          ({ index }) => index,
        );
        const at = ends[Math.floor(random.next().value * ends.length)] ?? 0;
        text = text.includes(added) ? text.replace(added, '') : text.slice(0, at) + added + text.slice(at);
        const again = shapeOf(await kept.parse(text, grammar, file));
        assert.deepEqual(again, shapeOf(await fresh.parse(text, grammar)));
      }
    });
  }

  it('keeps apart files, and what a file was in another language', async () => {
    const parser = await SourceParser.load(grammarDirectory());
    for (const [path, grammar, text] of [
      ['a', 'typescript', 'const a: number = 1;'],
      ['b', 'typescript', 'let b;'],
      ['a', 'python', 'a = 1'],
      ['a', 'typescript', 'const a: number = 2;'],
    ] as const) {
      const tree = await parser.parse(text, grammar, path);
      assert.deepEqual(shapeOf(tree), shapeOf(await parser.parse(text, grammar)));
    }
  });
});
